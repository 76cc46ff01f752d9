//! Content parts from files: `from_path`.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::error::{InputError, InputErrorKind};
use super::kind::Kind;
use crate::content::{InputAudio, InputFile, InputImage, InputVideo};

/// Maximum size of a file, in MiB.
const MAX_MIB: u64 = 100;

impl InputImage {
    /// Creates a part from an image file of at most 100 MiB. Reads the file and blocks meanwhile.
    ///
    /// The media type is that of the first bytes; see [`from_bytes`](Self::from_bytes). If they are not
    /// known, it is that of the extension.
    ///
    /// ```no_run
    /// use orouter_wire::{ImageDetail, InputImage};
    ///
    /// let image = InputImage::from_path("cat.png")?.detail(ImageDetail::Low);
    /// # let _ = image;
    /// # Ok::<(), orouter_wire::InputError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error that names the path if the file cannot be read, is empty or too large, or is
    /// not an image.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, InputError> {
        from_file(Kind::Image, path.as_ref(), Self::from_named)
    }
}

impl InputAudio {
    /// Creates a part from an audio file of at most 100 MiB. Reads the file and blocks meanwhile.
    ///
    /// The format is that of the first bytes; see [`from_bytes`](Self::from_bytes). If they are not
    /// known, it is that of the extension.
    ///
    /// # Errors
    ///
    /// Returns an error that names the path if the file cannot be read, is empty or too large, or is
    /// not audio.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, InputError> {
        from_file(Kind::Audio, path.as_ref(), Self::from_named)
    }
}

impl InputVideo {
    /// Creates a part from a video file of at most 100 MiB. Reads the file and blocks meanwhile.
    ///
    /// The media type is that of the first bytes; see [`from_bytes`](Self::from_bytes). If they are not
    /// known, it is that of the extension.
    ///
    /// # Errors
    ///
    /// Returns an error that names the path if the file cannot be read, is empty or too large, or is
    /// not a video.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, InputError> {
        from_file(Kind::Video, path.as_ref(), Self::from_named)
    }
}

impl InputFile {
    /// Creates a part from a file of at most 100 MiB, with its name and its media type; see
    /// [`from_bytes`](Self::from_bytes). Reads the file and blocks meanwhile.
    ///
    /// ```no_run
    /// use orouter_wire::{InputFile, Message};
    ///
    /// let message = Message::user("Summarise this report.").part(InputFile::from_path("report.pdf")?);
    /// # let _ = message;
    /// # Ok::<(), orouter_wire::InputError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error that names the path if the file cannot be read, is empty or too large.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, InputError> {
        from_file(Kind::File, path.as_ref(), |bytes, name| {
            Self::from_bytes(name.unwrap_or_default(), bytes)
        })
    }
}

/// Reads the file and makes a part of its bytes and its name.
fn from_file<T>(
    kind: Kind,
    path: &Path,
    part: impl FnOnce(&[u8], Option<&str>) -> Result<T, InputError>,
) -> Result<T, InputError> {
    let name = path.file_name().map(|name| name.to_string_lossy());
    read(kind, path)
        .and_then(|bytes| part(&bytes, name.as_deref()))
        .map_err(|error| error.at(path))
}

fn read(kind: Kind, path: &Path) -> Result<Vec<u8>, InputError> {
    const LIMIT: u64 = MAX_MIB << 20;
    let unreadable = |error| InputError::read(kind.word(), error);
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    // The limit also ends the reading of devices and of files that grow.
    let read = file.take(LIMIT + 1).read_to_end(&mut bytes);
    read.map_err(unreadable)?;
    if bytes.len() as u64 > LIMIT {
        let message = format!(
            "the {} is larger than {MAX_MIB} MiB; pass a URL that the provider can fetch",
            kind.word()
        );
        return Err(InputError::new(InputErrorKind::TooLarge, message));
    }
    Ok(bytes)
}
