//! `orouter serve`: a server with the embedded model, until it is told to stop.

use std::io::{self, Write as _};
use std::sync::mpsc;
use std::time::Duration;

use orouter_local::{Engine, EngineOptions, LoadError};
use orouter_server::{Limits, LocalModel, Server};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::args::ServeArgs;
use crate::exit::Failure;
use crate::signals::Signals;
use crate::{embedded, log};

/// Default time between "not ready" and closing the listener: longer than between two probes of an
/// eager load balancer, and short enough to wait for at a terminal.
const SHUTDOWN_DELAY: Duration = Duration::from_secs(1);

/// Maximum time that the start waits for standard output to take the line with the address.
const ADDRESS_TIMEOUT: Duration = Duration::from_secs(1);

pub(crate) async fn run(args: ServeArgs) -> Result<(), Failure> {
    let outcome = serve(args).await;
    log::flush();
    outcome
}

async fn serve(args: ServeArgs) -> Result<(), Failure> {
    // First: a signal during the start must not have its default effect.
    let mut signals = Signals::new()
        .map_err(|error| Failure::failed(format!("cannot handle signals: {error}")))?;
    let listener = listen(&args.listen).await?;
    let address = listener.local_addr().map_err(Failure::failed)?;
    let dropped = log::start(&args.log)?.dropped();

    let mut options = EngineOptions::default();
    if let Some(parallel) = args.parallel {
        options.parallel = usize::from(parallel);
    }
    if let Some(queue) = args.queue {
        options.queue = usize::from(queue);
    }
    // The server starts before the model is loaded: `/health` and `/ready` report its state.
    let (model, engine) = loading();
    let limits = args
        .limits
        .apply(Limits::default().shutdown_delay(SHUTDOWN_DELAY));
    let server = args
        .http
        .apply(Server::builder().provider(model))
        .limits(args.http.limit(limits))
        .dropped_log_lines(dropped)
        .build();
    announce(&format!("orouter: listening on http://{address}/api/v1"));
    if !address.ip().is_loopback() {
        tracing::warn!("anyone who can reach this address can use this server: it has no keys");
    }

    let load = async {
        let loaded = embedded::engine(args.model_path, options).await?;
        let _ = engine.send(loaded); // a server that has stopped does not need it
        std::future::pending::<Result<(), Failure>>().await
    };
    let (stop, stopped) = oneshot::channel();
    let stopping = async {
        signals.stop().await;
        tracing::info!("stopping; a second signal ends the server at once");
        let _ = stop.send(());
        signals.stop().await
    };
    tokio::select! {
        outcome = server.serve(listener, async { drop(stopped.await) }) => outcome.map_err(Failure::failed),
        outcome = load => outcome,
        stop = stopping => Err(stop.into()),
    }
}

/// A model whose engine is handed in later.
fn loading() -> (LocalModel, mpsc::Sender<Engine>) {
    let (sender, engine) = mpsc::channel();
    let model = LocalModel::loading(move || {
        engine.recv().map_err(|_| {
            LoadError::Thread(io::Error::other("the server stopped before it was loaded"))
        })
    });
    (model, sender)
}

/// Prints the line with the address. A closed or full standard output does not stop the server.
fn announce(line: &str) {
    let text = format!("{line}\n");
    let (done, printed) = mpsc::channel();
    // A thread of its own: the write may block for ever.
    std::thread::spawn(move || {
        let mut output = io::stdout().lock();
        let _ = done.send(
            output
                .write_all(text.as_bytes())
                .and_then(|()| output.flush()),
        );
    });
    match printed.recv_timeout(ADDRESS_TIMEOUT) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "cannot write to standard output"),
        Err(_) => tracing::warn!("standard output is blocked"),
    }
}

async fn listen(address: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let hint = match error.kind() {
            io::ErrorKind::AddrInUse => {
                "; another program has that port: choose one with --listen, or 0 for any"
            }
            _ => "",
        };
        Failure::failed(format!("cannot listen on {address}: {error}{hint}"))
    })
}
