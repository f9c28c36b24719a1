//! Lists as of a position: what they show, and how much is read for a page.

use projections::documents::{At, LabelTerms, ListQuery, Sort, SortKey, list};
use quarterdeck::database::LOOK_UPS_ONLY;
use serde_json::Value;
use sqlx::postgres::PgPoolOptions;
use sqlx::{ConnectOptions, Executor, PgPool, Row};
use testing::TestDatabase;
use uuid::Uuid;
use values::{LabelSelector, ScopeId};

/// Where the ledger of these tests ends: 20 versions each of 600 things.
const HEAD: i64 = 12_599;
/// Positions to read as of, the last one included.
const POSITIONS: [i64; 5] = [0, 1_300, HEAD / 2, 11_000, HEAD];

const SORTS: [(Sort, &str); 6] = [
    (Sort { key: SortKey::Name, descending: false }, "name, id"),
    (Sort { key: SortKey::Name, descending: true }, "name DESC, id DESC"),
    (Sort { key: SortKey::CreatedAt, descending: false }, "created_at, id"),
    (Sort { key: SortKey::CreatedAt, descending: true }, "created_at DESC, id DESC"),
    (Sort { key: SortKey::UpdatedAt, descending: false }, "updated_at, id"),
    (Sort { key: SortKey::UpdatedAt, descending: true }, "updated_at DESC, id DESC"),
];

/// Things that begin in different rounds and change in every one; some are renamed and named back, some get another
/// external id, some are deleted for a while, and some for good.
const FILL: &str = "
    CREATE TABLE every_version AS TABLE document_versions WITH NO DATA;
    INSERT INTO every_version (id, version, org_id, parent_id, kind, name, phase, labels, search, external_id,
        position, created_at, created_by, updated_at, deleted_at, document)
    SELECT md5('thing ' || thing)::uuid, round - thing % 3, md5('org')::uuid, md5('parent')::uuid, 'Thing',
        CASE WHEN thing % 120 = 7 AND round BETWEEN 8 AND 15 OR thing % 120 = 8 AND round < 12 THEN 'other-' ELSE 'thing-' END
            || md5(thing::text),
        CASE round % 2 WHEN 0 THEN 'ready' ELSE 'pending' END, jsonb_build_object('round', 'r' || round % 3), '',
        'crm-' || CASE WHEN thing % 90 = 9 AND round > 11 THEN thing + 1000 ELSE thing END,
        round * 600 + thing * 7 % 600,
        1000000 + (thing % 3 + 1) * 600 + thing * 7 % 600, '{}', 1000000 + round * 600 + thing * 7 % 600,
        CASE WHEN thing % 40 = 1 AND round > 18 OR thing % 40 = 2 AND round BETWEEN 8 AND 12 THEN 1 END, '{}'
    FROM generate_series(0, 599) AS thing, generate_series(1, 20) AS round
    WHERE round > thing % 3;
    INSERT INTO documents (id, org_id, parent_id, kind, name, phase, labels, search, external_id, version, position,
        created_at, created_by, updated_at, deleted_at, document, renamed_at)
    SELECT id, org_id, parent_id, kind, name, phase, labels, search, external_id, version, position,
        created_at, created_by, updated_at, deleted_at, document, (
            SELECT max(e.position) FROM (
                SELECT position, name <> lag(name) OVER w OR external_id <> lag(external_id) OVER w AS renamed
                FROM every_version WHERE id = newest.id WINDOW w AS (ORDER BY version)
            ) e WHERE e.renamed
        )
    FROM (SELECT DISTINCT ON (id) * FROM every_version ORDER BY id, version DESC) newest;
    INSERT INTO document_versions SELECT e.* FROM every_version e JOIN documents d ON d.id = e.id AND d.version > e.version;
    INSERT INTO events (position, org_id, org_position, event_id, aggregate_type, aggregate_id, sequence, event_type,
        event_version, payload, metadata, leaf, recorded_at)
    SELECT position, md5('org')::uuid, position, gen_random_uuid(), 'thing', 'thing', position, 'Changed', '1', '{}',
        '{}', sha256(''), 1000000 + position
    FROM generate_series(1, 12599) AS position;
    ANALYZE;";

async fn filled(database: &TestDatabase) -> PgPool {
    let pool = PgPoolOptions::new().connect_lazy_with(database.options().options(LOOK_UPS_ONLY));
    pool.execute(FILL).await.unwrap();
    pool
}

async fn parent(db: &PgPool) -> ScopeId {
    ScopeId::from(sqlx::query_scalar::<_, Uuid>("SELECT md5('parent')::uuid").fetch_one(db).await.unwrap())
}

