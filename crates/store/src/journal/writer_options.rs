//! [`WriterOptions`].

use std::time::Duration;

/// Options of the task that writes a journal to the database.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WriterOptions {
    /// Time for which settlements are collected before they are written together. Default: 100 ms.
    pub interval: Duration,
    /// Maximum number of settlements in a transaction. Default: 500.
    pub batch: usize,
    /// Interval in which the journal is synchronised with the disk. Default: 1 s.
    pub sync_interval: Duration,
    /// First time to wait after the database did not answer; it doubles each time. Default: 100 ms.
    pub retry: Duration,
    /// Maximum time to wait after the database did not answer. Default: 5 s.
    pub max_retry: Duration,
    /// Interval in which journals of dead processes in the folder are looked for. Default: 10 s.
    pub adopt_interval: Duration,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self {
            interval: Duration::from_millis(100),
            batch: 500,
            sync_interval: Duration::from_secs(1),
            retry: Duration::from_millis(100),
            max_retry: Duration::from_secs(5),
            adopt_interval: Duration::from_secs(10),
        }
    }
}
