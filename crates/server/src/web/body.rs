//! Reads a request body. It is bounded by [`Limits::body_bytes`](crate::Limits::body_bytes), by
//! [`Limits::body_timeout`](crate::Limits::body_timeout) and by the memory budget of all bodies.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, EXPECT};
use http_body_util::BodyExt as _;

use super::buffer::{Buffer, too_large};
use super::content_coding::{self, Coding};
use super::media_type;
use crate::app::App;
use crate::failure::{Failure, FailureKind};

/// Maximum time and size for discarding the rest of a refused body. If the connection closed while
/// the client is sending, the client would get a broken pipe instead of the response.
const DISCARD_TIMEOUT: Duration = Duration::from_secs(3);
const DISCARD_BYTES: usize = 256 * 1024 * 1024;

/// A body in the codings in which it was sent.
pub(super) struct EncodedBody {
    pub(super) bytes: Buffer,
    /// The codings to remove, in the order in which they were applied.
    pub(super) codings: Vec<Coding>,
}

/// Reads the body of a request if its headers show that it can be decoded.
///
/// # Errors
/// A 413, 415 or 503 from the headers, before the body is read; a 408 after the timeout.
pub(super) async fn read(request: Request, app: &App) -> Result<EncodedBody, Failure> {
    read_up_to(request, app, app.limits.body_bytes).await
}

/// Reads a body of at most `limit` bytes, decompressed, as [`read`] does.
pub(super) async fn read_up_to(
    request: Request,
    app: &App,
    limit: usize,
) -> Result<EncodedBody, Failure> {
    match prepare(&request, app, limit) {
        Ok((buffer, codings)) => {
            let mut body = request.into_body();
            let bytes = within_time(&mut body, buffer, app).await?;
            Ok(EncodedBody { bytes, codings })
        }
        Err(failure) => {
            discard(request).await;
            Err(failure)
        }
    }
}

/// Checks the headers. Returns an empty buffer for the announced size, and the codings.
fn prepare(request: &Request, app: &App, limit: usize) -> Result<(Buffer, Vec<Coding>), Failure> {
    media_type::check(request.headers())?;
    let codings = content_coding::codings(request.headers())?;
    let limit = limit.min(app.memory.largest());
    let share = app.memory.share();
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok())
        .map(|length| usize::try_from(length).unwrap_or(usize::MAX));
    if let Some(length) = announced {
        if length > limit {
            return Err(too_large(limit));
        }
        share.check(length)?;
    }
    Ok((Buffer::new(share, limit, announced), codings))
}

/// Collects the body within the timeout.
async fn within_time(body: &mut Body, buffer: Buffer, app: &App) -> Result<Buffer, Failure> {
    let timeout = app.limits.body_timeout;
    match tokio::time::timeout(timeout, collect(body, buffer)).await {
        Err(_) => Err(Failure::new(
            FailureKind::RequestTimeout,
            format!(
                "the body did not arrive within this server's limit of {} s",
                timeout.as_secs_f64()
            ),
        )),
        Ok(Err(ReadError::Refused(failure))) => {
            discard_rest(body).await;
            Err(failure)
        }
        Ok(Err(ReadError::Lost)) => Err(Failure::new(
            FailureKind::InvalidRequest,
            "the connection ended before the end of the body",
        )),
        Ok(Ok(buffer)) => Ok(buffer),
    }
}

/// The reason why a body was not read completely.
enum ReadError {
    /// The body exceeds a limit.
    Refused(Failure),
    /// The connection ended.
    Lost,
}

async fn collect(body: &mut Body, mut buffer: Buffer) -> Result<Buffer, ReadError> {
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(|_| ReadError::Lost)?.into_data() {
            buffer.push(&data).map_err(ReadError::Refused)?;
        }
    }
    Ok(buffer)
}

/// Discards the body of a request that is refused for another reason, so that the client can read
/// the response.
///
/// A body is not read if the request has `Expect: 100-continue`: reading would ask the client to
/// send it, and the response tells the client not to.
pub(super) async fn discard(request: Request) {
    let expects_continue = request
        .headers()
        .get(EXPECT)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"));
    if !expects_continue {
        discard_rest(&mut request.into_body()).await;
    }
}

/// Discards the rest of a body, up to [`DISCARD_TIMEOUT`] and [`DISCARD_BYTES`].
async fn discard_rest(body: &mut Body) {
    let rest = async {
        let mut seen = 0;
        while let Some(Ok(frame)) = body.frame().await {
            seen += frame.data_ref().map_or(0, Bytes::len);
            if seen > DISCARD_BYTES {
                return;
            }
        }
    };
    let _ = tokio::time::timeout(DISCARD_TIMEOUT, rest).await;
}
