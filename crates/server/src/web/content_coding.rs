//! Content codings of request bodies: `gzip` and `zstd`. Decompressed bytes count toward the body's
//! limit.

use std::io::{self, Read};

use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use super::buffer::Buffer;
use crate::failure::{Failure, FailureKind};

/// Maximum number of codings on one body.
const MAX_CODINGS: usize = 4;

/// Base-2 logarithm of the largest zstd window: 8 MiB, which RFC 9659 sets as the maximum over
/// HTTP.
const ZSTD_WINDOW_LOG: u32 = 23;

/// Number of bytes that are decompressed at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// A content coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Gzip,
    Zstd,
}

/// Returns the codings of a body in the order in which they were applied, without `identity`.
///
/// # Errors
/// A 415 for any other coding.
pub(super) fn codings(headers: &HeaderMap) -> Result<Vec<Coding>, Failure> {
    let mut codings = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        for word in value.as_bytes().split(|byte| *byte == b',') {
            codings.push(match word.trim_ascii().to_ascii_lowercase().as_slice() {
                b"" | b"identity" => continue,
                b"gzip" | b"x-gzip" => Coding::Gzip,
                b"zstd" => Coding::Zstd,
                _ => return Err(unsupported("the body has a `Content-Encoding` that this server does not decode; send gzip, zstd or plain JSON")),
            });
        }
    }
    if codings.len() > MAX_CODINGS {
        return Err(unsupported(
            "the body has more than 4 content codings; send gzip, zstd or plain JSON",
        ));
    }
    Ok(codings)
}

fn unsupported(message: &str) -> Failure {
    Failure::new(FailureKind::UnsupportedEncoding, message)
}

/// Removes the codings of a body, the last applied first.
pub(super) fn decode(body: Buffer, codings: &[Coding]) -> Result<Buffer, Failure> {
    let mut decoded = body;
    for coding in codings.iter().rev() {
        let (mut target, bytes) = decoded.emptied();
        decompress(*coding, &bytes, &mut target)?;
        target.give_back(bytes.capacity());
        decoded = target;
    }
    Ok(decoded)
}

/// Decompresses a body into an empty buffer, which enforces the limits.
fn decompress(coding: Coding, body: &[u8], out: &mut Buffer) -> Result<(), Failure> {
    match coding {
        Coding::Gzip => copy(flate2::read::MultiGzDecoder::new(body), "gzip", out),
        Coding::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(body)
                .map_err(|error| corrupt("zstd", &error))?;
            decoder
                .window_log_max(ZSTD_WINDOW_LOG)
                .map_err(|error| corrupt("zstd", &error))?;
            copy(decoder, "zstd", out)
        }
    }
}

/// Copies a decoder's output into the buffer.
fn copy(mut from: impl Read, coding: &str, out: &mut Buffer) -> Result<(), Failure> {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match from.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(read) => out.push(chunk.get(..read).unwrap_or_default())?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(corrupt(coding, &error)),
        }
    }
}

fn corrupt(coding: &str, error: &io::Error) -> Failure {
    Failure::new(
        FailureKind::InvalidRequest,
        format!("the body cannot be decompressed as {coding}: {error}"),
    )
}
