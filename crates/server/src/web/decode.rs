//! From the bytes of a body to an admitted request: decompressed, counted, decoded.

use std::sync::Arc;

use axum::extract::Request;
use orouter_wire::ResponsesRequest;

use super::body::{self, Sent};
use crate::admit::{self, admit};
use crate::app::App;
use crate::budget::Share;
use crate::failure::Failure;
use crate::notes::Notes;
use crate::request_limits::RequestLimits;

/// The request in a body, and its share of the memory for requests in flight.
pub(super) async fn request(
    request: Request,
    app: &App,
    notes: &Notes,
) -> Result<(Arc<ResponsesRequest>, Share), Failure> {
    let sent = body::read(request, app).await?;
    let size = if sent.codings.is_empty() {
        sent.bytes.len()
    } else {
        // The size of what is in it is not known.
        usize::MAX
    };
    let limits = app.limits.request.clone();
    let notes = notes.clone();
    app.decoders
        .run(size, move || decode(sent, &limits, &notes))
        .await
}

fn decode(
    Sent { bytes, codings }: Sent,
    limits: &RequestLimits,
    notes: &Notes,
) -> Result<(Arc<ResponsesRequest>, Share), Failure> {
    let (body, mut share) = bytes.decoded(&codings)?.into_parts();
    let census = admit::count(&body, limits)?;
    // The strings of the decoded request take about as much memory as the body, which is freed.
    share.take(census.decoded_bytes())?;
    Ok((admit(&body, notes)?, share))
}
