//! Progress of a download.

use std::path::PathBuf;

/// Progress of [`ensure`](super::ensure), for a progress bar.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// Another process downloads the file; `ensure` waits for it.
    Waiting,
    /// The cached file is damaged and will be downloaded again.
    Damaged {
        /// The difference from the expected file.
        why: String,
    },
    /// `ensure` connects to a source.
    Connecting {
        /// Name of the source, for people.
        source: String,
    },
    /// Bytes arrived.
    Downloading {
        /// Number of bytes so far.
        done: u64,
        /// Number of bytes in total.
        total: u64,
    },
    /// A source failed. `ensure` tries the next one, if any.
    SourceFailed {
        /// Name of the source, for people.
        source: String,
        /// Reason of the failure.
        error: String,
    },
    /// The file is complete and in the cache.
    Fetched {
        /// Path of the file.
        path: PathBuf,
    },
}
