//! The cache directory: holds the complete file or none, and lets one process download at a time.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::{FailedSource, WeightsError};
use super::file::ModelFile;
use super::options::WeightsOptions;
use super::partial::{Partial, remove_leftovers};
use super::progress::Progress;
use super::source::SourceError;
use super::verify::verify;
use super::{hub, pip};

/// Interval between two attempts to take the lock.
const LOCK_POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Function that downloads the file from one source.
type Fetch = fn(&mut Partial, &WeightsOptions, &mut dyn FnMut(Progress)) -> Result<(), SourceError>;

/// Returns the cache directory.
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

/// Returns the path of the cached file, and downloads the file first if necessary.
pub(super) fn ensure(
    file: ModelFile,
    options: &WeightsOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<PathBuf, WeightsError> {
    let directory = directory(options)?;
    let path = directory.join(file.name);
    if matches!(look_up(&path, file)?, Cached::Valid) {
        return Ok(path);
    }
    if !options.fetch {
        return Err(WeightsError::NotFetched { path });
    }

    fs::create_dir_all(&directory)
        .map_err(|source| WeightsError::from_write(&directory, file.size, source))?;
    let lock = lock(
        &directory.join(format!("{}.lock", file.name)),
        options,
        progress,
    )?;
    // Another process may have downloaded the file in the meantime.
    match look_up(&path, file)? {
        Cached::Valid => return Ok(path),
        Cached::Damaged(why) => progress(Progress::Damaged { why }),
        Cached::Missing => {}
    }
    if lock.is_some() {
        remove_leftovers(&path);
    }

    let mut tried = Vec::new();
    let sources: [(&str, Fetch); 2] = [("the model hub", hub::fetch), ("pip", pip::fetch)];
    for (source, fetch) in sources {
        options.check_cancelled()?;
        progress(Progress::Connecting {
            source: source.to_owned(),
        });
        let mut partial = Partial::create(&path, file)?;
        let outcome = fetch(&mut partial, options, progress).and_then(|()| partial.finish());
        match outcome {
            Ok(()) => {
                progress(Progress::Fetched { path: path.clone() });
                return Ok(path);
            }
            Err(SourceError::Final(error)) => return Err(error),
            Err(SourceError::TryNext(error)) => {
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

/// State of the cached file.
enum Cached {
    Valid,
    Missing,
    /// Not the expected file, for this reason.
    Damaged(String),
}

/// Checks the cached file.
///
/// # Errors
/// [`WeightsError::Read`] if a file exists and cannot be read.
fn look_up(path: &Path, file: ModelFile) -> Result<Cached, WeightsError> {
    match verify(path, file) {
        Ok(()) => Ok(Cached::Valid),
        Err(WeightsError::Read { source, .. })
            if matches!(
                source.kind(),
                std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(Cached::Missing)
        }
        Err(error @ WeightsError::Read { .. }) => Err(error),
        Err(error) => Ok(Cached::Damaged(error.to_string())),
    }
}

/// Takes the lock of the download, and waits while another process holds it. The operating system
/// releases the lock when the process ends. Returns `None` on a file system without locks.
fn lock(
    path: &Path,
    options: &WeightsOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<Option<File>, WeightsError> {
    let failed = |source| WeightsError::from_write(path, 0, source);
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(failed)?;
    let mut reported = false;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => {
                if !reported {
                    progress(Progress::Waiting);
                    reported = true;
                }
                options.check_cancelled()?;
                std::thread::sleep(LOCK_POLL_INTERVAL);
            }
            // Without locks, several processes may download at the same time. Each writes its own
            // temporary file, so the file that is moved last is complete too.
            Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => {
                return Ok(None);
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
    }
}
