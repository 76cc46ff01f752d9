//! Turns a body into an admitted request: reads, decompresses, counts and decodes it.

use std::sync::Arc;

use axum::extract::Request;
use bytes::Bytes;
use orouter_wire::ResponsesRequest;

use super::body::{self, EncodedBody};
use super::content_coding;
use crate::admit::{self, admit};
use crate::app::App;
use crate::failure::Failure;
use crate::memory_budget::Share;
use crate::request_limits::RequestLimits;
use orouter_protocols::Notes;

/// A request as the stages after admission need it.
pub(super) struct Admitted {
    pub(super) request: Arc<ResponsesRequest>,
    /// The JSON text, without content codings; empty if it is not kept.
    pub(super) body: Bytes,
    /// The length of the JSON text, in bytes.
    pub(super) length: usize,
    /// The share of the memory budget that the request and its text take.
    pub(super) memory: Share,
}

/// Reads the request in a body. `keep`: its JSON text is needed, for upstreams.
pub(super) async fn request(
    request: Request,
    app: &App,
    keep: bool,
    notes: &Notes,
) -> Result<Admitted, Failure> {
    let body = body::read(request, app).await?;
    let size = if body.codings.is_empty() {
        body.bytes.len()
    } else {
        // The decompressed size is not known.
        usize::MAX
    };
    let limits = app.limits.request.clone();
    let notes = notes.clone();
    app.decoders
        .run(size, move || decode(body, &limits, keep, &notes))
        .await
}

fn decode(
    EncodedBody { bytes, codings }: EncodedBody,
    limits: &RequestLimits,
    keep: bool,
    notes: &Notes,
) -> Result<Admitted, Failure> {
    let (body, mut share) = content_coding::decode(bytes, &codings)?.into_parts();
    let counts = admit::count(&body, limits)?;
    let length = body.len();
    // The strings of the decoded request take about as much memory as the body. It is freed, unless
    // it is kept.
    share.take(counts.decoded_bytes() + if keep { length } else { 0 })?;
    Ok(Admitted {
        request: admit(&body, notes)?,
        body: if keep {
            Bytes::from(body)
        } else {
            Bytes::new()
        },
        length,
        memory: share,
    })
}
