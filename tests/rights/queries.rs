//! What is wrong with a query is said before anything is looked up.

use crate::operations::operations;
use crate::world::{Places, World};
use axum::http::StatusCode;

#[tokio::test]
async fn a_parameter_that_is_none_of_the_operations_is_refused_whether_or_not_the_place_is_there() {
    let world = World::new().await;
    let operator = world.operator();
    for operation in operations() {
        let inside = Places::is_inside_of_an_org(operation);
        let actor = if inside { world.admin() } else { &operator };
        for places in [&world.own, &Places::default()] {
            let path = places.path(operation);
            let answer = operation.call_with_query(actor, &path, "nope=1").outcome().await;
            assert_eq!(
                answer,
                (StatusCode::BAD_REQUEST, "unknown_parameter".into()),
                "{} {path}",
                operation.id
            );
        }
    }
}

#[tokio::test]
async fn what_takes_no_moment_says_so_whether_or_not_the_place_is_there() {
    let world = World::new().await;
    let operator = world.operator();
    for operation in operations().iter().filter(|operation| !operation.takes("asOf")) {
        let inside = Places::is_inside_of_an_org(operation);
        let actor = if inside { world.admin() } else { &operator };
        let path = Places::default().path(operation);
        let answer = operation.call_with_query(actor, &path, "asOf=1").outcome().await;
        assert_eq!(answer, (StatusCode::BAD_REQUEST, "unknown_parameter".into()), "{} {path}", operation.id);
    }
}
