//! What all requests share.

use std::fmt;
use std::sync::Arc;

use tokio::sync::watch;

use crate::access::Access;
use crate::budget::Budget;
use crate::config::Limits;
use crate::decoders::Decoders;
use crate::endpoint::{Endpoint, Model};

/// What all requests share: the endpoints, the limits, the memory, and word of the end.
pub(crate) struct App {
    pub(crate) endpoints: Vec<Arc<dyn Endpoint>>,
    pub(crate) limits: Limits,
    pub(crate) deadline: Deadline,
    /// Memory for the bodies of requests in flight.
    pub(crate) budget: Arc<Budget>,
    /// Threads that decode large bodies.
    pub(crate) decoders: Decoders,
    /// Origins and hosts that are served.
    pub(crate) access: Access,
}

impl App {
    /// All models of all endpoints, in order.
    pub(crate) fn models(&self) -> impl Iterator<Item = &Model> {
        self.endpoints.iter().flat_map(|endpoint| endpoint.models())
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let models: Vec<&str> = self.models().map(|model| model.id.as_str()).collect();
        f.debug_struct("App")
            .field("models", &models)
            .field("limits", &self.limits)
            .finish()
    }
}

/// Tells running answers that the time a shutdown gave them is over.
#[derive(Clone)]
pub(crate) struct Deadline(watch::Sender<bool>);

impl Deadline {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// The time is over, for everyone.
    pub(crate) fn pass(&self) {
        self.0.send_replace(true);
    }

    /// Done once the time is over.
    pub(crate) fn passed(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut receiver = self.0.subscribe();
        async move {
            // An error means that the server itself is gone, which is the end as well.
            let _ = receiver.wait_for(|passed| *passed).await;
        }
    }
}
