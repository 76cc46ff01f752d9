//! [`StoreError`]: the reason why an operation of a store failed.

use std::fmt;

/// The reason why an operation of a store failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// The database does not answer, or not within the deadline. The operation may have taken effect.
    /// All operations that change money or records can be repeated.
    Unavailable(String),
    /// A value that the caller gave cannot be stored.
    Invalid {
        /// Name of the member of the request.
        member: &'static str,
        /// Condition that the value does not meet: `must be ..`.
        message: &'static str,
    },
    /// The database was migrated by a version of the program that is too new for this one.
    Schema {
        /// Version of the database's schema.
        found: u32,
        /// Highest version that this program can use.
        supported: u32,
    },
    /// The database refused the statement, or returned what cannot be read. The operation may succeed
    /// after an operator has changed the database.
    Database(String),
    /// The database refused a value of the operation, which therefore fails again if it is repeated.
    Value(String),
    /// A local file or the random source failed.
    Io(String),
}

impl StoreError {
    pub(crate) const fn invalid(member: &'static str, message: &'static str) -> Self {
        Self::Invalid { member, message }
    }

    pub(crate) fn unreadable(column: &str) -> Self {
        Self::Database(format!("the column `{column}` has an unreadable value"))
    }

    /// Returns `true` if the database does not answer, so that the operation may succeed later.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(cause) => write!(f, "the database does not answer: {cause}"),
            Self::Invalid { member, message } => write!(f, "`{member}` {message}"),
            Self::Schema { found, supported } => write!(
                f,
                "the database has schema version {found}, and this program supports up to \
                 {supported}; use a newer version of the program"
            ),
            Self::Database(cause) => write!(f, "the database refused a statement: {cause}"),
            Self::Value(cause) => write!(f, "the database refused a value: {cause}"),
            Self::Io(cause) => f.write_str(cause),
        }
    }
}

impl std::error::Error for StoreError {}
