//! [`Load`] and [`Readiness`]: the current state of a provider, for `GET /health` and `GET /ready`.

/// The current state of a provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Load {
    /// The readiness of the provider.
    pub readiness: Readiness,
    /// Number of running generations.
    pub active: usize,
    /// Number of requests in the queue.
    pub queued: usize,
    /// Maximum number of running generations; `None` if it is not limited.
    pub parallel: Option<usize>,
    /// Maximum number of requests in the queue; `None` if it is not limited.
    pub queue: Option<usize>,
}

/// The readiness of a provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Readiness {
    /// It serves requests.
    #[default]
    Ready,
    /// It is starting; requests wait until it is ready.
    Loading,
    /// It cannot serve requests, for this reason.
    Failed(String),
}
