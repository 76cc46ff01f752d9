//! [`Loading`]: an engine that is loaded or being loaded.

use std::fmt;

use orouter_local::{Engine, LoadError};
use tokio::sync::watch;

/// The result of loading; `None` while it runs. An error is the reason, for messages.
type Outcome = Option<Result<Engine, String>>;

/// An engine that is loaded or being loaded. Clones share it.
#[derive(Clone)]
pub(super) struct Loading(watch::Receiver<Outcome>);

impl Loading {
    /// An engine that is loaded.
    pub(super) fn done(engine: Engine) -> Self {
        Self(watch::channel(Some(Ok(engine))).1)
    }

    /// An engine that cannot be loaded, and the reason.
    pub(super) fn failed(reason: String) -> Self {
        Self(watch::channel(Some(Err(reason))).1)
    }

    /// Starts a thread that runs `load`.
    pub(super) fn begin(load: impl FnOnce() -> Result<Engine, LoadError> + Send + 'static) -> Self {
        let (sender, receiver) = watch::channel(None);
        let work = {
            let sender = sender.clone();
            move || {
                let outcome = load().map_err(|error| error.to_string());
                match &outcome {
                    Ok(_) => tracing::info!("model loaded"),
                    Err(error) => tracing::error!(%error, "model not loaded"),
                }
                sender.send_replace(Some(outcome));
            }
        };
        let thread = std::thread::Builder::new()
            .name("orouter-load".to_owned())
            .spawn(work);
        if let Err(error) = thread {
            sender.send_replace(Some(Err(format!(
                "cannot start a thread to load it: {error}"
            ))));
        }
        Self(receiver)
    }

    /// Returns the result so far.
    pub(super) fn snapshot(&self) -> Outcome {
        let outcome = self.0.borrow().clone();
        outcome.or_else(|| self.0.has_changed().is_err().then(|| Err(thread_ended())))
    }

    /// Waits for the engine.
    pub(super) async fn ready(mut self) -> Result<Engine, String> {
        match self.0.wait_for(Option::is_some).await {
            Ok(outcome) => outcome.clone().unwrap_or_else(|| Err(thread_ended())),
            Err(_) => Err(thread_ended()),
        }
    }
}

/// Returns the reason of a failure whose thread ended without a result.
fn thread_ended() -> String {
    "the thread that loads it ended early".to_owned()
}

impl fmt::Debug for Loading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &*self.0.borrow() {
            None => "loading",
            Some(Ok(_)) => "loaded",
            Some(Err(_)) => "failed",
        };
        f.write_str(state)
    }
}
