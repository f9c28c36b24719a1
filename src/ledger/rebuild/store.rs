//! Storing what events make, in tables that are found by their names: those of the next generation, or `pg_temp`'s.

use super::copy;
use super::course::Pace;
use super::fold::Made;
use super::held;
use super::models::{ReadModel, tables};
use super::personal;
use crate::crypto::Keyring;
use sqlx::PgConnection;
use uuid::Uuid;

/// Tables of read models, beside the live ones.
#[derive(Clone, Copy)]
pub(super) struct Tables<'r> {
    /// Where they are.
    pub(super) schema: &'static str,
    pub(super) models: &'r [ReadModel],
    pub(super) keyring: Option<&'r Keyring>,
}

impl Tables<'_> {
    /// Makes them, empty, with the keys by which rows are found again.
    pub(super) async fn make(self, db: &mut PgConnection) -> Result<(), sqlx::Error> {
        for model in self.models {
            for table in model.tables() {
                sqlx::query("SELECT make_generation($1, $2)")
                    .bind(self.schema)
                    .bind(table)
                    .execute(&mut *db)
                    .await?;
                if !model.only_grows() {
                    self.index(db, table, true).await?;
                }
            }
        }
        Ok(())
    }

    async fn index(self, db: &mut PgConnection, table: &str, only_keys: bool) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT index_generation($1, $2, $3)")
            .bind(self.schema)
            .bind(table)
            .bind(only_keys)
            .execute(db)
            .await?;
        Ok(())
    }

    /// Adds what can only be told when all rows are there: documents as they are, and addresses that nobody can open.
    pub(super) async fn complete(self, db: &mut PgConnection) -> Result<(), sqlx::Error> {
        if self.models.contains(&ReadModel::Documents) {
            sqlx::query(include_str!("sql/fill_documents.sql")).execute(&mut *db).await?;
            sqlx::query("SELECT mark_renamed()").execute(&mut *db).await?;
        }
        if self.models.contains(&ReadModel::Claims) {
            personal::carry_over(db, self.schema).await?;
        }
        Ok(())
    }

    /// Gives them all the indexes that the live ones have, and statistics.
    pub(super) async fn index_all(self, db: &mut PgConnection) -> Result<(), sqlx::Error> {
        for table in tables(self.models) {
            self.index(db, table, false).await?;
            sqlx::query("SELECT analyze_generation($1, $2)")
                .bind(self.schema)
                .bind(table)
                .execute(&mut *db)
                .await?;
        }
        Ok(())
    }

    /// How many rows they have together.
    pub(super) async fn rows(self, db: &mut PgConnection) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar(
            "SELECT coalesce(sum(generation_rows($1, name)), 0)::bigint FROM unnest($2::text[]) AS name",
        )
        .bind(self.schema)
        .bind(tables(self.models))
        .fetch_one(db)
        .await
    }

    /// Stores what events made.
    pub(super) async fn store(
        self,
        db: &mut PgConnection,
        mut made: Made,
        pace: Pace,
    ) -> Result<(), sqlx::Error> {
        let wants = |model| self.models.contains(&model);
        if wants(ReadModel::Documents) {
            documents(db, &made).await?;
        }
        if !wants(ReadModel::Claims) {
            made.changes.claims.clear();
        }
        if !wants(ReadModel::References) {
            made.changes.references.clear();
        }
        if !made.changes.claims.is_empty() || !made.changes.references.is_empty() {
            let are_left = personal::hash_addresses(db, self.keyring, &mut made.changes).await?;
            held::names(db, &made.changes).await?;
            // Tables that are being filled are completed at the end.
            if are_left && pace == Pace::Following {
                personal::carry_over(db, self.schema).await?;
            }
        }
        if wants(ReadModel::Pools) {
            held::pools(db, &made.changes.pools).await?;
        }
        if wants(ReadModel::Scopes) {
            scopes(db, &made).await?;
        }
        if wants(ReadModel::Batches) {
            let (times, positions): (Vec<i64>, Vec<i64>) = made.batches.iter().copied().unzip();
            sqlx::query(
                "INSERT INTO ledger_batches (recorded_at, position) SELECT * FROM unnest($1::bigint[], $2::bigint[])",
            )
            .bind(times)
            .bind(positions)
            .execute(db)
            .await?;
        }
        Ok(())
    }
}

async fn documents(db: &mut PgConnection, made: &Made) -> Result<(), sqlx::Error> {
    if !made.versions.is_empty() {
        copy::versions(db, &made.versions).await?;
    }
    if !made.current.is_empty() {
        let (ids, versions): (Vec<Uuid>, Vec<i64>) = made.current.iter().copied().unzip();
        sqlx::query(include_str!("sql/renew_documents.sql"))
            .bind(ids)
            .bind(versions)
            .execute(&mut *db)
            .await?;
    }
    if !made.superseded.is_empty() {
        let before = || made.superseded.iter();
        sqlx::query(include_str!("sql/supersede_versions.sql"))
            .bind(before().map(|(id, ..)| *id).collect::<Vec<_>>())
            .bind(before().map(|(_, version, _)| *version).collect::<Vec<_>>())
            .bind(before().map(|(.., position)| *position).collect::<Vec<_>>())
            .execute(db)
            .await?;
    }
    Ok(())
}

async fn scopes(db: &mut PgConnection, made: &Made) -> Result<(), sqlx::Error> {
    let (ids, (positions, authorities)): (Vec<Uuid>, (Vec<i64>, Vec<i64>)) = made
        .changes
        .scopes
        .iter()
        .map(|(id, scope)| (id.as_uuid(), (scope.position, scope.authority)))
        .unzip();
    sqlx::query(include_str!("sql/move_scopes.sql"))
        .bind(ids)
        .bind(positions)
        .bind(authorities)
        .execute(db)
        .await?;
    Ok(())
}
