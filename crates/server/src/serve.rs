//! Connections: taking them, and ending them in good order.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::access::is_loopback;
use crate::app::App;
use crate::peer::{self, Io, Watched};
use crate::web;

/// How long the last words of answers that are ended may take to be written.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How long to wait before taking connections again when the system refuses one, for want of file
/// descriptors mostly.
const BREATHER: Duration = Duration::from_millis(100);

/// Answers on the listener until `shutdown`, then lets the running answers finish.
pub(crate) async fn run(listener: TcpListener, app: Arc<App>, shutdown: impl Future<Output = ()>) {
    let loopback = listener
        .local_addr()
        .is_ok_and(|address| is_loopback(address.ip()));
    let router = web::router(Arc::clone(&app), loopback);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                // Events are small and each is to arrive at once.
                let _ = stream.set_nodelay(true);
                let connection = graceful.watch(connection(stream, router.clone(), &app));
                connections.spawn(async move {
                    if let Err(error) = connection.await {
                        tracing::debug!(%error, "connection ended");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "cannot take a connection");
                tokio::time::sleep(BREATHER).await;
            }
        }
    }
    drop(listener);
    tracing::info!(connections = connections.len(), "shutting down");
    let mut finished = pin!(graceful.shutdown());
    if tokio::time::timeout(app.limits.drain, &mut finished)
        .await
        .is_err()
    {
        tracing::warn!("ending the answers that are left");
        app.deadline.pass();
        let _ = tokio::time::timeout(LAST_WORDS, &mut finished).await;
    }
    connections.shutdown().await;
}

type Connection = hyper::server::conn::http1::Connection<TokioIo<Io>, Watched>;

fn connection(stream: TcpStream, router: axum::Router, app: &App) -> Connection {
    let (io, service) = peer::watch(stream, router);
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(app.limits.head_timeout)
        // A client may close its half of the connection once it has sent its request. `peer` tells
        // that from a client that is gone.
        .half_close(true)
        .serve_connection(TokioIo::new(io), service)
}
