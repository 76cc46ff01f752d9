//! Reading a request's body: within its size, within its time.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, EXPECT};
use http_body_util::BodyExt as _;

use crate::config::Limits;
use crate::failure::{Failure, FailureKind};

/// How long, and how far, the rest of a refused body is read. A client that is still sending when
/// the connection closes sees a broken pipe instead of the answer that says why.
const LINGER: Duration = Duration::from_secs(3);
const LINGER_BYTES: usize = 256 * 1024 * 1024;

/// The whole body.
pub(super) async fn read(request: Request, limits: &Limits) -> Result<Bytes, Failure> {
    if request
        .headers()
        .get(CONTENT_ENCODING)
        .is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
    {
        forget(request).await;
        return Err(Failure::new(
            FailureKind::InvalidRequest,
            "the body has a Content-Encoding; this server reads plain JSON",
        ));
    }
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let limit = limits.body_bytes;
    if announced.is_some_and(|length| length > limit as u64) {
        forget(request).await;
        return Err(too_large(limit));
    }
    let mut body = request.into_body();
    match tokio::time::timeout(limits.body_timeout, collect(&mut body, limit)).await {
        Err(_) => Err(Failure::new(
            FailureKind::RequestTimeout,
            format!(
                "the body did not arrive within {} s",
                limits.body_timeout.as_secs_f64()
            ),
        )),
        Ok(Err(Broken::TooLarge)) => {
            linger(&mut body).await;
            Err(too_large(limit))
        }
        Ok(Err(Broken::Lost)) => Err(Failure::new(
            FailureKind::InvalidRequest,
            "the body broke off",
        )),
        Ok(Ok(bytes)) => Ok(bytes),
    }
}

/// Why there is no body.
enum Broken {
    TooLarge,
    Lost,
}

async fn collect(body: &mut Body, limit: usize) -> Result<Bytes, Broken> {
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Broken::Lost)?.into_data() else {
            continue;
        };
        if whole.len() + data.len() > limit {
            return Err(Broken::TooLarge);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.freeze())
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