fn everything(parents: &[ScopeId], sort: Sort) -> ListQuery<'_> {
    ListQuery {
        parents,
        ids: None,
        kind: "Thing",
        sort,
        after: None,
        limit: 51,
        name: None,
        phase: None,
        text: None,
        external_id: None,
        owners: None,
        include_deleted: false,
        labels: LabelTerms::default(),
    }
}

/// All pages, one after the other: which versions they show.
async fn pages(db: &PgPool, mut query: ListQuery<'_>, at: i64) -> Vec<(Uuid, i64)> {
    let mut shown = vec![];
    loop {
        let page = list(db, &query, At::Position(at)).await.unwrap();
        shown.extend(page.iter().map(|item| (item.found.id, item.found.version)));
        match page.last() {
            Some(last) => query.after = Some((last.sort_value.clone(), last.found.id)),
            None => return shown,
        }
    }
}

/// The same, by looking at every version there is.
async fn looked_through(db: &PgPool, order: &str, filter: &str, at: i64) -> Vec<(Uuid, i64)> {
    let statement = format!(
        "SELECT id, version FROM (
             SELECT DISTINCT ON (id) * FROM every_version WHERE position <= $1 ORDER BY id, position DESC
         ) then_there WHERE {filter} ORDER BY {order}"
    );
    sqlx::query_as(&statement).bind(at).fetch_all(db).await.unwrap()
}

#[tokio::test]
async fn lists_show_what_was_there_in_every_order() {
    let database = TestDatabase::new().await;
    let db = filled(&database).await;
    let parents = [parent(&db).await];
    let name = |thing: i32| format!("SELECT 'other-' || md5('{thing}')");
    let other: String = sqlx::query_scalar(&name(128)).fetch_one(&db).await.unwrap();
    let between: String = sqlx::query_scalar(&name(127)).fetch_one(&db).await.unwrap();
    for (sort, order) in SORTS {
        for at in POSITIONS {
            let all = || everything(&parents, sort);
            let mut labels = LabelTerms::default();
            labels.add("round", "in", "r1,r2".to_owned());
            let equal = LabelTerms::of(&LabelSelector::parse("round=r1").unwrap());
            for (query, filter) in [
                (all(), "deleted_at IS NULL".to_owned()),
                (ListQuery { include_deleted: true, ..all() }, "true".to_owned()),
                (
                    ListQuery { phase: Some("ready"), ..all() },
                    "deleted_at IS NULL AND phase = 'ready'".to_owned(),
                ),
                (
                    ListQuery { labels, ..all() },
                    "deleted_at IS NULL AND labels ->> 'round' IN ('r1', 'r2')".to_owned(),
                ),
                (
                    ListQuery { labels: equal, ..all() },
                    "deleted_at IS NULL AND labels ->> 'round' = 'r1'".to_owned(),
                ),
                (ListQuery { name: Some(&other), ..all() }, format!("name = '{other}'")),
                (ListQuery { name: Some(&between), ..all() }, format!("name = '{between}'")),
                (ListQuery { external_id: Some("crm-99"), ..all() }, "external_id = 'crm-99'".to_owned()),
                (ListQuery { external_id: Some("crm-1099"), ..all() }, "external_id = 'crm-1099'".to_owned()),
            ] {
                let expected = looked_through(&db, order, &filter, at).await;
                assert_eq!(pages(&db, query, at).await, expected, "by {order}, {filter}, as of {at}");
            }
        }
    }
}

/// How many rows are read from tables for a page, by the plan that is made for whatever is asked.
async fn rows_read(db: &PgPool, query: &ListQuery<'_>, at: i64) -> i64 {
    let parameters = "uuid[], text, bigint, text, uuid, bigint, text, text, text, text, uuid[], boolean, text[], text[], text[], \
                      uuid[], jsonb";
    let quoted = |value: Option<&str>| value.map_or("NULL".to_owned(), |value| format!("'{value}'"));
    let ids =
        query.ids.map(|ids| format!("{{{}}}", ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",")));
    let mut db = db.acquire().await.unwrap();
    let prepare = format!("DEALLOCATE ALL; PREPARE page ({parameters}) AS {}", query.statement());
    sqlx::raw_sql(&prepare).execute(&mut *db).await.unwrap();
    let execute = format!(
        "EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE page ('{{{}}}', 'Thing', {at}, NULL, NULL, 51, {}, {}, NULL, {}, NULL, false, \
         '{{}}', '{{}}', '{{}}', {}, NULL)",
        query.parents[0].as_uuid(),
        quoted(query.name),
        quoted(query.phase),
        quoted(query.external_id),
        quoted(ids.as_deref()),
    );
    let explained = sqlx::raw_sql(&execute).fetch_one(&mut *db).await.unwrap();
    read_by(&explained.try_get::<Value, _>(0).unwrap()[0]["Plan"])
}

