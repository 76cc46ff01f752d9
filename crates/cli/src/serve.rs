//! `orouter serve`: runs a server with the embedded model until a signal stops it.

use std::io::{self, Write as _};
use std::sync::mpsc;
use std::time::Duration;

use orouter_server::engine::{Engine, EngineOptions, LoadError};
use orouter_server::{Limits, LocalModel, Server};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::args::ServeArgs;
use crate::exit::CommandError;
use crate::signals::Signals;
use crate::{embedded, log};

/// Default time between "not ready" and closing the listener: longer than a short probe interval of
/// a load balancer, and short enough for a user at a terminal.
const SHUTDOWN_DELAY: Duration = Duration::from_secs(1);

/// Maximum time that the start waits for the line with the address to be written.
const ADDRESS_TIMEOUT: Duration = Duration::from_secs(1);

pub(crate) async fn run(args: ServeArgs) -> Result<(), CommandError> {
    let outcome = serve(args).await;
    log::flush();
    outcome
}

async fn serve(args: ServeArgs) -> Result<(), CommandError> {
    // Before anything else: a signal during the start must not have its default effect.
    let mut signals = Signals::new()
        .map_err(|error| CommandError::failed(format!("cannot handle signals: {error}")))?;
    let listener = listen(&args.listen).await?;
    let address = listener.local_addr().map_err(CommandError::failed)?;
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
        tracing::warn!("the server has no API keys: anyone who can reach this address can use it");
    }

    let load = async {
        let loaded = embedded::engine(args.model_path, options).await?;
        let _ = engine.send(loaded); // fails only if the server has stopped
        std::future::pending::<Result<(), CommandError>>().await
    };
    let (stop, stopped) = oneshot::channel();
    let stopping = async {
        signals.stop().await;
        tracing::info!(
            "stopping: running responses finish; a second signal ends the server at once"
        );
        let _ = stop.send(());
        signals.stop().await
    };
    tokio::select! {
        outcome = server.serve(listener, async { drop(stopped.await) }) => outcome.map_err(CommandError::failed),
        outcome = load => outcome,
        stop = stopping => Err(stop.into()),
    }
}

/// Returns a model that is loaded later, and the sender for its engine.
fn loading() -> (LocalModel, mpsc::Sender<Engine>) {
    let (sender, engine) = mpsc::channel();
    let model = LocalModel::loading(move || {
        engine.recv().map_err(|_| {
            LoadError::Thread(io::Error::other(
                "the server stopped before the model was loaded",
            ))
        })
    });
    (model, sender)
}

/// Prints the line with the address. A closed or full standard output does not stop the server.
fn announce(line: &str) {
    let text = format!("{line}\n");
    let (done, printed) = mpsc::channel();
    // On its own thread, because the write may block forever.
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
        Err(_) => tracing::warn!("the write to standard output is blocked"),
    }
}

async fn listen(address: &str) -> Result<TcpListener, CommandError> {
    TcpListener::bind(address).await.map_err(|error| {
        let advice = match error.kind() {
            io::ErrorKind::AddrInUse => {
                "; another program uses that port: choose another with --listen, or port 0 for a free one"
            }
            _ => "",
        };
        CommandError::failed(format!("cannot listen on {address}: {error}{advice}"))
    })
}
