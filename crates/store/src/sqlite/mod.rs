//! [`SqliteStore`]: a database in a file.
//!
//! One thread writes and two read; each has a connection of its own. The file is in WAL mode, so that
//! readers do not wait for the writer, and a commit is on the disk before it is acknowledged.

mod accounts;
mod feed;
mod keys;
mod leases;
mod records;
mod retention;
mod schema;
mod shared;
mod worker;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use self::feed::Feed;
use self::worker::Worker;
use crate::error::StoreError;
use crate::store::{ChangeSender, Store, StoreFuture};
use crate::time::Timestamp;

/// Options of a [`SqliteStore`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SqliteOptions {
    /// The file. It is created if it does not exist.
    pub path: PathBuf,
    /// Maximum time for an operation, including the time it waits for others. Default: 5 s.
    pub deadline: Duration,
    /// Interval in which changes by other processes are looked for. Default: 500 ms.
    pub poll: Duration,
}

impl SqliteOptions {
    /// Creates the options for a file.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            deadline: Duration::from_secs(5),
            poll: Duration::from_millis(500),
        }
    }
}

/// A database in a file, for one server, and commands beside it. Clones share it.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    writer: Worker,
    readers: [Worker; 2],
    changes: ChangeSender,
    _feed: Feed,
}

impl SqliteStore {
    /// Opens the file and migrates it to the current schema. Must be called in a tokio runtime, which
    /// runs the task that looks for changes by other processes.
    ///
    /// # Errors
    /// If the file cannot be opened or is no database, or its schema is too new.
    pub async fn open(options: SqliteOptions) -> Result<Self, StoreError> {
        let open = options.clone();
        let opened = tokio::task::spawn_blocking(move || {
            create_private(&open.path);
            let mut writer = connect(&open.path, open.deadline)?;
            schema::migrate(&mut writer, schema::MIGRATIONS)?;
            let reader = || connect(&open.path, open.deadline);
            Ok::<_, StoreError>((writer, reader()?, reader()?, reader()?))
        });
        let (writer, one, two, poller) = opened.await.map_err(|error| {
            StoreError::Unavailable(format!("opening the file was stopped: {error}"))
        })??;
        let changes = ChangeSender::new(true);
        let deadline = options.deadline;
        let readers = [
            Worker::start(one, "store-read-1", deadline)?,
            Worker::start(two, "store-read-2", deadline)?,
        ];
        let poller = Worker::start(poller, "store-poll", deadline)?;
        Ok(Self {
            shared: Arc::new(Shared {
                writer: Worker::start(writer, "store-write", deadline)?,
                readers,
                changes: changes.clone(),
                _feed: Feed::start(poller, changes, options.poll),
            }),
        })
    }

    /// Runs a function in a transaction of the writer.
    fn write<T: Send + 'static>(
        &self,
        run: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> StoreFuture<'_, T> {
        Box::pin(self.shared.writer.run(move |connection| {
            let behavior = rusqlite::TransactionBehavior::Immediate;
            let transaction = connection.transaction_with_behavior(behavior)?;
            let result = run(&transaction)?; // an error rolls back
            transaction.commit()?;
            Ok(result)
        }))
    }

    /// Runs a function on a reader.
    fn read<T: Send + 'static>(
        &self,
        run: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> StoreFuture<'_, T> {
        let [one, two] = &self.shared.readers;
        let reader = if one.waiting() <= two.waiting() {
            one
        } else {
            two
        };
        Box::pin(reader.run(move |connection| {
            let transaction = connection.transaction()?; // one snapshot for all statements
            run(&transaction)
        }))
    }
}

impl Store for SqliteStore {
    fn now(&self) -> StoreFuture<'_, Timestamp> {
        self.read(now)
    }
}

/// Creates the file if it does not exist, so that only its owner can read it: it contains hashes of keys
/// and facts about clients. SQLite's other files get the same permissions.
fn create_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.write(true).create_new(true).open(path); // SQLite reports what prevents it
}

fn connect(path: &Path, busy: Duration) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(busy)?;
    connection.set_prepared_statement_cache_capacity(128);
    use_wal(&connection, busy)?;
    // A record leaves the journal after the commit, so the commit must be on the disk.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

/// Sets the mode of a new file. SQLite does not wait for another process that does the same.
fn use_wal(connection: &Connection, busy: Duration) -> Result<(), StoreError> {
    let start = Instant::now();
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && start.elapsed() < busy =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            result => return Ok(result?),
        }
    }
}

/// Returns the time of the database's clock.
fn now(connection: &Connection) -> Result<Timestamp, StoreError> {
    let sql = "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(Timestamp::from_millis(
        statement.query_row([], |row| row.get(0))?,
    ))
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let outage = matches!(
            error.sqlite_error_code(),
            Some(
                ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked
                    | ErrorCode::DiskFull
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::CannotOpen
                    | ErrorCode::OutOfMemory
            )
        );
        let value = matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig)
        );
        if outage {
            Self::Unavailable(error.to_string())
        } else if value {
            Self::Value(error.to_string())
        } else {
            Self::Database(error.to_string())
        }
    }
}
