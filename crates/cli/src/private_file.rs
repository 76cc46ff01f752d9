//! Files and directories that only the user can read.
//!
//! On Unix, files have the mode 0600 and directories 0700. On Windows, they inherit the access
//! rights of the user's profile.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Creates a directory and its missing parents.
pub(crate) fn create_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Replaces a file, or creates it and its directory. Readers see the old or the new content, also
/// after a crash. A symbolic link stays, and the file to which it points is replaced.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = Unpublished::create(path)?;
    file.write_all(content)?;
    file.replace()
}

/// A file that has another name until it is complete. It is removed if it is dropped before.
#[derive(Debug)]
pub(crate) struct Unpublished {
    file: tempfile::NamedTempFile,
    target: PathBuf,
}

impl Unpublished {
    /// Creates an empty file, and the directory of `path`.
    ///
    /// # Errors
    /// Also if `path` is a device or a directory: it must not be replaced.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let target = match fs::canonicalize(path) {
            Ok(target) => target,
            Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_path_buf(),
            Err(error) => return Err(error),
        };
        if fs::metadata(&target).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(io::Error::other("it is not a regular file"));
        }
        create_directory(directory(&target))?;
        // The temporary file has the mode 0600.
        let file = tempfile::NamedTempFile::new_in(directory(&target))?;
        Ok(Self { file, target })
    }

    /// Makes the content durable before the file has its name, which it then gets at once.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.as_file().sync_all()
    }

    /// Gives the file its name, and replaces the file with this name.
    pub(crate) fn replace(self) -> io::Result<()> {
        self.sync()?;
        self.file.persist(&self.target)?;
        sync_directory(&self.target)
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// `AlreadyExists` if a file has the name.
    pub(crate) fn publish(self) -> io::Result<()> {
        self.sync()?;
        self.file.persist_noclobber(&self.target)?;
        sync_directory(&self.target)
    }
}

impl io::Write for Unpublished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Returns the directory of a file.
fn directory(path: &Path) -> &Path {
    let parent = path.parent();
    let named = parent.filter(|parent| !parent.as_os_str().is_empty());
    named.unwrap_or(Path::new("."))
}

/// Makes the name of a file durable. Not possible on Windows.
fn sync_directory(file: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(directory(file))?.sync_all()?;
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

/// Creates a file to which lines are appended.
///
/// # Errors
/// `AlreadyExists` if the file exists.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    if let Some(directory) = path.parent() {
        create_directory(directory)?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Returns the mode of a file if users other than its owner can read or write it. Always `None` on
/// Windows.
pub(crate) fn shared_mode(file: &File) -> io::Result<Option<u32>> {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::MetadataExt::mode(&file.metadata()?) & 0o7777;
        Ok((mode & 0o077 != 0).then_some(mode))
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        Ok(None)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn only_the_user_can_read_what_is_created() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("a/b");
        let (replaced, created) = (directory.join("r"), directory.join("c"));
        create(&created).unwrap();
        assert_eq!(
            create(&created).unwrap_err().kind(),
            io::ErrorKind::AlreadyExists
        );
        replace(&replaced, b"one").unwrap();
        for (path, expected) in [
            (created.clone(), 0o600),
            (root.path().join("a"), 0o700),
            (directory.clone(), 0o700),
            (replaced.clone(), 0o600),
        ] {
            assert_eq!(mode(&path), expected, "{}", path.display());
        }
        assert_eq!(shared_mode(&File::open(&replaced).unwrap()).unwrap(), None);

        fs::set_permissions(&replaced, fs::Permissions::from_mode(0o640)).unwrap();
        let shared = shared_mode(&File::open(&replaced).unwrap()).unwrap();
        assert_eq!(shared, Some(0o640));
        replace(&replaced, b"two").unwrap();
        assert_eq!(fs::read(&replaced).unwrap(), b"two");
        assert_eq!(mode(&replaced), 0o600);
        assert_eq!(
            fs::read_dir(&directory).unwrap().count(),
            2,
            "no temporary file stays"
        );
    }

    #[test]
    fn a_symbolic_link_stays() {
        let root = tempfile::tempdir().unwrap();
        let (file, link) = (
            root.path().join("dotfiles.toml"),
            root.path().join("config.toml"),
        );
        fs::write(&file, "old").unwrap();
        symlink(&file, &link).unwrap();
        replace(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
    }

    #[test]
    fn a_file_that_is_not_published_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a/file");
        let mut file = Unpublished::create(&path).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(fs::read_dir(root.path().join("a")).unwrap().count(), 0);

        let mut file = Unpublished::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        fs::write(&path, "other").unwrap();
        let error = file.publish().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"other");
        assert_eq!(fs::read_dir(root.path().join("a")).unwrap().count(), 1);
    }

    #[test]
    fn a_failed_replacement_keeps_the_file() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("directory");
        fs::create_dir(&directory).unwrap();
        assert!(replace(&directory, b"x").is_err());
        assert!(directory.is_dir());
        assert_eq!(
            fs::read_dir(root.path()).unwrap().count(),
            1,
            "no temporary file stays"
        );
    }
}
