//! [`Feed`]: looks for changes that other processes made in the file.

use std::time::Duration;

use rusqlite::Connection;
use tokio::task::JoinHandle;

use super::worker::Worker;
use crate::error::StoreError;
use crate::store::{Change, ChangeSender};

/// A task that looks for changes; dropping it stops the task.
#[derive(Debug)]
pub(super) struct Feed(JoinHandle<()>);

impl Feed {
    /// `poller` has a connection that writes nothing: `data_version` tells what other connections
    /// did, at the cost of a look at shared memory.
    pub(super) fn start(poller: Worker, changes: ChangeSender, interval: Duration) -> Self {
        Self(tokio::spawn(async move {
            let mut version = 0;
            let mut count = None;
            let mut ticks = tokio::time::interval(interval);
            loop {
                ticks.tick().await;
                match poller
                    .run(move |connection| look(connection, version))
                    .await
                {
                    Ok(None) => changes.set_live(true),
                    Ok(Some(found)) => {
                        changes.set_live(true);
                        version = found.version;
                        if count.is_some_and(|count| count != found.count) {
                            changes.send(Change::All);
                        }
                        count = Some(found.count);
                    }
                    Err(_) => changes.set_live(false),
                }
            }
        }))
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct Found {
    version: i64,
    /// Number of changes of keys and credits so far.
    count: i64,
}

/// Returns the state of the file, if another connection has written since `version`.
fn look(connection: &mut Connection, version: i64) -> Result<Option<Found>, StoreError> {
    let found = connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
    if found == version {
        return Ok(None);
    }
    let mut statement = connection.prepare_cached("SELECT count FROM changes")?;
    let count = statement.query_row([], |row| row.get(0))?;
    Ok(Some(Found {
        version: found,
        count,
    }))
}
