//! [`DrainDeadline`]: the end of the time that a shutdown gives to running responses.

use std::time::Duration;

use tokio::sync::watch;

use crate::failure::{Failure, FailureKind};

/// Delay that the client of a response is told that a shutdown ended.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Notifies running responses that the drain timeout has passed. Clones share the notification.
#[derive(Clone)]
pub(crate) struct DrainDeadline(watch::Sender<bool>);

impl DrainDeadline {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// Notifies all waiting responses.
    pub(crate) fn pass(&self) {
        self.0.send_replace(true);
    }

    /// Waits until the deadline has passed.
    pub(crate) fn passed(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut receiver = self.0.subscribe();
        async move {
            // An error means that the server is gone, which ends the responses as well.
            let _ = receiver.wait_for(|passed| *passed).await;
        }
    }

    /// Returns the failure of a response that did not finish before the deadline.
    pub(crate) fn failure() -> Failure {
        Failure::new(
            FailureKind::ProviderOverloaded,
            "this server is shutting down",
        )
        .retry_after(RETRY_AFTER)
    }
}
