//! [`pending`]: the migrations that a database needs.

use crate::error::StoreError;

/// A change of the schema. Migrations go forward only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Migration {
    /// Version of the schema after the migration. The first is 1, and each is one more.
    pub(crate) version: u32,
    /// The statements.
    pub(crate) sql: &'static str,
}

/// Returns the migrations that lead from version `found` to the last one. Returns none if the
/// database is one version ahead, which the previous version of the program must be able to use while
/// replicas are replaced.
///
/// # Errors
/// [`StoreError::Schema`] if the database is two or more versions ahead.
pub(crate) fn pending(found: u32, migrations: &[Migration]) -> Result<&[Migration], StoreError> {
    let last = migrations.last().map_or(0, |migration| migration.version);
    let supported = last + 1;
    if found > supported {
        return Err(StoreError::Schema { found, supported });
    }
    let done = migrations.iter().take_while(|step| step.version <= found);
    Ok(migrations.get(done.count()..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_later_migrations_are_pending() {
        let migrations = [1, 2, 3].map(|version| Migration { version, sql: "" });
        let versions = |found| {
            pending(found, &migrations).map(|steps| steps.iter().map(|step| step.version).collect())
        };
        assert_eq!(versions(0), Ok(vec![1, 2, 3]));
        assert_eq!(versions(2), Ok(vec![3]));
        assert_eq!(versions(3), Ok(vec![]));
        assert_eq!(versions(4), Ok(vec![]));
        let error = StoreError::Schema {
            found: 5,
            supported: 4,
        };
        assert_eq!(versions(5), Err(error));
    }
}
