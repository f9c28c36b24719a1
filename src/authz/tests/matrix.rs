//! The golden matrix: role × permission × (one's own, another's), in `tests/golden/authz/matrix.txt`. Written anew with
//! `UPDATE_GOLDEN=1`.

use std::fmt::Write as _;

use super::*;

const GOLDEN: &str = "tests/golden/authz/matrix.txt";

/// The places that each permission is tried at, by the letter in the matrix.
fn places() -> [(char, Target); 9] {
    let elsewhere = Target::Project { org: OTHER_ORG, partner: PARTNER, project: Uuid::from_u128(121) };
    [
        ('I', Target::Platform),
        ('P', Target::Partner { partner: PARTNER }),
        ('p', Target::Partner { partner: scope(2) }),
        ('O', org(ORG)),
        ('o', org(OTHER_ORG)),
        ('J', project(PROJECT)),
        ('j', project(OTHER_PROJECT)),
        ('N', namespace(NAMESPACE)),
        ('e', elsewhere),
    ]
}

fn matrix() -> String {
    let mut text = String::from(
        "# Where each role, given at its own level, has each permission.\n\
         # I the installation; P its partner, p another; O its org, o another of the partner;\n\
         # J its project, j another of the org, e one of another org; N its namespace; + only what it made itself.\n",
    );
    for role in Role::ALL {
        writeln!(text, "\n{role}").unwrap();
        for permission in Permission::ALL {
            let grants = [grant(*role)];
            let restrictions = &KeyRestrictions::default();
            let mut found = String::new();
            for (letter, target) in places() {
                let ask = |made_by_caller| {
                    let request = AccessRequest {
                        grants: &grants,
                        restrictions,
                        permission: *permission,
                        target,
                        made_by_caller,
                    };
                    authorize(&request).is_allowed()
                };
                match (ask(false), ask(true)) {
                    (true, _) => found.push(letter),
                    (false, true) => found.extend([letter, '+']),
                    (false, false) => {}
                }
            }
            if !found.is_empty() {
                writeln!(text, "  {permission:<26} {found}").unwrap();
            }
        }
    }
    text
}

#[test]
fn the_matrix_is_the_one_that_was_agreed() {
    let actual = matrix();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(GOLDEN, &actual).unwrap();
    }
    let expected = std::fs::read_to_string(GOLDEN).unwrap();
    assert!(actual == expected, "the matrix has changed:\n{actual}");
}
