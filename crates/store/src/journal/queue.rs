//! [`Journal`]: appends settlements to the files of this process, and hands out batches of them.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fmt, mem};

use tokio::sync::{Notify, watch};

use super::batch::{Batch, read_batch, read_part, record_with_id};
use super::files::{ProcessLock, create_file, journal_path, sync_folder};
use super::frame::{self, Next};
use super::recent::Recent;
use crate::error::StoreError;
use crate::id::ProcessId;
use crate::record::{GenerationRecord, Settlement};

/// Number of bytes that a permit keeps free. Records are smaller, except for those with many attempts;
/// the bound can be exceeded by their difference.
const PERMIT_BYTES: u64 = 4096;

/// Length of a file from which a new one is begun when all its settlements are written.
const SMALL_FILE: u64 = 256 * 1024;

/// Options of a [`Journal`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct JournalOptions {
    /// Folder of the files, on a local disk. It is created if it does not exist. Several processes can
    /// share a folder.
    pub folder: PathBuf,
    /// Maximum number of bytes that are not written to the database, including 4 KiB for each permit.
    /// Default: 256 MiB, about 300,000 settlements.
    pub max_bytes: u64,
    /// Length of a file from which a new one is begun, in bytes. Default: 8 MiB.
    pub file_bytes: u64,
    /// Maximum number of settlements that are kept in memory too, so that they are not read from the
    /// disk. Default: 2,048, about 2 MiB.
    pub kept_in_memory: usize,
}

impl JournalOptions {
    /// Creates the options for a folder.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            max_bytes: 256 * 1024 * 1024,
            file_bytes: 8 * 1024 * 1024,
            kept_in_memory: 2_048,
        }
    }
}

/// A bounded, durable queue of settlements on the local disk.
///
/// A generation takes a [`Permit`] when it is admitted. A full journal refuses the permit, so that
/// every admitted generation can be recorded. If a write fails, the settlement is kept in memory and
/// written to the database from there, and no further permit is given until it is written.
pub struct Journal {
    options: JournalOptions,
    process: ProcessId,
    lock: Mutex<Option<ProcessLock>>,
    queue: Mutex<Queue>,
    /// Creates a file; tests replace it.
    create: fn(&Path) -> io::Result<File>,
    /// Notified when a settlement was appended.
    pub(super) appended: Notify,
    /// Bytes that left the queue.
    pub(super) written: watch::Sender<u64>,
}

struct Queue {
    /// The files, the oldest first. The last one is appended to, unless it is closed.
    files: VecDeque<JournalFile>,
    /// Number of files that were begun.
    number: u64,
    /// Frames that could not be written to a file.
    overflow: VecDeque<Vec<u8>>,
    /// Bytes that were appended.
    appended: u64,
    /// Bytes that left the queue.
    written: u64,
    /// Number of settlements in the queue.
    pending: u64,
    permits: u64,
    /// `true` after a file was begun, until the folder is synchronised.
    folder_unsynced: bool,
    buffer: Vec<u8>,
    recent: Recent,
}

struct JournalFile {
    path: PathBuf,
    file: Arc<File>,
    /// Bytes that were appended completely.
    length: u64,
    /// Bytes of settlements that are written to the database.
    written: u64,
    /// `true` if nothing more is appended.
    closed: bool,
    /// `true` after an append that is not synchronised.
    unsynced: bool,
}

impl Journal {
    /// Opens the journal of a new process.
    ///
    /// # Errors
    /// [`StoreError::Io`] if the folder cannot be written.
    pub fn open(options: JournalOptions, process: ProcessId) -> Result<Self, StoreError> {
        Self::open_with(options, process, create_file)
    }

    fn open_with(
        options: JournalOptions,
        process: ProcessId,
        create: fn(&Path) -> io::Result<File>,
    ) -> Result<Self, StoreError> {
        let folder = options.folder.clone();
        let failed = |error| {
            let folder = folder.display();
            StoreError::Io(format!("the journal in {folder} cannot be opened: {error}"))
        };
        let lock = ProcessLock::create(&folder, &process).map_err(failed)?;
        let queue = Queue {
            files: VecDeque::new(),
            number: 0,
            overflow: VecDeque::new(),
            appended: 0,
            written: 0,
            pending: 0,
            permits: 0,
            folder_unsynced: false,
            buffer: Vec::new(),
            recent: Recent::new(options.kept_in_memory),
        };
        let journal = Self {
            options,
            process,
            lock: Mutex::new(Some(lock)),
            queue: Mutex::new(queue),
            create,
            appended: Notify::new(),
            written: watch::Sender::new(0),
        };
        journal.begin_file(&mut journal.queue()).map_err(failed)?;
        Ok(journal)
    }

    /// Returns the process that the journal belongs to.
    #[must_use]
    pub const fn process(&self) -> &ProcessId {
        &self.process
    }

    /// Returns the folder.
    pub(super) fn folder(&self) -> &Path {
        &self.options.folder
    }

