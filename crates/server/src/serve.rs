//! Accepts connections up to a limit, and shuts down in phases: not ready, closed, drained.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use crate::access::is_loopback;
use crate::app::{App, OpenConnection};
use crate::{connection, disconnect, sharing, web};

/// Maximum time to write the last frames of responses that the drain timeout ends.
const LAST_FRAMES_TIMEOUT: Duration = Duration::from_secs(1);

/// Pause after the system refused to accept a connection, for example without file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Minimum time between two log lines about the connection limit.
const LIMIT_LOG_INTERVAL: Duration = Duration::from_secs(10);

/// Maximum number of open connections of the administration listener. They do not count as those
/// of clients, so that the metrics can be read when no more clients can connect.
const ADMIN_CONNECTIONS: usize = 64;

/// The listeners of a server.
pub(crate) struct Listeners {
    pub(crate) main: TcpListener,
    /// The listener for administrators, if they have their own.
    pub(crate) admin: Option<TcpListener>,
}

/// Serves the listeners until `shutdown`. Then reports not ready for
/// [`shutdown_delay`](crate::Limits::shutdown_delay), stops accepting, and waits for the running
/// responses.
pub(crate) async fn run(listeners: Listeners, app: Arc<App>, shutdown: impl Future<Output = ()>) {
    sharing::start(&app);
    app.tracer.start();
    let Listeners { main, admin } = listeners;
    let mut main = Acceptor::main(main, &app);
    let mut admin = admin.map(|listener| Acceptor::admin(listener, &app));
    let closing = watch::Sender::new(false);
    let mut connections = JoinSet::new();
    let mut stop = pin!(async {
        shutdown.await;
        app.stop();
        tracing::info!("not ready: stopping");
        tokio::time::sleep(app.limits.shutdown_delay).await;
    });
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut stop => break,
            Some(ended) = connections.join_next() => {
                log_panic(ended);
                continue;
            }
            Some(accepted) = accept(admin.as_mut()) => accepted,
            accepted = main.accept() => accepted,
        };
        let Accepted {
            stream,
            open,
            routes,
        } = accepted;
        // Send each event at once instead of collecting small writes.
        let _ = stream.set_nodelay(true);
        let (app, closing) = (Arc::clone(&app), closing.subscribe());
        connections.spawn(async move {
            let _open = open;
            let (io, service) = disconnect::watch(stream, routes);
            connection::serve(io, service, &app, closing).await;
        });
    }
    drop((main, admin));
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
    app.tracer.flush().await;
    tracing::info!("stopped");
}

/// Accepts a connection of a listener that may not exist.
async fn accept(acceptor: Option<&mut Acceptor>) -> Option<Accepted> {
    Some(acceptor?.accept().await)
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

/// A connection, and what serves it.
struct Accepted {
    stream: TcpStream,
    /// Dropped when the connection has ended.
    open: Open,
    routes: web::Routes,
}

/// The place of an open connection among those that its listener may have.
#[expect(dead_code, reason = "dropping it gives back the place")]
enum Open {
    Client(OpenConnection),
    Admin(OwnedSemaphorePermit),
}

/// Accepts connections while fewer than the limit are open. Others wait in the system's queue.
struct Acceptor {
    listener: TcpListener,
    app: Arc<App>,
    routes: web::Routes,
    slots: Arc<Semaphore>,
    limit: usize,
    /// `true` if the connections are those of clients.
    clients: bool,
    limit_logged: Option<Instant>,
}

impl Acceptor {
    /// Creates the acceptor for clients. Without an own listener, administrators use this one if it
    /// has a loopback address.
    fn main(listener: TcpListener, app: &Arc<App>) -> Self {
        let loopback = has_loopback_address(&listener);
        let surface = web::Surface {
            loopback,
            api: true,
            admin: loopback,
        };
        let (slots, limit) = (Arc::clone(&app.slots), app.limits.max_connections);
        Self::new(listener, app, surface, slots, limit)
    }

    /// Creates the acceptor for administrators.
    fn admin(listener: TcpListener, app: &Arc<App>) -> Self {
        let surface = web::Surface {
            loopback: has_loopback_address(&listener),
            api: false,
            admin: true,
        };
        let slots = Arc::new(Semaphore::new(ADMIN_CONNECTIONS));
        Self::new(listener, app, surface, slots, ADMIN_CONNECTIONS)
    }

    fn new(
        listener: TcpListener,
        app: &Arc<App>,
        surface: web::Surface,
        slots: Arc<Semaphore>,
        limit: usize,
    ) -> Self {
        Self {
            listener,
            app: Arc::clone(app),
            routes: web::Routes::new(Arc::clone(app), surface),
            slots,
            limit,
            clients: surface.api,
            limit_logged: None,
        }
    }

    /// Accepts the next connection and returns it with its place. Cancel-safe.
    async fn accept(&mut self) -> Accepted {
        let slot = self.slot().await;
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let routes = self.routes.clone();
                    let open = match self.clients {
                        true => Open::Client(OpenConnection::new(Arc::clone(&self.app), slot)),
                        false => Open::Admin(slot),
                    };
                    return Accepted {
                        stream,
                        open,
                        routes,
                    };
                }
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
            if let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() {
                return slot;
            }
            if self
                .limit_logged
                .is_none_or(|last| last.elapsed() >= LIMIT_LOG_INTERVAL)
            {
                self.limit_logged = Some(Instant::now());
                tracing::warn!(
                    limit = self.limit,
                    "connection limit reached; further connections wait until others close"
                );
            }
            // The semaphore is never closed, so that this does not fail.
            if let Ok(slot) = Arc::clone(&self.slots).acquire_owned().await {
                return slot;
            }
        }
    }
}

fn has_loopback_address(listener: &TcpListener) -> bool {
    let address = listener.local_addr();
    address.is_ok_and(|address| is_loopback(address.ip()))
}
