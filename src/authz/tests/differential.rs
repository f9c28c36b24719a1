//! The authorizer against the reference, on generated questions in a small world: 2 partners with 2 orgs with 2
//! projects with 2 namespaces each.

use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use proptest::test_runner::Config;

use super::reference::{Place, Question, Reference};
use super::*;

/// Cases in a normal run; `PROPTEST_CASES` raises it.
const CASES: u32 = 100_000;

/// A place in the world: an index at each level, of which `depth` count.
#[derive(Debug, Clone, Copy)]
struct Spot {
    depth: usize,
    digits: [u128; 4],
}

impl Spot {
    fn number(self, depth: usize) -> u128 {
        self.digits[..depth].iter().fold(0, |number, digit| number * 10 + digit)
    }

    fn id(self, depth: usize) -> Uuid {
        Uuid::from_u128(self.number(depth))
    }

    fn path(self) -> String {
        let names = ["p", "o", "j", "n"];
        (1..=self.depth)
            .fold(String::new(), |path, depth| format!("{path}/{}{}", names[depth - 1], self.number(depth)))
    }

    fn target(self) -> Target {
        let (partner, org) = (self.id(1).into(), self.id(2).into());
        match self.depth {
            0 => Target::Platform,
            1 => Target::Partner { partner },
            2 => Target::Org { org, partner },
            3 => Target::Project { org, partner, project: self.id(3) },
            _ => Target::Namespace { org, partner, project: self.id(3), namespace: self.id(4) },
        }
    }

    /// The scope of a grant here; a grant at depth 4 is on the namespaces of these digits.
    fn scope(self, namespaces: &[u128]) -> (GrantScope, Place) {
        let org = ScopeId(self.id(2));
        let at = |depth| Place { path: Self { depth, ..self }.path(), namespaces: None };
        match self.depth {
            0 => (GrantScope::Platform, at(0)),
            1 => (GrantScope::Partner(self.id(1).into()), at(1)),
            2 => (GrantScope::Org(org), at(2)),
            3 => (GrantScope::Project { org, project: self.id(3) }, at(3)),
            _ => {
                let numbers: Vec<u128> = namespaces.iter().map(|digit| self.number(3) * 10 + digit).collect();
                let names = numbers.iter().map(|number| format!("n{number}")).collect();
                let namespaces = numbers.into_iter().map(Uuid::from_u128).collect();
                let scope = GrantScope::Namespaces { org, project: self.id(3), namespaces };
                (scope, Place { namespaces: Some(names), ..at(3) })
            }
        }
    }
}

fn spot() -> impl Strategy<Value = Spot> {
    (0usize..=4, prop::array::uniform4(1u128..=2)).prop_map(|(depth, digits)| Spot { depth, digits })
}

/// Mostly a role where it belongs, sometimes where it does not.
fn any_grant() -> impl Strategy<Value = (Role, GrantScope, Place)> {
    let place = (spot(), subsequence(vec![1u128, 2], 0..=2), any::<Index>(), prop::bool::weighted(0.8));
    place.prop_map(|(spot, namespaces, role, belongs)| {
        let (scope, place) = spot.scope(&namespaces);
        let fitting: Vec<Role> =
            Role::ALL.iter().copied().filter(|role| !belongs || scope.fits(*role)).collect();
        (fitting[role.index(fitting.len())], scope, place)
    })
}

fn any_role() -> impl Strategy<Value = Role> {
    prop::sample::select(Role::ALL)
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES)
}

#[test]
fn the_authorizer_agrees_with_the_table_for_people() {
    let reference = Reference::read();
    let questions = (
        prop::collection::vec(any_grant(), 0..4),
        prop::bool::weighted(0.2),
        prop::option::weighted(0.2, any_role()),
        prop::collection::vec(spot(), 0..2),
        prop::bool::weighted(0.2),
        prop::sample::select(Permission::ALL),
        spot(),
        any::<bool>(),
    );
    let mut runner = proptest::test_runner::TestRunner::new(Config {
        failure_persistence: None,
        ..Config::with_cases(cases())
    });
    let outcome =
        runner.run(&questions, |(given, read_only, role_cap, spots, limited, permission, spot, made)| {
            let projects: Vec<Spot> =
                spots.into_iter().filter(|_| limited).map(|spot| Spot { depth: 3, ..spot }).collect();
            let grants: Vec<Grant> =
                given.iter().map(|(role, on, _)| Grant { role: *role, on: on.clone() }).collect();
            let restrictions = KeyRestrictions {
                read_only,
                role_cap,
                projects: projects.iter().map(|spot| spot.id(3)).collect(),
            };
            let target = spot.target();
            let request = AccessRequest {
                grants: &grants,
                restrictions: &restrictions,
                permission,
                target,
                made_by_caller: made,
            };
            let question = Question {
                grants: given.iter().map(|(role, _, place)| (role.to_string(), place.clone())).collect(),
                read_only,
                cap: role_cap.map(|role| role.to_string()),
                projects: projects.iter().map(|spot| spot.path()).collect(),
                permission: permission.to_string(),
                target: spot.path(),
                made_by_caller: made,
            };
            match authorize(&request) {
                Decision::Allowed { through, .. } => {
                    prop_assert!(reference.allows(&question), "allowed, and should not be");
                    prop_assert!(grants.contains(&through));
                }
                Decision::Denied { visible, missing, .. } => {
                    prop_assert!(!reference.allows(&question), "denied, and should not be");
                    prop_assert_eq!(visible, reference.visible(&question), "visible");
                    prop_assert_eq!(missing, permission);
                }
            }
            let has = scope_permissions(&grants, &restrictions, target).contains(&permission);
            prop_assert_eq!(has, reference.allows(&Question { made_by_caller: false, ..question }));
            Ok(())
        });
    outcome.unwrap();
}

#[test]
fn the_tables_for_people_and_for_the_program_are_one() {
    let reference = Reference::read();
    let names: BTreeSet<&str> = Permission::ALL.iter().map(|permission| permission.as_str()).collect();
    let documented = reference.permissions();
    assert_eq!(documented.iter().map(String::as_str).collect::<BTreeSet<_>>(), names);
    for permission in Permission::ALL {
        for role in Role::ALL {
            let letter =
                reach(*role, *permission).map(|reach| reach.letter().to_string()).unwrap_or_default();
            assert_eq!(letter, reference.cell(permission.as_str(), role.as_str()), "{role} {permission}");
        }
    }
}
