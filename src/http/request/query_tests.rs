use axum::http::Request;
use proptest::prelude::*;

use super::*;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Filter {
    name: Option<String>,
    #[serde(default)]
    include_deleted: bool,
}

async fn read<T: FromRequestParts<(), Rejection = Problem>>(query: &str) -> Result<T, Problem> {
    let request = Request::builder().uri(format!("/v1/orgs?{query}")).body(()).unwrap();
    T::from_request_parts(&mut request.into_parts().0, &()).await
}

async fn code<T: FromRequestParts<(), Rejection = Problem> + std::fmt::Debug>(query: &str) -> ProblemCode {
    read::<T>(query).await.unwrap_err().code()
}

#[tokio::test]
async fn parameters_are_decoded_into_types() {
    let filter = read::<Query<Filter>>("name=a%20b+%C3%A9%2B&includeDeleted=true").await.unwrap().0;
    assert_eq!(filter, Filter { name: Some("a b é+".into()), include_deleted: true });
    assert_eq!(read::<Query<Filter>>("").await.unwrap().0, Filter { name: None, include_deleted: false });
    assert_eq!(read::<Query<Filter>>("&name&").await.unwrap().0.name.as_deref(), Some(""));
}

#[tokio::test]
async fn commands_have_dry_runs() {
    assert!(read::<WriteQuery>("dryRun=true").await.unwrap().dry_run);
    assert!(!read::<WriteQuery>("dryRun=false").await.unwrap().dry_run);
    assert!(!read::<WriteQuery>("").await.unwrap().dry_run);
    for bad in ["dryRun=1", "dryRun=", "dryRun", "dryRun=True", "dryRun=true&dryRun=true"] {
        assert_eq!(code::<WriteQuery>(bad).await, ProblemCode::InvalidParameter, "{bad}");
    }
    assert_eq!(code::<WriteQuery>("dryrun=true").await, ProblemCode::UnknownParameter);
    assert_eq!(code::<WriteQuery>("asOf=3").await, ProblemCode::UnknownParameter);
}

#[tokio::test]
async fn reads_may_be_as_of_then_and_not_before() {
    let query = read::<ReadQuery>("asOf=3&minPosition=4").await.unwrap();
    assert_eq!((query.as_of, query.min_position), (Some(AsOf::Position(3)), Some(4)));
    assert!(matches!(
        read::<ReadQuery>("asOf=2026-11-23T09:30:00%2B01:00").await.unwrap().as_of,
        Some(AsOf::Time(_))
    ));
    for bad in [
        "asOf=",
        "asOf=yesterday",
        "asOf=2026-11-23T09:30:00+01:00",
        "minPosition=-1",
        "minPosition=9007199254740992",
    ] {
        assert_eq!(code::<ReadQuery>(bad).await, ProblemCode::InvalidParameter, "{bad}");
    }
    assert_eq!(code::<ReadQuery>("dryRun=true").await, ProblemCode::UnknownParameter);
}

#[tokio::test]
async fn lists_have_pages_and_filters() {
    let query =
        read::<ListQuery<Filter>>("limit=7&pageToken=abc&sort=-createdAt&name=x&asOf=9").await.unwrap();
    assert_eq!((query.page.limit(), query.page.token()), (7, Some("abc")));
    assert_eq!((query.own.name.as_deref(), query.as_of), (Some("x"), Some(AsOf::Position(9))));
    assert_eq!(read::<ListQuery<Filter>>("").await.unwrap().page.limit(), 50);
    for bad in ["limit=0", "limit=501", "limit=x", "limit=", "sort=", "sort=-", "sort=a%20b", "pageToken="] {
        assert_eq!(code::<ListQuery<Filter>>(bad).await, ProblemCode::InvalidParameter, "{bad}");
    }
}

#[tokio::test]
async fn faults_name_the_parameter() {
    let problem = read::<ListQuery<Filter>>("a/b~=1&x=2").await.unwrap_err();
    let pointers: Vec<&str> = problem.errors().iter().map(|fault| fault.pointer.as_str()).collect();
    assert_eq!((problem.code(), pointers), (ProblemCode::UnknownParameter, vec!["?a/b~", "?x"]));
    let problem = read::<ListQuery<Filter>>("limit=x").await.unwrap_err();
    assert_eq!(
        (problem.errors()[0].pointer.as_str(), problem.errors()[0].code.as_str()),
        ("?limit", "invalid_type")
    );
}

#[tokio::test]
async fn half_encoded_queries_are_refused() {
    for bad in [
        "name=%",
        "name=%4",
        "name=%zz",
        "%=1",
        "name=%0A",
        "name=%1b%5b31m",
        "name=a&name=b",
        "n%61me=a&name=b",
    ] {
        assert_eq!(code::<Query<Filter>>(bad).await, ProblemCode::InvalidParameter, "{bad}");
    }
    for bad in ["name=%ff", "name=%00", "name=%ed%a0%80", "%00=1"] {
        assert_eq!(code::<Query<Filter>>(bad).await, ProblemCode::InvalidEncoding, "{bad}");
    }
    let many = (0..65).map(|n| format!("p{n}=1")).collect::<Vec<_>>().join("&");
    assert_eq!(code::<Query<Filter>>(&many).await, ProblemCode::InvalidParameter);
}

#[test]
fn spellings_of_one_query_have_one_form() {
    let canonical = |query| canonical_query(query).unwrap();
    assert_eq!(canonical("b=%7e&a=x+y&"), "a=x%20y&b=~");
    assert_eq!(canonical("a=x%20y&b=~"), canonical("&b=%7E&a=x+y"));
    assert_ne!(canonical("a=1%26b=2"), canonical("a=1&b=2"));
    assert_eq!(canonical(""), "");
}

proptest! {
    #[test]
    fn any_query_is_read_or_refused_and_its_form_is_stable(query in "[ -~é]{0,60}") {
        if let Ok(canonical) = canonical_query(&query) {
            prop_assert_eq!(canonical_query(&canonical).unwrap(), canonical);
        }
    }
}
