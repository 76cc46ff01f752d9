//! `orouter serve`: the endpoint, with the embedded model, until it is told to stop.

use orouter_local::EngineOptions;
use orouter_server::Limits;
use tokio::net::TcpListener;

use crate::args::ServeArgs;
use crate::embedded;
use crate::exit::Failure;
use crate::terminal::{self, Answer};

pub(crate) async fn run(args: ServeArgs) -> Result<(), Failure> {
    let mut options = EngineOptions::default();
    if let Some(parallel) = args.parallel {
        options.parallel = usize::from(parallel);
    }
    if let Some(queue) = args.queue {
        options.queue = usize::from(queue);
    }
    // The address first: when it is taken, that is known before the model is fetched.
    let listener = listen(&args.listen).await?;
    let address = listener.local_addr().map_err(Failure::failed)?;
    let engine = crate::interruptible(embedded::engine(args.model_path, options)).await?;

    // Whoever reads that the server listens may ask it to stop at once.
    let terminated = terminated();
    Answer::new().line(&format!("orouter: listening on http://{address}/api/v1"))?;
    if !address.ip().is_loopback() {
        terminal::notice("orouter: whoever can reach this address can use it; there are no keys");
    }
    log_to_stderr();

    let mut interrupted = false;
    let server = args
        .http
        .apply(embedded::builder(engine))
        .limits(args.http.limit(Limits::default()))
        .build();
    let serving = server.serve(listener, async {
        interrupted = stop_requested(terminated).await;
        terminal::notice("orouter: finishing running answers; Ctrl-C again ends them");
    });
    tokio::select! {
        outcome = serving => outcome.map_err(Failure::failed)?,
        () = twice() => return Err(Failure::interrupted()),
    }
    if interrupted {
        Err(Failure::interrupted())
    } else {
        Ok(())
    }
}

async fn listen(address: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let hint = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                "; another program has that port: choose one with --listen, or 0 for any"
            }
            _ => "",
        };
        Failure::failed(format!("cannot listen on {address}: {error}{hint}"))
    })
}

/// Waits until the server should stop: true for Ctrl-C, false where the system asks.
async fn stop_requested(terminated: impl Future<Output = ()>) -> bool {
    tokio::select! {
        _ = tokio::signal::ctrl_c() => true,
        () = terminated => false,
    }
}

/// The system's request to stop, listened for from here on.
#[cfg(unix)]
fn terminated() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signal = signal(SignalKind::terminate());
    async {
        match signal {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    }
}

#[cfg(not(unix))]
fn terminated() -> impl Future<Output = ()> {
    std::future::pending()
}

/// Waits for the second Ctrl-C.
async fn twice() {
    for _ in 0..2 {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// One line for each answer, with neither prompts nor answers in it, to standard error.
fn log_to_stderr() {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing_subscriber::filter::LevelFilter::INFO)
        .with_ansi(false)
        .with_target(false)
        .init();
}
