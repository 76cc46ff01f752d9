//! Content codings of request bodies: `gzip` and `zstd`.

use std::io::{self, Read};

use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use super::body::Buffer;
use crate::failure::{Failure, FailureKind};

/// Maximum number of codings on one body.
const CODINGS: usize = 4;

/// Base-2 logarithm of the largest zstd window: 8 MiB, which RFC 9659 sets as the maximum over HTTP.
const ZSTD_WINDOW_LOG: u32 = 23;

/// Bytes that are decompressed at a time.
const CHUNK: usize = 64 * 1024;

/// A coding that this server decodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Gzip,
    Zstd,
}

/// The codings of a body, in the order in which they were applied; `identity` is left out.
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
    if codings.len() > CODINGS {
        return Err(unsupported(
            "the body has more than 4 content codings; send gzip, zstd or plain JSON",
        ));
    }
    Ok(codings)
}

fn unsupported(message: &str) -> Failure {
    Failure::new(FailureKind::UnsupportedEncoding, message)
}

/// Decompresses a body into an empty buffer, which holds the limits.
pub(super) fn decode(coding: Coding, body: &[u8], out: &mut Buffer) -> Result<(), Failure> {
    match coding {
        Coding::Gzip => pour(flate2::read::MultiGzDecoder::new(body), "gzip", out),
        Coding::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(body)
                .map_err(|error| corrupt("zstd", &error))?;
            decoder
                .window_log_max(ZSTD_WINDOW_LOG)
                .map_err(|error| corrupt("zstd", &error))?;
            pour(decoder, "zstd", out)
        }
    }
}

fn pour(mut from: impl Read, coding: &str, out: &mut Buffer) -> Result<(), Failure> {
    let mut chunk = vec![0; CHUNK];
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
