//! Turns a body into an admitted request: reads, decompresses, counts and decodes it.

use std::sync::Arc;

use axum::extract::Request;
use orouter_wire::ResponsesRequest;

use super::body::{self, EncodedBody};
use super::content_coding;
use crate::admit::{self, admit};
use crate::app::App;
use crate::failure::Failure;
use crate::memory_budget::Share;
use crate::request_limits::RequestLimits;
use orouter_protocols::Notes;

/// Reads the request in a body. Returns it with its share of the memory budget.
pub(super) async fn request(
    request: Request,
    app: &App,
    notes: &Notes,
) -> Result<(Arc<ResponsesRequest>, Share), Failure> {
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
        .run(size, move || decode(body, &limits, &notes))
        .await
}

fn decode(
    EncodedBody { bytes, codings }: EncodedBody,
    limits: &RequestLimits,
    notes: &Notes,
) -> Result<(Arc<ResponsesRequest>, Share), Failure> {
    let (body, mut share) = content_coding::decode(bytes, &codings)?.into_parts();
    let counts = admit::count(&body, limits)?;
    // The strings of the decoded request take about as much memory as the body, which is freed.
    share.take(counts.decoded_bytes())?;
    Ok((admit(&body, notes)?, share))
}
