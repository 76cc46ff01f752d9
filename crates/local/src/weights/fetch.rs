//! A file on its way into the cache.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::store::SourceError;
use super::verify::hex;
use super::{Progress, Target, WeightsError, WeightsOptions};

/// A file that is being written beside its place. It disappears unless it is finished.
#[derive(Debug)]
pub(super) struct Partial {
    target: Target,
    place: PathBuf,
    path: PathBuf,
    file: Option<File>,
    hash: Sha256,
    written: u64,
}

impl Partial {
    /// Begins a file that is to end up at `place`.
    pub(super) fn create(place: &Path, target: Target) -> Result<Self, WeightsError> {
        let path = beside(place, &format!("{}.part", std::process::id()));
        let file = File::create(&path)
            .map_err(|source| WeightsError::writing(&path, target.size, source))?;
        let place = place.to_owned();
        Ok(Self {
            target,
            place,
            path,
            file: Some(file),
            hash: Sha256::new(),
            written: 0,
        })
    }

    /// A path beside the file's place, for what a source needs while it works.
    pub(super) fn scratch(&self) -> PathBuf {
        beside(&self.place, &format!("{}.tmp", std::process::id()))
    }

    /// What an operating system's refusal to write at a path means.
    pub(super) fn refused(&self, path: &Path, source: io::Error) -> SourceError {
        SourceError::Final(WeightsError::writing(path, 2 * self.target.size, source))
    }

    /// Copies everything from a reader. The reader's failures are the source's, the disk's are
    /// final.
    pub(super) fn copy(
        &mut self,
        from: &mut dyn Read,
        options: &WeightsOptions,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), SourceError> {
        let total = self.target.size;
        let mut buffer = vec![0; 1 << 17];
        loop {
            options.check_cancelled()?;
            let len = match from.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(len) => len,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    let done = self.written;
                    return Err(SourceError::Next(format!("{error} after {done} bytes")));
                }
            };
            let bytes = buffer.get(..len).unwrap_or_default();
            self.write(bytes)?;
            if self.written > total {
                return Err(SourceError::Next(format!(
                    "it sent more than {total} bytes"
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
            file.write_all(bytes)
                .map_err(|source| WeightsError::writing(&self.path, self.target.size, source))?;
        }
        self.hash.update(bytes);
        self.written += bytes.len() as u64;
        Ok(())
    }

    /// Checks the file and moves it into its place.
    pub(super) fn finish(&mut self) -> Result<(), SourceError> {
        let Target { size, sha256, .. } = self.target;
        if self.written < size {
            return Err(SourceError::Next(format!(
                "it sent {} of {size} bytes",
                self.written
            )));
        }
        let found = hex(&std::mem::take(&mut self.hash).finalize());
        if found != sha256 {
            return Err(SourceError::Next(format!(
                "it sent another file (sha256 {found}, not {sha256})"
            )));
        }
        let failed = |source| WeightsError::writing(&self.path, size, source);
        if let Some(file) = self.file.take() {
            file.sync_all().map_err(failed)?;
        }
        fs::rename(&self.path, &self.place).map_err(failed)?;
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Windows removes no file that is open. After a move there is nothing left to remove.
        self.file = None;
        let _ = fs::remove_file(&self.path);
    }
}

fn beside(place: &Path, ending: &str) -> PathBuf {
    let mut name = place.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    place.with_file_name(name)
}

/// Removes what processes that were killed left beside the file's place. For the one process that
/// fetches.
pub(super) fn remove_leftovers(place: &Path) {
    let (Some(directory), Some(name)) = (place.parent(), place.file_name()) else {
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
    fn a_full_disk_is_named_with_what_it_takes() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("model.gguf");
        let target = Target {
            name: "model.gguf",
            sha256: "",
            size: 3_000_000,
        };
        let mut partial = Partial::create(&place, target).unwrap();
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
