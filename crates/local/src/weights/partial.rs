//! A download: a temporary file that moves to its destination when it is complete.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::error::WeightsError;
use super::file::ModelFile;
use super::options::WeightsOptions;
use super::progress::Progress;
use super::source::SourceError;
use super::verify::hex;

/// A temporary file next to its destination. Dropping it removes the file.
#[derive(Debug)]
pub(super) struct Partial {
    model_file: ModelFile,
    destination: PathBuf,
    path: PathBuf,
    file: Option<File>,
    hash: Sha256,
    written: u64,
}

impl Partial {
    /// Creates the temporary file for `destination`.
    pub(super) fn create(destination: &Path, model_file: ModelFile) -> Result<Self, WeightsError> {
        let path = beside(destination, &format!("{}.part", std::process::id()));
        let file = File::create(&path)
            .map_err(|source| WeightsError::from_write(&path, model_file.size, source))?;
        let destination = destination.to_owned();
        Ok(Self {
            model_file,
            destination,
            path,
            file: Some(file),
            hash: Sha256::new(),
            written: 0,
        })
    }

    /// Returns a path next to the destination, for the temporary files of a source.
    pub(super) fn scratch(&self) -> PathBuf {
        beside(&self.destination, &format!("{}.tmp", std::process::id()))
    }

    /// Creates the error of a failed write of a source that needs space for two copies.
    pub(super) fn write_error(&self, path: &Path, source: io::Error) -> SourceError {
        SourceError::Final(WeightsError::from_write(
            path,
            2 * self.model_file.size,
            source,
        ))
    }

    /// Copies everything from a reader.
    ///
    /// # Errors
    /// [`SourceError::TryNext`] if the reader fails, [`SourceError::Final`] if the write fails or
    /// the caller cancelled.
    pub(super) fn copy(
        &mut self,
        from: &mut dyn Read,
        options: &WeightsOptions,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), SourceError> {
        let total = self.model_file.size;
        let mut buffer = vec![0; 1 << 17];
        loop {
            options.check_cancelled()?;
            let len = match from.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(len) => len,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    let done = self.written;
                    return Err(SourceError::TryNext(format!("{error} after {done} bytes")));
                }
            };
            let bytes = buffer.get(..len).unwrap_or_default();
            self.write(bytes)?;
            if self.written > total {
                return Err(SourceError::TryNext(format!(
                    "the response has more than {total} bytes"
                )));
            }
            progress(Progress::Downloading {
                done: self.written,
                total,
            });
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), SourceError> {
        if let Some(file) = &mut self.file {
            file.write_all(bytes).map_err(|source| {
                WeightsError::from_write(&self.path, self.model_file.size, source)
            })?;
        }
        self.hash.update(bytes);
        self.written += bytes.len() as u64;
        Ok(())
    }

    /// Checks the file and moves it to its destination.
    pub(super) fn finish(&mut self) -> Result<(), SourceError> {
        let ModelFile { size, sha256, .. } = self.model_file;
        if self.written < size {
            return Err(SourceError::TryNext(format!(
                "the response has {} of {size} bytes",
                self.written
            )));
        }
        let found = hex(&std::mem::take(&mut self.hash).finalize());
        if found != sha256 {
            return Err(SourceError::TryNext(format!(
                "the response is another file (sha256 {found}, not {sha256})"
            )));
        }
        let failed = |source| WeightsError::from_write(&self.path, size, source);
        if let Some(file) = self.file.take() {
            file.sync_all().map_err(failed)?;
        }
        fs::rename(&self.path, &self.destination).map_err(failed)?;
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Windows does not remove open files. After a move the file does not exist any more.
        self.file = None;
        let _ = fs::remove_file(&self.path);
    }
}

fn beside(destination: &Path, ending: &str) -> PathBuf {
    let mut name = destination.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    destination.with_file_name(name)
}

/// Removes the temporary files of killed processes. Only for the process that holds the lock.
pub(super) fn remove_leftovers(destination: &Path) {
    let (Some(directory), Some(name)) = (destination.parent(), destination.file_name()) else {
        return;
    };
    let prefix = format!("{}.", name.to_string_lossy());
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let found = entry.file_name();
        let Some(ending) = found.to_str().and_then(|found| found.strip_prefix(&prefix)) else {
            continue;
        };
        if ending.ends_with(".part") {
            let _ = fs::remove_file(entry.path());
        } else if ending.ends_with(".tmp") {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_error_of_a_full_disk_names_directory_and_size() {
        let directory = tempfile::tempdir().unwrap();
        let destination = directory.path().join("model.gguf");
        let model_file = ModelFile {
            name: "model.gguf",
            sha256: "",
            size: 3_000_000,
        };
        let mut partial = Partial::create(&destination, model_file).unwrap();
        // Every write to this device fails as on a full disk.
        partial.file = Some(File::options().write(true).open("/dev/full").unwrap());

        let options = WeightsOptions::new();
        let error = partial
            .copy(&mut io::repeat(0).take(10), &options, &mut |_| {})
            .unwrap_err();
        let SourceError::Final(error) = error else {
            panic!("{error:?}")
        };
        assert!(
            matches!(
                error,
                WeightsError::DiskFull {
                    needed: 3_000_000,
                    ..
                }
            ),
            "{error:?}"
        );
        let text = error.to_string();
        assert!(text.contains("free 3 MB there"), "{text}");
        assert!(
            text.contains(&directory.path().display().to_string()),
            "{text}"
        );

        drop(partial);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