    /// Reserves room for one settlement.
    ///
    /// # Errors
    /// [`JournalFull`] if too much is not yet written to the database, or the last write to the disk
    /// failed.
    pub fn permit(self: &Arc<Self>) -> Result<Permit, JournalFull> {
        let mut queue = self.queue();
        let bytes = queue.appended - queue.written + (queue.permits + 1) * PERMIT_BYTES;
        if bytes > self.options.max_bytes || !queue.overflow.is_empty() {
            return Err(JournalFull);
        }
        queue.permits += 1;
        Ok(Permit {
            journal: Arc::clone(self),
        })
    }

    /// Returns the number of settlements that are not yet written to the database.
    #[must_use]
    pub fn pending(&self) -> u64 {
        self.queue().pending
    }

    /// Waits until all settlements that were appended before are written to the database.
    pub async fn flush(&self) {
        let appended = self.queue().appended;
        self.appended.notify_one();
        let mut written = self.written.subscribe();
        let _ = written.wait_for(|written| *written >= appended).await; // the sender is in `self`
    }

    /// Returns the record of a generation that is not yet written to the database. Reads the files;
    /// call it where blocking is allowed.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<GenerationRecord> {
        let mut unwritten: Vec<(Arc<File>, PathBuf, u64, u64)> = Vec::new();
        let mut found = None;
        {
            let queue = self.queue();
            for file in &queue.files {
                let path = file.path.clone();
                unwritten.push((Arc::clone(&file.file), path, file.written, file.length));
            }
            for frame in &queue.overflow {
                if let Next::Frame { payload, .. } = frame::next(frame) {
                    found = found.or_else(|| record_with_id(payload, id));
                }
            }
        }
        for (_, path, mut from, length) in unwritten {
            while found.is_none() && from < length {
                let Ok(bytes) = read_part(&path, from, length) else {
                    break; // it was written to the database and removed
                };
                let mut rest = bytes.as_slice();
                while let Next::Frame { payload, length } = frame::next(rest) {
                    found = found.or_else(|| record_with_id(payload, id));
                    rest = rest.get(length..).unwrap_or_default();
                }
                let read = (bytes.len() - rest.len()) as u64;
                if read == 0 {
                    break;
                }
                from += read;
            }
        }
        found
    }

    fn append(&self, settlement: Settlement) {
        let mut queue = self.queue();
        let queue = &mut *queue;
        let mut frame = mem::take(&mut queue.buffer);
        frame.clear();
        match serde_json::to_vec(&settlement) {
            Ok(payload) => frame::encode(&payload, &mut frame),
            // All members have a JSON form, so this does not happen.
            Err(error) => tracing::error!(%error, "a settlement has no JSON form"),
        }
        let length = frame.len() as u64;
        queue.pending += 1;
        let start = queue.appended;
        queue.appended += length;
        match self.write(queue, &frame) {
            // A settlement that overflows leaves the queue later than those in files, also later ones.
            Ok(()) if queue.overflow.is_empty() => {
                queue.recent.push(start, length, queue.number, settlement);
            }
            Ok(()) => {}
            Err(error) => {
                tracing::error!(%error, "the journal cannot be written; no request is admitted until \
                    the database has its records");
                queue.overflow.push_back(mem::take(&mut frame));
                queue.recent.clear();
            }
        }
        queue.buffer = frame;
        self.appended.notify_one();
    }

    /// Writes a frame to the current file, or to a new one if that has reached its length or cannot be
    /// written.
    fn write(&self, queue: &mut Queue, frame: &[u8]) -> io::Result<()> {
        let full = |file: &JournalFile| file.closed || file.length >= self.options.file_bytes;
        if queue.files.back().is_none_or(full) {
            self.begin_file(queue)?;
        }
        let Some(current) = queue.files.back_mut() else {
            return Err(io::ErrorKind::NotFound.into());
        };
        if let Err(error) = current.file.as_ref().write_all(frame) {
            // A part may have been written. If it cannot be removed, the next frame goes elsewhere.
            current.closed = current.file.set_len(current.length).is_err();
            return Err(error);
        }
        current.length += frame.len() as u64;
        current.unsynced = true;
        Ok(())
    }

    fn begin_file(&self, queue: &mut Queue) -> io::Result<()> {
        let path = journal_path(&self.options.folder, &self.process, queue.number + 1);
        let file = (self.create)(&path)?;
        queue.number += 1;
        if let Some(last) = queue.files.back_mut() {
            last.closed = true;
        }
        queue.files.push_back(JournalFile {
            path,
            file: Arc::new(file),
            length: 0,
            written: 0,
            closed: false,
            unsynced: false,
        });
        queue.folder_unsynced = true;
        Ok(())
    }

    /// Takes the next settlements, at most `most`, if they are kept in memory. They stay in the queue
    /// until [`remove`](Self::remove).
    pub(super) fn recent_batch(&self, most: usize) -> Option<Batch> {
        let mut queue = self.queue();
        let written = queue.written;
        queue.recent.take(written, most)
    }

    /// Returns the next settlements, at most `most`. They stay in the queue until
    /// [`remove`](Self::remove). Blocks on the disk.
    pub(super) fn next_batch(&self, most: usize) -> io::Result<Batch> {
        let mut batch = Batch::default();
        let (path, from, length) = {
            let queue = self.queue();
            let waits = |file: &&JournalFile| file.written < file.length;
            match queue.files.iter().find(waits) {
                Some(file) => (file.path.clone(), file.written, file.length),
                None => {
                    for frame in queue.overflow.iter().take(most) {
                        batch.bytes += frame.len() as u64;
                        batch.overflow += 1;
                        if let Next::Frame { payload, .. } = frame::next(frame) {
                            batch.add(payload);
                        }
                    }
                    return Ok(batch);
                }
            }
        };
        let mut batch = match read_batch(&path, from, length, most) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Batch::default(),
            read => read?,
        };
        for damaged in &batch.damaged {
            let bytes = damaged.len();
            tracing::error!(path = %path.display(), bytes, "the journal is damaged");
        }
        if batch.bytes == 0 {
            // Everything that was appended was complete. The rest must not stop the other files.
            batch.bytes = length - from;
            let bytes = batch.bytes;
            tracing::error!(path = %path.display(), bytes, "the end of the journal was removed");
        }
        Ok(batch)
    }

    /// Removes the settlements of a batch, which are written to the database.
    pub(super) fn remove(&self, batch: &Batch) {
        let (written, done) = {
            let mut queue = self.queue();
            let queue = &mut *queue;
            queue.written += batch.bytes;
            queue.pending = queue.pending.saturating_sub(batch.count()); // damage counts as one
            if queue.written == queue.appended {
                queue.pending = 0;
            }
            if batch.overflow > 0 {
                let count = batch.overflow.min(queue.overflow.len());
                queue.overflow.drain(..count);
            } else if let Some(file) = queue
                .files
                .iter_mut()
                .find(|file| file.written < file.length)
            {
                file.written += batch.bytes;
            }
            let done = |file: &JournalFile| file.written == file.length && file.length > SMALL_FILE;
            if queue.files.back().is_some_and(done) {
                let _ = self.begin_file(queue); // otherwise with the next settlement
            }
            (queue.written, Self::take_written(queue))
        };
        // Not under the lock, which requests wait for.
        for path in done {
            if let Err(error) = fs::remove_file(&path) {
                tracing::warn!(%error, path = %path.display(), "a journal cannot be removed");
            }
        }
        self.written.send_replace(written);
    }

    /// Takes the closed files at the front whose settlements are all written.
    fn take_written(queue: &mut Queue) -> Vec<PathBuf> {
        let mut done = Vec::new();
        while let Some(file) = queue
            .files
            .pop_front_if(|file| file.closed && file.written >= file.length)
        {
            done.push(file.path);
        }
        done
    }

    /// Synchronises what was appended with the disk. Blocks.
    pub(super) fn sync(&self) -> io::Result<()> {
        let (files, folder) = {
            let mut queue = self.queue();
            let queue = &mut *queue;
            let unsynced = |file: &mut JournalFile| {
                let file_handle = Arc::clone(&file.file);
                mem::take(&mut file.unsynced).then_some(file_handle)
            };
            let files: Vec<_> = queue.files.iter_mut().filter_map(unsynced).collect();
            (files, mem::take(&mut queue.folder_unsynced))
        };
        if folder {
            sync_folder(&self.options.folder);
        }
        let mut result = Ok(());
        for file in files {
            if let Err(error) = file.sync_data() {
                let mut queue = self.queue();
                let mut files = queue.files.iter_mut();
                // Tried again with the next synchronisation.
                if let Some(failed) = files.find(|it| Arc::ptr_eq(&it.file, &file)) {
                    failed.unsynced = true;
                }
                result = Err(error);
            }
        }
        result
    }

    /// Removes the files and the lock, if all settlements are written; another process writes them
    /// otherwise. Nothing must be appended afterwards.
    pub(super) fn close(&self) {
        let mut queue = self.queue();
        if queue.appended != queue.written {
            return;
        }
        for file in queue.files.drain(..) {
            let _ = fs::remove_file(&file.path); // an empty file is harmless
        }
        let lock = self
            .lock
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(lock) = lock {
            let _ = lock.remove(); // another process will remove it
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal")
            .field("folder", &self.options.folder)
            .field("pending", &self.pending())
            .finish_non_exhaustive()
    }
}

/// Room for one settlement in a [`Journal`].
#[derive(Debug)]
pub struct Permit {
    journal: Arc<Journal>,
}

impl Permit {
    /// Appends the settlement of the generation. Takes one write to a file; it does not fail.
    pub fn append(self, settlement: Settlement) {
        self.journal.append(settlement);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.journal.queue().permits -= 1;
    }
}

/// The journal has no room, so that no generation may be admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalFull;

impl fmt::Display for JournalFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the journal of usage records is full, because the database does not take them")
    }
}

impl std::error::Error for JournalFull {}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
