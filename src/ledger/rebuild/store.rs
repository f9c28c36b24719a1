//! Storing what events make, in tables that are found by their names: those of the next generation, or `pg_temp`'s.

use super::ahead::Part;
use super::course::Pace;
use super::documents;
use super::fold::Made;
use super::held;
use super::models::{ReadModel, tables};
use super::personal;
use super::said;
use crate::crypto::Keyring;
use crate::ledger::pools::PoolChanges;
use sqlx::{Executor, PgConnection};

/// Everything is read, and sorted in memory where it fits there.
const SORTS_AND_JOINS: &str =
    "SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on; SET LOCAL work_mem = '64MB'";
/// As the connection began.
const LOOK_UPS: &str = "SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL enable_hashjoin TO DEFAULT; \
     SET LOCAL work_mem TO DEFAULT";

/// Tables of read models, beside the live ones.
#[derive(Clone, Copy)]
pub(super) struct Tables<'r> {
    /// Where they are.
    pub(super) schema: &'static str,
    pub(super) models: &'r [ReadModel],
    pub(super) keyring: Option<&'r Keyring>,
}

impl Tables<'_> {
    /// Makes them, empty and without keys.
    pub(super) async fn make(self, db: &mut PgConnection) -> Result<(), sqlx::Error> {
        for table in tables(self.models) {
            self.make_table(db, table).await?;
            if said::set_aside(db, table).await? {
                self.make_table(db, table).await?;
            }
        }
        Ok(())
    }

    async fn make_table(self, db: &mut PgConnection, table: &str) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT make_generation($1, $2)").bind(self.schema).bind(table).execute(db).await?;
        Ok(())
    }

    /// Adds to one of them what can only be told when all rows are there: the last word on everything but documents, and
    /// addresses that nobody can open.
    pub(super) async fn complete(self, db: &mut PgConnection, table: &str) -> Result<(), sqlx::Error> {
        db.execute(SORTS_AND_JOINS).await?;
        said::conclude(db, table).await?;
        if ReadModel::Claims.tables().contains(&table) {
            personal::carry_over(db, self.schema).await?;
        }
        db.execute(LOOK_UPS).await?;
        Ok(())
    }

    /// Gives one of them all the indexes that the live one has, and statistics.
    pub(super) async fn index(self, db: &mut PgConnection, table: &str) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT index_generation($1, $2, false), analyze_generation($1, $2)")
            .bind(self.schema)
            .bind(table)
            .execute(db)
            .await?;
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
        part: Part,
        pace: Pace,
    ) -> Result<(), sqlx::Error> {
        let Part { mut made, position } = part;
        let wants = |model| self.models.contains(&model);
        if wants(ReadModel::Documents) {
            store_documents(db, &made, pace).await?;
        }
        if !wants(ReadModel::Claims) {
            made.changes.claims.clear();
        }
        if !wants(ReadModel::References) {
            made.changes.references.clear();
        }
        if !wants(ReadModel::Pools) {
            made.changes.pools = PoolChanges::default();
        }
        if !wants(ReadModel::Scopes) {
            made.changes.scopes.clear();
        }
        let are_left = personal::hash_addresses(db, self.keyring, &mut made.changes).await?;
        match pace {
            // Completed at the end.
            Pace::Filling { .. } => said::say(db, &made.changes, position).await?,
            Pace::Following => {
                held::hold(db, &made.changes).await?;
                if are_left {
                    personal::carry_over(db, self.schema).await?;
                }
            }
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

async fn store_documents(db: &mut PgConnection, made: &Made, pace: Pace) -> Result<(), sqlx::Error> {
    if !made.earlier.is_empty() {
        documents::add_versions(db, &made.earlier).await?;
    }
    if made.current.is_empty() {
        return Ok(());
    }
    if pace == Pace::Following {
        // Those whose place is taken are among the earlier ones.
        sqlx::query(
            "DELETE FROM documents USING unnest($1::uuid[], $2::uuid[]) AS new(org_id, id) \
             WHERE documents.org_id = new.org_id AND documents.id = new.id",
        )
        .bind(made.current.iter().map(|row| row.org_id).collect::<Vec<_>>())
        .bind(made.current.iter().map(|row| row.id).collect::<Vec<_>>())
        .execute(&mut *db)
        .await?;
    }
    documents::add(db, &made.current).await
}