fn read_by(node: &Value) -> i64 {
    let number = |key: &str| node[key].as_f64().unwrap_or_default();
    let rows = (number("Actual Rows") + number("Rows Removed by Filter")) * number("Actual Loops");
    #[expect(clippy::cast_possible_truncation, reason = "there are some thousands of rows")]
    let own = if node["Relation Name"].is_string() { rows.round() as i64 } else { 0 };
    own + node["Plans"].as_array().into_iter().flatten().map(read_by).sum::<i64>()
}

#[tokio::test]
async fn a_page_of_the_past_reads_about_as_many_rows_as_one_of_now() {
    let database = TestDatabase::new().await;
    let db = filled(&database).await;
    let parents = [parent(&db).await];
    for (sort, order) in SORTS {
        // A page, and one for which the whole list is looked through.
        for phase in [None, Some("gone")] {
            let query = ListQuery { phase, ..everything(&parents, sort) };
            let now = rows_read(&db, &query, HEAD).await;
            for at in [HEAD / 2, 11_000] {
                let then = rows_read(&db, &query, at).await;
                assert!(then <= 3 * now, "by {order}, {phase:?}, as of {at}: {then} rows, and {now} of now");
            }
        }
    }
}

#[tokio::test]
async fn a_page_is_found_by_an_index_before_there_are_statistics() {
    let database = TestDatabase::new().await;
    let db = filled(&database).await;
    let parents = [parent(&db).await];
    let id: Uuid = sqlx::query_scalar("SELECT md5('thing 31')::uuid").fetch_one(&db).await.unwrap();
    let name: String = sqlx::query_scalar("SELECT 'thing-' || md5('31')").fetch_one(&db).await.unwrap();
    forget_statistics(&database).await;
    for (sort, order) in SORTS {
        let all = || everything(&parents, sort);
        // Nothing knows when each was changed last.
        if sort.key != SortKey::UpdatedAt {
            let read = rows_read(&db, &all(), HEAD).await;
            assert!(read <= 110, "by {order}: {read} rows are read for a page of 51");
        }
        for query in [
            ListQuery { ids: Some(&[id]), ..all() },
            ListQuery { name: Some(&name), ..all() },
            ListQuery { external_id: Some("crm-31"), ..all() },
        ] {
            assert_eq!(pages(&db, query.clone(), HEAD).await, [(id, 19)], "by {order}");
            let read = rows_read(&db, &query, HEAD).await;
            assert!(read <= 8, "by {order}: {read} rows are read for one");
        }
    }
}

/// As it is where nobody has looked at the tables yet.
async fn forget_statistics(database: &TestDatabase) {
    let mut superuser = database.superuser_options().connect().await.unwrap();
    superuser
        .execute("DELETE FROM pg_statistic; UPDATE pg_class SET reltuples = -1, relpages = 0")
        .await
        .unwrap();
}

#[tokio::test]
async fn a_name_is_found_by_an_index_before_there_are_statistics() {
    let database = TestDatabase::new().await;
    let db = filled(&database).await;
    forget_statistics(&database).await;
    let one = "md5('parent')::uuid, 'Thing', 'thing-' || md5('31')";
    for (statement, parameters, given) in [
        (
            include_str!("../../projections/src/documents/sql/get_by_name.sql"),
            "uuid, text, text",
            one.to_owned(),
        ),
        (
            include_str!("../../projections/src/documents/sql/get_by_name_as_of.sql"),
            "uuid, text, text, bigint",
            format!("{one}, 12599"),
        ),
        (
            include_str!("../../projections/src/documents/sql/sight_by_name.sql"),
            "uuid, text, uuid, text",
            "md5('org')::uuid, 'thing-' || md5('31'), md5('parent')::uuid, 'Thing'".to_owned(),
        ),
        (
            include_str!("../../projections/src/documents/sql/siblings.sql"),
            "uuid, uuid, text, text[], uuid[]",
            "md5('org')::uuid, md5('parent')::uuid, 'Thing', ARRAY['thing-' || md5('31')], \
             ARRAY[md5('thing 31')::uuid]"
                .to_owned(),
        ),
    ] {
        let mut db = db.acquire().await.unwrap();
        let prepare = format!("DEALLOCATE ALL; PREPARE look_up ({parameters}) AS {statement}");
        sqlx::raw_sql(&prepare).execute(&mut *db).await.unwrap();
        let found = sqlx::raw_sql(&format!("EXECUTE look_up ({given})")).fetch_all(&mut *db).await.unwrap();
        assert_eq!(found.len(), 1, "{statement}");
        let explain = format!("EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE look_up ({given})");
        let explained = sqlx::raw_sql(&explain).fetch_one(&mut *db).await.unwrap();
        let read = read_by(&explained.try_get::<Value, _>(0).unwrap()[0]["Plan"]);
        assert!(read <= 8, "{read} rows are read by {statement}");
    }
}
