//! [`Pool`]: connections, transactions, deadlines.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, RecyclingMethod, Runtime,
};
use tokio::time::{Instant, timeout_at};
use tokio_postgres::Config;
pub(super) use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::error::is_conflict_text;
use super::options::PostgresOptions;
use super::tls::Connector;
use crate::error::StoreError;

/// The value of a parameter.
pub(super) type Value<'a> = &'a (dyn ToSql + Sync);

/// The result of a function that runs in a transaction.
pub(super) type TransactionFuture<'t, T> =
    Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 't>>;

/// The connections to a database.
pub(super) struct Pool {
    pool: deadpool_postgres::Pool,
    deadline: Duration,
}

impl Pool {
    pub(super) fn new(
        options: &PostgresOptions,
        config: Config,
        connector: Connector,
    ) -> Result<Self, StoreError> {
        let manager = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        // A statement that outlives its deadline must not keep its locks.
        let millis = options.deadline.as_millis().max(1);
        let settings = format!(
            "SET statement_timeout = {millis}; \
             SET idle_in_transaction_session_timeout = {millis}; \
             SET default_transaction_isolation = 'read committed'"
        );
        let set = Hook::async_fn(move |client: &mut deadpool_postgres::ClientWrapper, _| {
            let settings = settings.clone();
            Box::pin(async move {
                let set = client.batch_execute(&settings).await;
                set.map_err(HookError::Backend)
            })
        });
        let pool =
            deadpool_postgres::Pool::builder(Manager::from_config(config, connector, manager))
                .max_size(options.max_connections.max(1))
                .runtime(Runtime::Tokio1)
                .post_create(set)
                .build()
                .map_err(|error| StoreError::Io(error.to_string()))?;
        Ok(Self {
            pool,
            deadline: options.deadline,
        })
    }

    /// Runs a function in a transaction within the deadline. If PostgreSQL aborts the transaction
    /// because of another one, it is repeated.
    pub(super) async fn transaction<A: Send + Sync, T: Send>(
        &self,
        arguments: A,
        run: for<'t> fn(&'t Transaction<'t>, &'t A) -> TransactionFuture<'t, T>,
    ) -> Result<T, StoreError> {
        let deadline = Instant::now() + self.deadline;
        let attempts = async {
            loop {
                match self.attempt(&arguments, run).await {
                    Err(error) if is_conflict_text(&error) => {}
                    result => return result,
                }
            }
        };
        match timeout_at(deadline, attempts).await {
            Ok(result) => result,
            Err(_) => Err(self.late()),
        }
    }

    /// Returns the row of a query that has at most one, within the deadline. It takes one round trip,
    /// because it is no transaction.
    pub(super) async fn optional(
        &self,
        sql: &str,
        values: &[Value<'_>],
    ) -> Result<Option<Row>, StoreError> {
        let query = async {
            let connection = Connection(Some(self.pool.get().await?));
            let Some(client) = connection.0.as_ref() else {
                return Err(StoreError::Unavailable("no connection".to_owned()));
            };
            let statement = client.prepare_cached(sql).await?;
            let row = client.query_opt(&statement, values).await?;
            connection.put_back();
            Ok(row)
        };
        match timeout_at(Instant::now() + self.deadline, query).await {
            Ok(result) => result,
            Err(_) => Err(self.late()),
        }
    }

    fn late(&self) -> StoreError {
        StoreError::Unavailable(format!("no answer within {} ms", self.deadline.as_millis()))
    }

    async fn attempt<A: Send + Sync, T: Send>(
        &self,
        arguments: &A,
        run: for<'t> fn(&'t Transaction<'t>, &'t A) -> TransactionFuture<'t, T>,
    ) -> Result<T, StoreError> {
        let mut connection = Connection(Some(self.pool.get().await?));
        let result = {
            let Some(client) = connection.0.as_mut() else {
                return Err(StoreError::Unavailable("no connection".to_owned()));
            };
            let transaction = Transaction(client.transaction().await?);
            let result = run(&transaction, arguments).await;
            match result {
                Ok(value) => transaction
                    .0
                    .commit()
                    .await
                    .map(|()| value)
                    .map_err(Into::into),
                Err(error) => {
                    transaction.0.rollback().await?;
                    Err(error)
                }
            }
        };
        connection.put_back();
        result
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("deadline", &self.deadline)
            .field("status", &self.pool.status())
            .finish_non_exhaustive()
    }
}

/// A connection that is closed, and not put back into the pool, unless its transaction ended: another
/// operation would wait for the statement that runs.
struct Connection(Option<Object>);

impl Connection {
    fn put_back(mut self) {
        self.0.take();
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(object) = self.0.take() {
            drop(Object::take(object));
        }
    }
}

/// A transaction. Statements are prepared once for each connection.
pub(super) struct Transaction<'c>(deadpool_postgres::Transaction<'c>);

impl Transaction<'_> {
    /// Returns the rows of a query.
    pub(super) async fn rows(
        &self,
        sql: &str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        let statement = self.0.prepare_cached(sql).await?;
        Ok(self.0.query(&statement, values).await?)
    }

    /// Returns the row of a query that has at most one.
    pub(super) async fn optional(
        &self,
        sql: &str,
        values: &[Value<'_>],
    ) -> Result<Option<Row>, StoreError> {
        let statement = self.0.prepare_cached(sql).await?;
        Ok(self.0.query_opt(&statement, values).await?)
    }

    /// Returns the row of a query that has one.
    pub(super) async fn one(&self, sql: &str, values: &[Value<'_>]) -> Result<Row, StoreError> {
        let statement = self.0.prepare_cached(sql).await?;
        Ok(self.0.query_one(&statement, values).await?)
    }

    /// Returns the number of rows that a statement changes.
    pub(super) async fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let statement = self.0.prepare_cached(sql).await?;
        Ok(self.0.execute(&statement, values).await?)
    }

    /// Runs several statements without values.
    pub(super) async fn batch(&self, sql: &str) -> Result<(), StoreError> {
        Ok(self.0.batch_execute(sql).await?)
    }
}

/// Returns the value of a column.
pub(super) fn column<'r, T: tokio_postgres::types::FromSql<'r>>(
    row: &'r Row,
    index: usize,
) -> Result<T, StoreError> {
    Ok(row.try_get(index)?)
}
