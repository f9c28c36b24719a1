use std::collections::BTreeSet;

use uuid::Uuid;
use values::{Role, RoleLevel, ScopeId, ScopeKind, Sealed};

use crate::code;

#[test]
fn the_platform_is_one_scope_for_ever() {
    let text = "00000000-0000-7000-8000-000000000000";
    assert_eq!(ScopeId::PLATFORM.to_string(), text);
    assert_eq!(ScopeId::parse(text), Ok(ScopeId::PLATFORM));
    assert_eq!(serde_json::to_string(&ScopeId::PLATFORM).unwrap(), format!("\"{text}\""));
    assert_eq!(serde_json::from_str::<ScopeId>(&format!("\"{text}\"")).unwrap(), ScopeId::PLATFORM);
    assert_eq!(ScopeId::PLATFORM.as_uuid().get_version_num(), 7);
    assert_eq!(code(ScopeId::parse("00000000000070008000000000000000")), "invalid_id");
    assert_eq!(code(ScopeId::parse("acme")), "invalid_id");
    assert_eq!(ScopeKind::Platform.to_string(), "platform");
    assert_eq!(serde_json::to_string(&ScopeKind::Org).unwrap(), "\"org\"");
}

#[test]
fn there_are_fifteen_roles_with_names_of_their_own() {
    let names: BTreeSet<_> = Role::ALL.iter().map(|role| role.as_str()).collect();
    assert_eq!(names.len(), 15);
    for role in Role::ALL {
        assert_eq!(Role::parse(role.as_str()), Ok(*role));
        assert_eq!(serde_json::to_string(role).unwrap(), format!("\"{role}\""));
    }
    for text in ["", "operator", "ORG_ADMIN ", "PLATFORM_OPERATOR", "ADMIN"] {
        assert_eq!(code(Role::parse(text)), "invalid_role", "{text}");
    }
    let error = serde_json::from_str::<Role>("\"ADMIN\"").unwrap_err().to_string();
    assert!(error.starts_with("A role is one of: OPERATOR PARTNER_ADMIN"), "{error}");
}

#[test]
fn a_membership_carries_the_roles_of_its_scope() {
    let on = |scope| -> Vec<_> {
        Role::ALL.iter().filter(|role| role.may_be_granted_on(scope)).map(|role| role.as_str()).collect()
    };
    assert_eq!(on(ScopeKind::Platform), ["OPERATOR"]);
    assert_eq!(on(ScopeKind::Partner), ["PARTNER_ADMIN", "PARTNER_READ_ONLY"]);
    assert_eq!(
        on(ScopeKind::Org),
        [
            "ORG_ADMIN",
            "ORG_READ_ONLY",
            "AUDITOR",
            "PROJECT_ADMIN",
            "PROJECT_READ_ONLY",
            "INFRA_ADMIN",
            "INFRA_READ_ONLY",
            "CLUSTER_ADMIN",
            "WORKSPACE_ADMIN",
            "WORKSPACE_READ_ONLY",
        ]
    );
    assert!(RoleLevel::Platform > RoleLevel::Partner && RoleLevel::Project > RoleLevel::Namespace);
    assert_eq!(Role::NamespaceAdmin.level(), RoleLevel::Namespace);
}

#[test]
fn a_sealed_text_says_whose_it_is() {
    let person = Uuid::from_u128(0x0193_a1b2_c3d4_7e5f_8a9b_0c1d_2e3f_4a5b);
    let payload = format!("{}w", "A".repeat(37));
    let sealed = Sealed::assemble(person, &payload).unwrap();
    assert_eq!(sealed.as_str(), format!("\u{1}s1.{person}.{payload}"));
    assert_eq!((sealed.person(), sealed.payload()), (person, payload.as_str()));
    assert_eq!(Sealed::parse(sealed.as_str()).unwrap(), sealed);
    let json = serde_json::to_string(&sealed).unwrap();
    assert!(json.starts_with("\"\\u0001s1."), "{json}");
    assert_eq!(serde_json::from_str::<Sealed>(&json).unwrap(), sealed);
    assert_eq!(format!("{sealed:?}"), format!("Sealed({person})"));
}

#[test]
fn what_is_not_exactly_a_sealed_text_is_refused() {
    let person = "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
    let good = "A".repeat(38);
    assert_eq!(code(Sealed::parse(&format!("\u{1}s1.{person}.{good}"))), "");
    for text in [
        String::new(),
        "ada@acme.test".to_owned(),
        format!("s1.{person}.{good}"),
        format!("\u{1}s2.{person}.{good}"),
        format!("\u{1}s1.{}.{good}", person.to_uppercase()),
        format!("\u{1}s1.{}.{good}", person.replace('-', "")),
        format!("\u{1}s1.{person}."),
        format!("\u{1}s1.{person}.{}", "A".repeat(37)),
        format!("\u{1}s1.{person}.{}", "A".repeat(41)),
        format!("\u{1}s1.{person}.{good}=="),
        format!("\u{1}s1.{person}.{}B", "A".repeat(37)),
        format!("\u{1}s1.{person}.{good}.A"),
        format!("\u{1}s1.{person}.{}+A", "A".repeat(36)),
        format!(" \u{1}s1.{person}.{good}"),
    ] {
        assert_eq!(code(Sealed::parse(&text)), "invalid_sealed", "{text:?}");
    }
}
