//! What of the operations must be sent a body, and what need not.

use crate::operations::operations;
use crate::world::{Places, World};
use std::collections::BTreeSet;

/// What is not there: the world has no operator but the first, no staff of its partner, and neither has keys to end.
const NOT_THERE: [&str; 3] =
    ["/v1/operators/{user}", "/v1/partners/{partner}/users/{user}", "/v1/me/api-keys/{key}"];

#[tokio::test]
async fn what_must_be_sent_a_body_refuses_none_and_nothing_else_does() {
    let world = World::new().await;
    let operator = world.operator();
    let mut refused = BTreeSet::new();
    for operation in operations().iter().filter(|operation| operation.takes_a_body()) {
        if NOT_THERE.iter().any(|path| operation.path.starts_with(path)) {
            continue;
        }
        let actor = if Places::is_inside_of_an_org(operation) { world.admin() } else { &operator };
        let (status, code) = operation.call_with_nothing(actor, &world.own.path(operation)).outcome().await;
        assert!(!matches!(status.as_u16(), 401..=404), "{} does not come to it: {code}", operation.id);
        assert_eq!(status == 400, operation.needs_a_body(), "{}: {status} {code}", operation.id);
        refused.extend((status == 400).then_some(code));
    }
    assert_eq!(refused, BTreeSet::from(["malformed_json".to_owned()]));
}
