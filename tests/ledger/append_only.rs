//! Nobody rewrites the ledger.

use crate::world::World;
use sqlx::{ConnectOptions, PgConnection};

async fn refuses(db: &mut PgConnection, statement: &'static str) {
    let error = sqlx::query(statement).execute(db).await.expect_err(statement);
    let error = error.as_database_error().unwrap();
    assert_eq!(error.code().as_deref(), Some("42501"), "{statement}: {error}");
}

#[tokio::test]
async fn events_cannot_be_updated_deleted_or_truncated() {
    let world = World::new().await;
    world.partner("acme").await;

    let mut service = world.database().options().connect().await.unwrap();
    let mut superuser = world.database().superuser_options().connect().await.unwrap();
    for db in [&mut service, &mut superuser] {
        refuses(db, "UPDATE events SET payload = '{}'").await;
        refuses(db, "DELETE FROM events").await;
        refuses(db, "TRUNCATE events").await;
        refuses(db, "TRUNCATE events CASCADE").await;
    }
    assert_eq!(world.events().await, 1);
    world.end().await;
}
