//! Reads a request's body: within its size, its time, and the memory for all bodies in flight.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, EXPECT};
use http_body_util::BodyExt as _;

use super::coding::{self, Coding};
use super::media;
use crate::app::App;
use crate::budget::Share;
use crate::failure::{Failure, FailureKind};

/// How long, and how far, the rest of a refused body is read. A client that is still sending when
/// the connection closes sees a broken pipe instead of the answer that says why.
const LINGER: Duration = Duration::from_secs(3);
const LINGER_BYTES: usize = 256 * 1024 * 1024;

/// Memory that a buffer begins with, in bytes.
const FIRST_ROOM: usize = 4 * 1024;

/// A body as it was sent.
pub(super) struct Sent {
    pub(super) bytes: Buffer,
    /// The codings to remove, in the order in which they were applied.
    pub(super) codings: Vec<Coding>,
}

/// Bytes of a body, at most as many as the limit; the memory for them is taken from the budget
/// before it is allocated.
pub(super) struct Buffer {
    bytes: Vec<u8>,
    share: Share,
    limit: usize,
    /// The size that was announced, if any.
    announced: usize,
}

impl Buffer {
    fn new(share: Share, limit: usize, announced: Option<usize>) -> Self {
        Self {
            bytes: Vec::new(),
            share,
            limit,
            announced: announced.unwrap_or(usize::MAX),
        }
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// A 413 past the limit, a 503 past the budget.
    pub(super) fn push(&mut self, data: &[u8]) -> Result<(), Failure> {
        let (length, room) = (self.bytes.len(), self.bytes.capacity());
        let needed = length.saturating_add(data.len());
        if needed > self.limit {
            return Err(too_large(self.limit));
        }
        if needed > room {
            let doubled = (room * 2)
                .max(FIRST_ROOM)
                .min(self.announced.min(self.limit));
            let target = doubled.max(needed);
            self.share.take(target - room)?;
            self.bytes.reserve_exact(target - length);
        }
        self.bytes.extend_from_slice(data);
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes, and the share that pays for them.
    pub(super) fn into_parts(self) -> (Vec<u8>, Share) {
        (self.bytes, self.share)
    }

    /// Removes codings, the last applied first.
    pub(super) fn decoded(self, codings: &[Coding]) -> Result<Self, Failure> {
        let mut buffer = self;
        for coding in codings.iter().rev() {
            let Self {
                bytes,
                share,
                limit,
                ..
            } = buffer;
            buffer = Self::new(share, limit, None);
            coding::decode(*coding, &bytes, &mut buffer)?;
            buffer.share.give_back(bytes.capacity());
        }
        Ok(buffer)
    }
}

/// Reads the body of a request, once its headers show that it can be decoded.
pub(super) async fn read(request: Request, app: &App) -> Result<Sent, Failure> {
    match expected(&request, app) {
        Ok((buffer, codings)) => {
            let mut body = request.into_body();
            let bytes = within_time(&mut body, buffer, app).await?;
            Ok(Sent { bytes, codings })
        }
        Err(failure) => {
            forget(request).await;
            Err(failure)
        }
    }
}

/// An empty buffer for the body that the headers announce, and its codings.
fn expected(request: &Request, app: &App) -> Result<(Buffer, Vec<Coding>), Failure> {
    media::check(request.headers())?;
    let codings = coding::codings(request.headers())?;
    let limit = app.limits.body_bytes.min(app.budget.largest());
    let share = app.budget.share();
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

async fn within_time(body: &mut Body, buffer: Buffer, app: &App) -> Result<Buffer, Failure> {
    let timeout = app.limits.body_timeout;
    match tokio::time::timeout(timeout, collect(body, buffer)).await {
        Err(_) => Err(Failure::new(
            FailureKind::RequestTimeout,
            format!("the body did not arrive within {} s", timeout.as_secs_f64()),
        )),
        Ok(Err(Broken::Refused(failure))) => {
            linger(body).await;
            Err(failure)
        }
        Ok(Err(Broken::Lost)) => Err(Failure::new(
            FailureKind::InvalidRequest,
            "the connection ended before the end of the body",
        )),
        Ok(Ok(buffer)) => Ok(buffer),
    }
}

/// The reason why a body was not read to its end.
enum Broken {
    Refused(Failure),
    Lost,
}

async fn collect(body: &mut Body, mut buffer: Buffer) -> Result<Buffer, Broken> {
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(|_| Broken::Lost)?.into_data() {
            buffer.push(&data).map_err(Broken::Refused)?;
        }
    }
    Ok(buffer)
}

/// Reads and forgets the body of a request that is refused for something else, for a while.
///
/// Not of one that asked for leave to send it: to read it would be to give that leave, and the
/// answer is what spares the client the sending.
pub(super) async fn forget(request: Request) {
    let asks = request
        .headers()
        .get(EXPECT)
        .is_some_and(|what| what.as_bytes().eq_ignore_ascii_case(b"100-continue"));
    if !asks {
        linger(&mut request.into_body()).await;
    }
}

/// Reads and forgets what is left of a refused body, for a while.
async fn linger(body: &mut Body) {
    let rest = async {
        let mut seen = 0;
        while let Some(Ok(frame)) = body.frame().await {
            seen += frame.data_ref().map_or(0, Bytes::len);
            if seen > LINGER_BYTES {
                return;
            }
        }
    };
    let _ = tokio::time::timeout(LINGER, rest).await;
}

fn too_large(limit: usize) -> Failure {
    Failure::new(
        FailureKind::PayloadTooLarge,
        format!("the body is larger than the {limit} bytes that this server reads"),
    )
}
