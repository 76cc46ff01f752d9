//! Accepts connections up to a limit, and shuts down in phases: not ready, closed, drained.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::task::JoinSet;

use crate::access::is_loopback;
use crate::app::{App, OpenConnection};
use crate::{connection, disconnect, web};

/// Maximum time to write the last frames of responses that the drain timeout ends.
const LAST_FRAMES_TIMEOUT: Duration = Duration::from_secs(1);

/// Pause after the system refused to accept a connection, for example without file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Minimum time between two log lines about the connection limit.
const LIMIT_LOG_INTERVAL: Duration = Duration::from_secs(10);

/// Serves the listener until `shutdown`. Then reports not ready for
/// [`shutdown_delay`](crate::Limits::shutdown_delay), stops accepting, and waits for the running
/// responses.
pub(crate) async fn run(listener: TcpListener, app: Arc<App>, shutdown: impl Future<Output = ()>) {
    let loopback = listener
        .local_addr()
        .is_ok_and(|address| is_loopback(address.ip()));
    let routes = web::Routes::new(Arc::clone(&app), loopback);
    let closing = watch::Sender::new(false);
    let mut connections = JoinSet::new();
    let mut acceptor = Acceptor {
        listener,
        app: Arc::clone(&app),
        limit_logged: None,
    };
    let mut stop = pin!(async {
        shutdown.await;
        app.stop();
        tracing::info!("not ready: stopping");
        tokio::time::sleep(app.limits.shutdown_delay).await;
    });
    loop {
        let (stream, slot) = tokio::select! {
            biased;
            () = &mut stop => break,
            Some(ended) = connections.join_next() => {
                log_panic(ended);
                continue;
            }
            accepted = acceptor.accept() => accepted,
        };
        // Send each event at once instead of collecting small writes.
        let _ = stream.set_nodelay(true);
        let (routes, app, closing) = (routes.clone(), Arc::clone(&app), closing.subscribe());
        connections.spawn(async move {
            let _open = OpenConnection::new(Arc::clone(&app), slot);
            let (io, service) = disconnect::watch(stream, routes);
            connection::serve(io, service, &app.limits, closing).await;
        });
    }
    drop(acceptor);
    closing.send_replace(true);
    tracing::info!(connections = connections.len(), "draining");
    if tokio::time::timeout(app.limits.drain, join(&mut connections))
        .await
        .is_err()
    {
        tracing::warn!("drain timeout: ending the running responses");
        app.drain_deadline.pass();
        let _ = tokio::time::timeout(LAST_FRAMES_TIMEOUT, join(&mut connections)).await;
    }
    connections.shutdown().await;
    tracing::info!("stopped");
}

/// Waits until all connections have ended.
async fn join(connections: &mut JoinSet<()>) {
    while let Some(ended) = connections.join_next().await {
        log_panic(ended);
    }
}

/// Logs a panic of a connection outside of its requests' handlers.
fn log_panic(ended: Result<(), tokio::task::JoinError>) {
    if ended.is_err_and(|error| error.is_panic()) {
        tracing::error!("a connection ended by a panic");
    }
}

/// Accepts connections while fewer than the limit are open. Others wait in the system's queue.
struct Acceptor {
    listener: TcpListener,
    app: Arc<App>,
    limit_logged: Option<Instant>,
}

impl Acceptor {
    /// Accepts the next connection and returns it with its permit. Cancel-safe.
    async fn accept(&mut self) -> (TcpStream, OwnedSemaphorePermit) {
        let slot = self.slot().await;
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => return (stream, slot),
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// Waits for a permit.
    async fn slot(&mut self) -> OwnedSemaphorePermit {
        loop {
            if let Ok(slot) = Arc::clone(&self.app.slots).try_acquire_owned() {
                return slot;
            }
            if self
                .limit_logged
                .is_none_or(|last| last.elapsed() >= LIMIT_LOG_INTERVAL)
            {
                self.limit_logged = Some(Instant::now());
                tracing::warn!(
                    limit = self.app.limits.max_connections,
                    "connection limit reached; further connections wait until others close"
                );
            }
            // The semaphore is never closed, so that this does not fail.
            if let Ok(slot) = Arc::clone(&self.app.slots).acquire_owned().await {
                return slot;
            }
        }
    }
}
