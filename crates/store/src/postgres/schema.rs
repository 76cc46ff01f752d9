//! The schema and its migrations.

use super::pool::{Pool, column};
use crate::backend::{Migration, pending};
use crate::error::StoreError;

/// The migrations, in order. A migration that was released is never changed.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        sql: include_str!("schema/0001.sql"),
    },
    Migration {
        version: 2,
        sql: include_str!("schema/0002.sql"),
    },
];

/// Number of the lock that a process holds while it migrates.
const LOCK: i64 = 0x6f72_6f75_7465_7200;

/// Migrates a database to the last version, in one transaction. Other processes wait for it.
pub(super) async fn migrate(
    pool: &Pool,
    migrations: &'static [Migration],
) -> Result<(), StoreError> {
    pool.transaction(migrations, |transaction, migrations| {
        Box::pin(async move {
            transaction
                .execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK])
                .await?;
            transaction
                .batch(
                    "CREATE TABLE IF NOT EXISTS schema_versions (
                        version bigint PRIMARY KEY,
                        applied_at timestamptz NOT NULL DEFAULT now()
                    )",
                )
                .await?;
            let sql = "SELECT coalesce(max(version), 0) FROM schema_versions";
            let found: i64 = column(&transaction.one(sql, &[]).await?, 0)?;
            let found = u32::try_from(found).unwrap_or(u32::MAX);
            for step in pending(found, migrations)? {
                transaction.batch(step.sql).await?;
                let sql = "INSERT INTO schema_versions (version) VALUES ($1)";
                transaction
                    .execute(sql, &[&i64::from(step.version)])
                    .await?;
            }
            Ok(())
        })
    })
    .await
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::postgres::PostgresOptions;
    use crate::testing::PostgresServer;

    const STEPS: [Migration; 3] = [
        Migration {
            version: 1,
            sql: "CREATE TABLE a (x bigint); INSERT INTO a VALUES (7);",
        },
        Migration {
            version: 2,
            sql: "ALTER TABLE a ADD COLUMN y bigint;",
        },
        Migration {
            version: 3,
            sql: "CREATE TABLE b AS SELECT x, y FROM a;",
        },
    ];

    const BROKEN: [Migration; 2] = [
        STEPS[0],
        Migration {
            version: 2,
            sql: "CREATE TABLE c (x bigint); CREATE TABLE a (x bigint);",
        },
    ];

    #[allow(clippy::expect_used, reason = "this is part of a test")]
    async fn value(pool: &Pool, sql: &'static str) -> i64 {
        let read = pool.transaction(sql, |transaction, sql| {
            Box::pin(async move { column(&transaction.one(sql, &[]).await?, 0) })
        });
        read.await.expect("a value")
    }

    #[tokio::test]
    async fn every_earlier_version_is_migrated_and_keeps_its_data() {
        let Some(server) = PostgresServer::start().expect("a server") else {
            return;
        };
        let pool = |name: &str| {
            server.create_database(name).expect("a database");
            let options = PostgresOptions::new(server.url(name));
            let (config, connector) = options.connector().expect("a configuration");
            Pool::new(&options, config, connector).expect("a pool")
        };
        for (earlier, steps) in [
            (0, &STEPS[..0]),
            (1, &STEPS[..1]),
            (2, &STEPS[..2]),
            (3, &STEPS[..3]),
        ] {
            let pool = pool(&format!("from_{earlier}"));
            migrate(&pool, steps).await.expect("the earlier version");
            migrate(&pool, &STEPS).await.expect("the last version");
            assert_eq!(value(&pool, "SELECT x FROM b").await, 7, "{earlier}");
            migrate(&pool, &STEPS[..2])
                .await
                .expect("one version ahead");
            let ahead = migrate(&pool, &STEPS[..1]).await;
            assert!(matches!(ahead, Err(StoreError::Schema { found: 3, .. })));
        }
        let pool = pool("broken");
        let error = migrate(&pool, &BROKEN).await;
        assert!(matches!(error, Err(StoreError::Database(_))), "{error:?}");
        let tables = "SELECT count(*) FROM pg_tables WHERE tablename IN ('a', 'c')";
        assert_eq!(value(&pool, tables).await, 0);
    }
}
