//! [`InputError`]: the reason why data cannot become an input.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Reason why an image, audio, a video or a file cannot become an input. Its message names the path.
///
/// ```
/// use orouter_wire::{InputErrorKind, InputImage};
///
/// let error = InputImage::from_bytes(b"%PDF-1.7").unwrap_err();
/// assert_eq!(error.kind(), InputErrorKind::WrongMedia);
/// assert_eq!(error.to_string(), "the data is application/pdf, which is not an image");
/// ```
#[derive(Debug)]
pub struct InputError {
    kind: InputErrorKind,
    message: String,
    path: Option<PathBuf>,
    source: Option<io::Error>,
}

/// Kind of an [`InputError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InputErrorKind {
    /// The file cannot be read. The source of the error is the [`io::Error`].
    Read,
    /// The file is larger than the limit of `from_path`.
    TooLarge,
    /// The data is empty.
    Empty,
    /// The format of the data is not known.
    UnknownMedia,
    /// The data has a known format of another kind, such as a PDF that is to be an image.
    WrongMedia,
    /// The media type that the caller gave does not have the form `type/subtype`.
    InvalidMediaType,
}

impl InputError {
    pub(super) fn new(kind: InputErrorKind, message: String) -> Self {
        Self {
            kind,
            message,
            path: None,
            source: None,
        }
    }

    #[cfg(feature = "fs")]
    pub(super) fn at(mut self, path: &Path) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    #[cfg(feature = "fs")]
    pub(super) fn read(kind: &str, error: io::Error) -> Self {
        Self {
            source: Some(error),
            ..Self::new(InputErrorKind::Read, format!("cannot read the {kind}"))
        }
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> InputErrorKind {
        self.kind
    }

    /// Returns the path of the file, or `None` if the data did not come from a file.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{}: ", path.display())?;
        }
        f.write_str(&self.message)
    }
}

impl Error for InputError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}
