//! [`PostgresStore`]: a database that several servers share.
//!
//! Queries take connections of a pool. One more connection listens for changes. Rows that a
//! transaction changes are locked in one order; a transaction that PostgreSQL aborts because of
//! another one is repeated.

mod accounts;
mod error;
mod feed;
mod keys;
mod leases;
mod options;
mod pool;
mod records;
mod schema;
mod shared;
mod tls;

use std::sync::Arc;

use self::feed::Feed;
pub use self::options::PostgresOptions;
use self::pool::{Pool, Transaction, TransactionFuture, column};
use crate::error::StoreError;
use crate::store::{ChangeSender, Store, StoreFuture};
use crate::time::Timestamp;

/// The database's clock, in milliseconds since 1970. Unlike `now()` it moves within a transaction.
const NOW: &str = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

/// A database that several servers share. Clones share its connections.
#[derive(Clone, Debug)]
pub struct PostgresStore {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    pool: Pool,
    changes: ChangeSender,
    _feed: Feed,
}

impl PostgresStore {
    /// Connects, and migrates the database to the current schema. Must be called in a tokio runtime,
    /// which runs the tasks of the connections.
    ///
    /// # Errors
    /// If the URL cannot be read, the database does not answer, or its schema is too new.
    pub async fn open(options: PostgresOptions) -> Result<Self, StoreError> {
        let (config, connector) = options.connector()?;
        let pool = Pool::new(&options, config.clone(), connector.clone())?;
        schema::migrate(&pool, schema::MIGRATIONS).await?;
        let changes = ChangeSender::new(false);
        let feed = Feed::start(config, connector, changes.clone());
        Ok(Self {
            shared: Arc::new(Shared {
                pool,
                changes,
                _feed: feed,
            }),
        })
    }

    /// Runs a function in a transaction, which is repeated if PostgreSQL aborts it because of another
    /// one.
    fn write<A: Send + Sync + 'static, T: Send + 'static>(
        &self,
        arguments: A,
        run: for<'t> fn(&'t Transaction<'t>, &'t A) -> TransactionFuture<'t, T>,
    ) -> StoreFuture<'_, T> {
        Box::pin(self.shared.pool.transaction(arguments, run))
    }

    /// Runs a function in a transaction that changes nothing.
    fn read<A: Send + Sync + 'static, T: Send + 'static>(
        &self,
        arguments: A,
        run: for<'t> fn(&'t Transaction<'t>, &'t A) -> TransactionFuture<'t, T>,
    ) -> StoreFuture<'_, T> {
        self.write(arguments, run)
    }
}

impl Store for PostgresStore {
    fn now(&self) -> StoreFuture<'_, Timestamp> {
        self.read((), |transaction, ()| Box::pin(now(transaction)))
    }
}

/// Returns the time of the database's clock.
async fn now(transaction: &Transaction<'_>) -> Result<Timestamp, StoreError> {
    let row = transaction.one(&format!("SELECT {NOW}"), &[]).await?;
    Ok(Timestamp::from_millis(column(&row, 0)?))
}
