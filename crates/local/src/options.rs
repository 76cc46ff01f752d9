//! The capacity of an engine, and its current load.

/// Capacity of an [`Engine`](crate::Engine): generations, waiting prompts and threads.
///
/// ```
/// use orouter_local::EngineOptions;
///
/// let options = EngineOptions::new().parallel(2).queue(8);
/// assert_eq!(options.parallel, 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EngineOptions {
    /// Maximum number of generations that run at the same time; each pass over the weights makes
    /// one token of each. Default 4, at least 1.
    pub parallel: usize,
    /// Maximum number of prompts that wait while `parallel` generations run. Default 32.
    pub queue: usize,
    /// Number of compute threads. Default: the available parallelism, at most 8; a model of this
    /// size does not get faster with more.
    pub threads: usize,
}

impl EngineOptions {
    /// Returns the defaults.
    #[must_use]
    pub fn new() -> Self {
        let threads = std::thread::available_parallelism()
            .map_or(1, usize::from)
            .min(8);
        Self {
            parallel: 4,
            queue: 32,
            threads,
        }
    }

    /// Sets the number of compute threads; 0 counts as 1.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Sets the maximum number of generations that run at the same time; 0 counts as 1.
    #[must_use]
    pub fn parallel(mut self, parallel: usize) -> Self {
        self.parallel = parallel;
        self
    }

    /// Sets the maximum number of waiting prompts. With 0, a prompt is refused while `parallel`
    /// generations run.
    #[must_use]
    pub fn queue(mut self, queue: usize) -> Self {
        self.queue = queue;
        self
    }
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// Current load of an [`Engine`](crate::Engine).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// Generations that run.
    pub active: usize,
    /// Prompts that wait.
    pub queued: usize,
    /// Maximum number of generations that run at the same time.
    pub parallel: usize,
    /// Maximum number of prompts that wait.
    pub queue_limit: usize,
}
