//! The schema and its migrations.

use rusqlite::Connection;

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

/// Migrates a database to the last version. Each migration is one transaction, so that another process
/// that opens the file waits for it.
pub(super) fn migrate(
    connection: &mut Connection,
    migrations: &[Migration],
) -> Result<(), StoreError> {
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS schema_versions (
            version INTEGER PRIMARY KEY,
            applied_at INTEGER NOT NULL
        ) STRICT",
    )?;
    loop {
        let behavior = rusqlite::TransactionBehavior::Immediate;
        let transaction = connection.transaction_with_behavior(behavior)?;
        let sql = "SELECT coalesce(max(version), 0) FROM schema_versions";
        let found: u32 = transaction.query_row(sql, [], |row| row.get(0))?;
        let Some(step) = pending(found, migrations)?.first() else {
            return Ok(());
        };
        transaction.execute_batch(step.sql)?;
        transaction.execute(
            "INSERT INTO schema_versions (version, applied_at)
             VALUES (?1, CAST(unixepoch('subsec') * 1000 AS INTEGER))",
            [step.version],
        )?;
        transaction.commit()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Migration; 3] = [
        Migration {
            version: 1,
            sql: "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (7);",
        },
        Migration {
            version: 2,
            sql: "ALTER TABLE a ADD COLUMN y INTEGER;",
        },
        Migration {
            version: 3,
            sql: "CREATE TABLE b AS SELECT x, y FROM a;",
        },
    ];

    #[test]
    fn every_earlier_version_is_migrated_and_keeps_its_data() {
        for earlier in 0..=3 {
            let mut connection = Connection::open_in_memory().expect("a database");
            migrate(&mut connection, &STEPS[..earlier]).expect("the earlier version");
            migrate(&mut connection, &STEPS).expect("the last version");
            let x: i64 = connection
                .query_row("SELECT x FROM b", [], |row| row.get(0))
                .expect("a row");
            assert_eq!(x, 7, "{earlier}");
            migrate(&mut connection, &STEPS).expect("nothing to do");
            migrate(&mut connection, &STEPS[..2]).expect("one version ahead");
            let ahead = migrate(&mut connection, &STEPS[..1]);
            assert!(matches!(ahead, Err(StoreError::Schema { found: 3, .. })));
        }
    }

    #[test]
    fn a_migration_that_fails_changes_nothing() {
        let mut connection = Connection::open_in_memory().expect("a database");
        let broken = Migration {
            version: 2,
            sql: "CREATE TABLE c (x INTEGER) STRICT; CREATE TABLE a (x INTEGER);",
        };
        let error = migrate(&mut connection, &[STEPS[0], broken]);
        assert!(matches!(error, Err(StoreError::Database(_))), "{error:?}");
        let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'c'";
        let tables: i64 = connection
            .query_row(sql, [], |row| row.get(0))
            .expect("a row");
        assert_eq!(tables, 0);
        migrate(&mut connection, &STEPS).expect("the right migration");
    }
}
