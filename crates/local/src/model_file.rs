//! Reads the header of a model file and checks that the file is complete.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::LoadError;
use crate::gguf::{Header, HeaderError};

/// Size in bytes of the first read; a longer header is read in steps of four times the size.
const FIRST_READ: u64 = 4 << 20;

/// Reads the beginning of a file, up to the end of its header at least.
///
/// # Errors
/// [`LoadError::Read`] if the file cannot be read, [`LoadError::Truncated`] if it ends before its
/// last tensor. Other errors in the header are left to the caller's parse.
pub(crate) fn read_header(path: &Path) -> Result<Vec<u8>, LoadError> {
    let read = |source| LoadError::Read {
        path: path.to_owned(),
        source,
    };
    let mut file = File::open(path).map_err(read)?;
    let size = file.metadata().map_err(read)?.len();
    let mut bytes = Vec::new();
    let mut limit = FIRST_READ;
    loop {
        let room = limit - bytes.len() as u64;
        (&mut file)
            .take(room)
            .read_to_end(&mut bytes)
            .map_err(read)?;
        match Header::parse(&bytes) {
            Ok(header) if header.end() > size => {
                return Err(LoadError::Truncated {
                    path: path.to_owned(),
                    detail: format!("{size} of {} bytes", header.end()),
                });
            }
            Err(HeaderError::Truncated) if (bytes.len() as u64) == limit => limit *= 4,
            _ => return Ok(bytes),
        }
    }
}

/// Parses the header that [`read_header`] returned.
pub(crate) fn parse_header<'a>(path: &Path, bytes: &'a [u8]) -> Result<Header<'a>, LoadError> {
    Header::parse(bytes).map_err(|error| {
        let path = path.to_owned();
        match error {
            HeaderError::NotGguf => LoadError::NotGguf { path },
            HeaderError::Truncated => LoadError::Truncated {
                path,
                detail: format!("the header ends after {} bytes", bytes.len()),
            },
            HeaderError::Malformed(detail) => LoadError::Unsupported { path, detail },
        }
    })
}
