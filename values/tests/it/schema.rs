use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;
use values::{
    AccessKeyId, Annotations, ChartName, ChartRepository, ChartVersion, Cidr, Color, Description,
    DisplayName, Email, ExternalId, FileName, GitRevision, GitUrl, HostName, HttpUrl, KeySecret,
    LabelSelector, Labels, Location, Name, NameOrId, NoProxyEntry, PersonName, Phone, ProxyUser, Quantity,
    Reason, Role, ScopeId, ScopeKind, SecretText, Sha256Hex, SourcePath, Timestamp, VersionName,
};

fn schema<T: ToSchema>() -> Value {
    serde_json::to_value(T::schema()).unwrap()
}

/// Reads the example of a type as the type.
fn check<T: ToSchema + DeserializeOwned>() {
    let schema = schema::<T>();
    let example = schema["examples"][0].clone();
    assert!(serde_json::from_value::<T>(example).is_ok(), "{}: {schema}", T::name());
    assert!(
        schema["description"].as_str().is_some_and(|text| text.ends_with('.')),
        "{}: {schema}",
        T::name()
    );
}

#[test]
fn every_example_is_a_value_of_its_type() {
    check::<AccessKeyId>();
    check::<Annotations>();
    check::<ChartName>();
    check::<ChartRepository>();
    check::<ChartVersion>();
    check::<Cidr>();
    check::<Color>();
    check::<Description>();
    check::<DisplayName>();
    check::<Email>();
    check::<ExternalId>();
    check::<FileName>();
    check::<GitRevision>();
    check::<GitUrl>();
    check::<HostName>();
    check::<HttpUrl>();
    check::<LabelSelector>();
    check::<Labels>();
    check::<Location>();
    check::<Name>();
    check::<NameOrId>();
    check::<NoProxyEntry>();
    check::<PersonName>();
    check::<Phone>();
    check::<ProxyUser>();
    check::<Quantity>();
    check::<Reason>();
    check::<Role>();
    check::<ScopeId>();
    check::<SecretText>();
    check::<Sha256Hex>();
    check::<SourcePath>();
    check::<Timestamp>();
    check::<VersionName>();
    let secret = schema::<KeySecret>();
    assert!(KeySecret::parse(secret["examples"][0].as_str().unwrap()).is_ok());
}

#[test]
fn schemas_say_type_limits_and_pattern() {
    assert_eq!(
        schema::<Name>(),
        serde_json::json!({
            "type": "string",
            "description": "Lower-case letters, digits and hyphens; a letter or digit at both ends; not shaped like a UUID.",
            "examples": ["prod-eu-1"],
            "minLength": 1,
            "maxLength": 63,
            "pattern": "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$",
        })
    );
    assert_eq!(Name::name(), "Name");
    assert_eq!(schema::<Timestamp>()["format"], "date-time");
    assert_eq!(schema::<Labels>()["additionalProperties"]["maxLength"], 63);
    assert_eq!(schema::<Labels>()["maxProperties"], 64);
    assert_eq!(schema::<Role>()["enum"].as_array().map(Vec::len), Some(15));
    assert_eq!(schema::<ScopeKind>()["enum"], serde_json::json!(["platform", "partner", "org"]));
}
