//! The embedded model: its file found or fetched, its engine started, and a server put around it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use orouter_local::weights::{self, WeightsOptions};
use orouter_local::{Engine, EngineOptions, LoadError};
use orouter_server::{LocalModel, Provider as _, Server};

use crate::exit::Failure;
use crate::progress::Bar;

/// The name that the embedded model goes by.
pub(crate) const MODEL: &str = "local/smollm2-135m-instruct";

/// How long a fetch that is given up may take to clean up.
const CLEAN_UP: Duration = Duration::from_secs(5);

/// The model's file: the one that was named, or the one that is fetched when it is not here yet.
///
/// Giving up on this future ends the fetching, with nothing half-written left behind.
pub(crate) async fn file(model_path: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let mut options = WeightsOptions::new();
    options.model_path = model_path;
    let (working, ended) = mpsc::channel();
    let _fetching = Fetching {
        cancel: Arc::clone(&options.cancel),
        ended,
    };
    blocking(move || {
        let _working: Sender<()> = working;
        let mut bar = Bar::new();
        weights::ensure(&options, &mut |progress| bar.show(&progress)).map_err(Failure::model)
    })
    .await
}

/// Tells the thread that fetches to stop, and waits until it has cleaned up.
struct Fetching {
    cancel: Arc<AtomicBool>,
    ended: Receiver<()>,
}

impl Drop for Fetching {
    fn drop(&mut self) {
        self.cancel.store(true, Ordering::Relaxed);
        // Ends as soon as the thread has let go of its side, which it has when all went well.
        let _ = self.ended.recv_timeout(CLEAN_UP);
    }
}

/// The model in memory.
pub(crate) async fn engine(
    model_path: Option<PathBuf>,
    options: EngineOptions,
) -> Result<Engine, Failure> {
    let path = file(model_path).await?;
    blocking(move || Engine::load(&path, options).map_err(Failure::model)).await
}

/// A server that serves this engine.
pub(crate) fn server(engine: Engine) -> Server {
    Server::builder().provider(LocalModel::new(engine)).build()
}

/// A server that lists the embedded model without having its file.
pub(crate) fn catalogue() -> Server {
    Server::builder().provider(listed()).build()
}

/// Returns `true` if the embedded model has this name.
pub(crate) fn serves(name: &str) -> bool {
    listed().models().iter().any(|model| model.is_named(name))
}

/// The embedded model's entry in the catalog, without its file.
fn listed() -> LocalModel {
    LocalModel::loading(|| {
        Err(LoadError::Thread(std::io::Error::other(
            "the model is listed and not loaded",
        )))
    })
}

/// Starts the server on a loopback port that is free, and gives its base URL. It answers until
/// the process ends.
pub(crate) async fn start(server: &Server) -> Result<String, Failure> {
    let bound = server
        .bind("127.0.0.1:0")
        .await
        .map_err(|error| Failure::failed(format!("cannot listen on a loopback port: {error}")))?;
    let base_url = bound.base_url();
    tokio::spawn(bound.serve(std::future::pending()));
    Ok(base_url)
}

/// Runs work that takes its time on a thread that may.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) => Err(Failure::failed(error)),
    }
}
