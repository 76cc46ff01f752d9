//! The files of the journals in a folder, and the locks that tell which processes live.
//!
//! A process has the lock `PROCESS.lock` as long as it lives, and the files `PROCESS-NUMBER.journal`.
//! The lock exists before the first file and is removed after the last one.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::id::ProcessId;

/// Returns options to open a file that, if it is created, only its owner can read: settlements contain
/// facts about clients.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Creates a folder, and those above it, that only its owner can read.
fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// The lock of a process. The operating system releases it when the process ends, in whatever way.
#[derive(Debug)]
pub(super) struct ProcessLock {
    path: PathBuf,
    _file: File,
}

impl ProcessLock {
    /// Takes the lock of a new process. The file gets its name after it is locked, so that nothing
    /// sees it unlocked.
    pub(super) fn create(folder: &Path, process: &ProcessId) -> io::Result<Self> {
        create_folder(folder)?;
        let (path, unnamed) = (
            lock_path(folder, process),
            folder.join(format!("{process}.new")),
        );
        let file = private().write(true).create_new(true).open(&unnamed)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::Error(error) => error,
            TryLockError::WouldBlock => io::ErrorKind::WouldBlock.into(),
        })?;
        fs::rename(&unnamed, &path)?;
        sync_folder(folder);
        Ok(Self { path, _file: file })
    }

    /// Takes the lock of another process, if it is dead.
    pub(super) fn of_dead(folder: &Path, process: &ProcessId) -> io::Result<Option<Self>> {
        let path = lock_path(folder, process);
        let file = private()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { path, _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Removes the lock; the process has no files any more.
    pub(super) fn remove(self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}

fn lock_path(folder: &Path, process: &ProcessId) -> PathBuf {
    folder.join(format!("{process}.lock"))
}

/// Returns the path of a journal file.
pub(super) fn journal_path(folder: &Path, process: &ProcessId, number: u64) -> PathBuf {
    // Names sort in the order of numbers.
    folder.join(format!("{process}-{number:010}.journal"))
}

/// Creates a journal file, which is to be appended to.
pub(super) fn create_file(path: &Path) -> io::Result<File> {
    private().append(true).create_new(true).open(path)
}

/// Makes the names of new files survive a power failure, where folders can be synchronised.
pub(super) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all(); // not possible on all systems
    }
}

/// The journal files that a process has left.
#[derive(Debug)]
pub(super) struct Left {
    pub(super) process: ProcessId,
    pub(super) files: Vec<PathBuf>,
}

/// Returns the processes that have a lock or a file in the folder, with their files in order.
pub(super) fn list(folder: &Path) -> io::Result<Vec<Left>> {
    let mut names: Vec<String> = fs::read_dir(folder)?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort_unstable();
    let mut found: Vec<Left> = Vec::new();
    for name in names {
        // A lock without its name is that of a process that begins.
        let Some(process) = name.get(..32).and_then(ProcessId::from_text) else {
            continue;
        };
        let is_journal = name.ends_with(".journal");
        if !is_journal && !name.ends_with(".lock") {
            continue;
        }
        if found.last().is_none_or(|last| last.process != process) {
            found.push(Left {
                process,
                files: Vec::new(),
            });
        }
        if let Some(last) = found.last_mut().filter(|_| is_journal) {
            last.files.push(folder.join(name));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_live_process_keeps_its_lock() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let process = ProcessId::random().expect("an id");
        let lock = ProcessLock::create(folder, &process).expect("a lock");
        assert!(
            ProcessLock::of_dead(folder, &process)
                .expect("a file")
                .is_none()
        );
        drop(lock);
        let dead = ProcessLock::of_dead(folder, &process).expect("a file");
        dead.expect("the lock").remove().expect("removed");
        assert!(list(folder).expect("a list").is_empty());
    }

    #[test]
    fn files_are_listed_in_their_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let process = ProcessId::random().expect("an id");
        let paths = [1, 2, 10].map(|number| journal_path(folder, &process, number));
        for path in paths.iter().rev() {
            create_file(path).expect("a file");
        }
        fs::write(folder.join("other"), "x").expect("a file");
        let list = list(folder).expect("a list");
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].files, paths);
    }
}
