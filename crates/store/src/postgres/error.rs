//! Turns errors of PostgreSQL into [`StoreError`]s.

use std::error::Error as _;

use deadpool_postgres::PoolError;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::WrongType;

use crate::error::StoreError;

/// Classes of codes that mean that the database cannot work now: connection, resources, operator,
/// system.
const OUTAGE_CLASSES: [&str; 4] = ["08", "53", "57", "58"];

/// Classes of codes that mean that a value cannot be stored: data, integrity, size.
const VALUE_CLASSES: [&str; 3] = ["22", "23", "54"];

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        let text = match error.as_db_error() {
            // Neither the statement nor its values.
            Some(database) => format!("{} ({})", database.message(), database.code().code()),
            None => match error.source() {
                Some(source) => format!("{error}: {source}"),
                None => error.to_string(),
            },
        };
        if is_outage(&error) {
            Self::Unavailable(text)
        } else if has_class(&error, &VALUE_CLASSES) {
            Self::Value(text)
        } else {
            Self::Database(text)
        }
    }
}

fn has_class(error: &tokio_postgres::Error, classes: &[&str]) -> bool {
    let code = error.code().map_or("", SqlState::code);
    classes.iter().any(|class| code.starts_with(class))
}

/// Returns `true` if the statement may succeed later.
fn is_outage(error: &tokio_postgres::Error) -> bool {
    let Some(code) = error.code() else {
        // Conversions of values have a source of another type; everything else is the connection.
        let wrong_type = |source: &(dyn std::error::Error + 'static)| source.is::<WrongType>();
        return !error.source().is_some_and(wrong_type);
    };
    has_class(error, &OUTAGE_CLASSES)
        || is_conflict(error)
        || *code == SqlState::LOCK_NOT_AVAILABLE
        || *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
        || *code == SqlState::READ_ONLY_SQL_TRANSACTION
}

/// Returns `true` if PostgreSQL aborted the transaction because of another one.
pub(super) fn is_conflict(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| {
        *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED
    })
}

/// Returns `true` for the text of an error that [`is_conflict`].
pub(super) fn is_conflict_text(error: &StoreError) -> bool {
    let StoreError::Unavailable(text) = error else {
        return false;
    };
    [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
    ]
    .iter()
    .any(|code| text.ends_with(&format!("({})", code.code())))
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => error.into(),
            error => Self::Unavailable(error.to_string()),
        }
    }
}
