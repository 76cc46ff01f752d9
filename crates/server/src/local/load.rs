//! An engine that is in memory, or on its way there.

use std::fmt;

use orouter_local::{Engine, LoadError};
use tokio::sync::watch;

/// What has become of the loading: nothing yet, an engine, or the reason why there is none.
type Outcome = Option<Result<Engine, String>>;

/// An engine that is in memory, or on its way there. Clones share it.
#[derive(Clone)]
pub(super) struct Loading(watch::Receiver<Outcome>);

impl Loading {
    pub(super) fn done(engine: Engine) -> Self {
        Self(watch::channel(Some(Ok(engine))).1)
    }

    /// An engine that cannot be loaded, and the reason.
    pub(super) fn failed(reason: String) -> Self {
        Self(watch::channel(Some(Err(reason))).1)
    }

    /// Runs `load` on a thread of its own.
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
            sender.send_replace(Some(Err(format!("no thread to load it on: {error}"))));
        }
        Self(receiver)
    }

    /// How it stands.
    pub(super) fn now(&self) -> Outcome {
        let outcome = self.0.borrow().clone();
        outcome.or_else(|| self.0.has_changed().is_err().then(|| Err(gone())))
    }

    /// The engine, once it is there.
    pub(super) async fn ready(mut self) -> Result<Engine, String> {
        match self.0.wait_for(Option::is_some).await {
            Ok(outcome) => outcome.clone().unwrap_or_else(|| Err(gone())),
            Err(_) => Err(gone()),
        }
    }
}

/// What is known of a loading whose thread ended without a word.
fn gone() -> String {
    "the thread that loaded it ended early".to_owned()
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
