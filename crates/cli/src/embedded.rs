//! The embedded model: finds or downloads its file, loads it, and starts a server for it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use orouter_server::engine::weights::{self, WeightsOptions};
use orouter_server::engine::{Engine, EngineOptions};
use orouter_server::{LocalModel, Server};

use crate::exit::CommandError;
use crate::progress::ProgressBar;

/// Name of the embedded model.
pub(crate) const MODEL: &str = LocalModel::ID;

/// Maximum time that a cancelled download may take to remove its temporary files.
const CLEAN_UP_TIMEOUT: Duration = Duration::from_secs(5);

/// Returns the path of the model's file, and downloads it if `model_path` is `None` and the cache
/// does not have it.
///
/// Dropping the future cancels the download and removes its temporary files.
pub(crate) async fn file(model_path: Option<PathBuf>) -> Result<PathBuf, CommandError> {
    let mut options = WeightsOptions::new();
    options.model_path = model_path;
    let (working, ended) = mpsc::channel();
    let _cancel_on_drop = CancelOnDrop {
        cancel: Arc::clone(&options.cancel),
        ended,
    };
    blocking(move || {
        let _working: Sender<()> = working;
        let mut bar = ProgressBar::new();
        weights::ensure(&options, &mut |progress| bar.show(&progress)).map_err(CommandError::model)
    })
    .await
}

/// Cancels the download when dropped, and waits until its thread has removed the temporary files.
struct CancelOnDrop {
    cancel: Arc<AtomicBool>,
    ended: Receiver<()>,
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.cancel.store(true, Ordering::Relaxed);
        // Returns as soon as the thread has dropped its sender, also after a complete download.
        let _ = self.ended.recv_timeout(CLEAN_UP_TIMEOUT);
    }
}

/// Loads the model into memory.
pub(crate) async fn engine(
    model_path: Option<PathBuf>,
    options: EngineOptions,
) -> Result<Engine, CommandError> {
    let path = file(model_path).await?;
    blocking(move || Engine::load(&path, options).map_err(CommandError::model)).await
}

/// Builds a server for the loaded model.
pub(crate) fn server(engine: Engine) -> Server {
    Server::builder().provider(LocalModel::new(engine)).build()
}

/// Builds a server that lists the embedded model without its file.
pub(crate) fn catalog() -> Server {
    let model = LocalModel::unavailable("the model is listed and not loaded");
    Server::builder().provider(model).build()
}

/// Returns `true` if the embedded model has this name.
pub(crate) fn serves(name: &str) -> bool {
    LocalModel::is_named(name)
}

/// Starts the server on a free loopback port, until the process ends. Returns its base URL.
pub(crate) async fn start(server: &Server) -> Result<String, CommandError> {
    let bound = server.bind("127.0.0.1:0").await.map_err(|error| {
        CommandError::failed(format!("cannot listen on a loopback port: {error}"))
    })?;
    let base_url = bound.base_url();
    tokio::spawn(bound.serve(std::future::pending()));
    Ok(base_url)
}

/// Runs blocking work on a thread for it.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CommandError> + Send + 'static,
) -> Result<T, CommandError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) => Err(CommandError::failed(error)),
    }
}
