//! `Pool`: connections that wait for the next request to their server.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use tokio::{runtime, task::JoinHandle};

use super::connection::Connection;
use crate::{clock::Clock as _, timestamp::Timestamp, tokio_clock::TokioClock};

/// Maximum number of waiting connections to all servers together.
const MAX_IDLE: usize = 1024;

/// The waiting connections of a transport, by origin.
pub(super) struct Pool {
    idle: Mutex<Waiting>,
    max_idle_per_host: usize,
    idle_timeout: Duration,
}

#[derive(Default)]
struct Waiting {
    hosts: HashMap<String, Vec<Idle>>,
    count: usize,
    /// Closes connections that wait too long. Ends when none is left.
    sweeper: Option<JoinHandle<()>>,
}

struct Idle {
    connection: Box<Connection>,
    since: Timestamp,
}

impl Pool {
    pub(super) fn new(max_idle_per_host: usize, idle_timeout: Duration) -> Self {
        Self {
            idle: Mutex::default(),
            max_idle_per_host,
            idle_timeout,
        }
    }

    /// Takes the connection that was used last. Connections of other runtimes stay, because only their
    /// runtime serves their sockets.
    pub(super) fn take(&self, origin: &str, runtime: runtime::Id) -> Option<Box<Connection>> {
        let mut waiting = self.lock();
        let idle = waiting.hosts.get_mut(origin)?;
        let newest = idle
            .iter()
            .rposition(|idle| idle.connection.runtime() == runtime)?;
        let taken = idle.remove(newest);
        waiting.count -= 1;
        drop(waiting);
        let age = TokioClock.now().saturating_duration_since(taken.since);
        (age < self.idle_timeout).then_some(taken.connection)
    }

    /// Keeps a connection for the next request. Closes it if the pool is full.
    pub(super) fn put(self: Arc<Self>, origin: String, connection: Box<Connection>) {
        let mut waiting = self.lock();
        if waiting.count >= MAX_IDLE {
            return;
        }
        let idle = waiting.hosts.entry(origin).or_default();
        if idle.len() >= self.max_idle_per_host {
            return;
        }
        let since = TokioClock.now();
        idle.push(Idle { connection, since });
        waiting.count += 1;
        let swept = waiting.sweeper.as_ref().is_some_and(|it| !it.is_finished());
        if !swept {
            if let Ok(runtime) = runtime::Handle::try_current() {
                let sweeping = sweep(Arc::downgrade(&self), self.idle_timeout);
                waiting.sweeper = Some(runtime.spawn(sweeping));
            }
        }
    }

    /// Closes the connections that have waited too long. Returns `true` if others are left.
    fn close_expired(&self) -> bool {
        let now = TokioClock.now();
        let mut expired = Vec::new();
        let mut waiting = self.lock();
        waiting.hosts.retain(|_, idle| {
            // The connection that has waited longest is the first.
            let old = idle
                .iter()
                .take_while(|idle| now.saturating_duration_since(idle.since) >= self.idle_timeout);
            let old = old.count();
            expired.extend(idle.drain(..old));
            !idle.is_empty()
        });
        waiting.count -= expired.len();
        let left = waiting.count > 0;
        if !left {
            waiting.sweeper = None;
        }
        drop(waiting);
        left
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes the connections that have waited too long, until none waits or the pool is dropped.
async fn sweep(pool: Weak<Pool>, idle_timeout: Duration) {
    let interval = (idle_timeout / 4).max(Duration::from_millis(50));
    loop {
        TokioClock.sleep(interval).await;
        match pool.upgrade() {
            Some(pool) if pool.close_expired() => {}
            _ => return,
        }
    }
}
