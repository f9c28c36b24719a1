//! Migrations are embedded in the program: build again when there is a new one.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
