//! The files of the repository, and what is test code in them.

use std::fs;
use std::path::{Path, PathBuf};

/// The crates and where their code lies.
pub(crate) const SOURCES: [&str; 5] = ["values/src", "aggregates/src", "api/src", "projections/src", "src"];

/// A file, by its path from the root with forward slashes.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    /// Whether all of it is test code.
    pub(crate) fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap();
        self.path.contains("tests/") || name == "tests.rs" || name.ends_with("_tests.rs")
    }

    /// The text without `#[cfg(test)]` modules; empty for a test file.
    pub(crate) fn product(&self) -> String {
        if self.is_test() {
            return String::new();
        }
        let mut kept = String::new();
        let mut lines = self.text.lines();
        while let Some(line) = lines.next() {
            if line != "#[cfg(test)]" {
                kept.push_str(line);
                kept.push('\n');
                continue;
            }
            let item = lines.by_ref().find(|line| !line.starts_with("#[")).unwrap_or_default();
            if item.ends_with('{') {
                let _ = lines.by_ref().find(|line| *line == "}");
            }
        }
        kept
    }
}

pub(crate) fn root() -> &'static Path {
    Path::new(".")
}

/// Every file below a folder whose name ends so, sorted by path.
pub(crate) fn below(folder: &str, ending: &str) -> Vec<File> {
    let mut found = vec![];
    let mut folders: Vec<PathBuf> = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else if path.to_str().unwrap().ends_with(ending) {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
                found.push(File { path, text });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

/// Every Rust file of the product, tests beside the code included.
pub(crate) fn sources() -> Vec<File> {
    SOURCES.iter().flat_map(|folder| below(folder, ".rs")).collect()
}

/// Every Rust file there is.
pub(crate) fn all() -> Vec<File> {
    let tests = ["values/tests", "aggregates/tests", "api/tests", "projections/tests", "tests", "benches"];
    let tests = tests.iter().filter(|folder| root().join(folder).is_dir());
    sources().into_iter().chain(tests.flat_map(|folder| below(folder, ".rs"))).collect()
}

/// The names in a folder, sorted.
pub(crate) fn names(folder: &str) -> Vec<String> {
    let mut names: Vec<_> = entries(&root().join(folder))
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// The names of the folders in a folder, sorted.
pub(crate) fn folders(folder: &str) -> Vec<String> {
    names(folder).into_iter().filter(|name| root().join(folder).join(name).is_dir()).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    read.map(|entry| entry.unwrap().path()).collect()
}
