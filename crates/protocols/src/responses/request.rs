//! The request: the client's text with the members replaced that must change.

use bytes::Bytes;

use crate::notes::Notes;
use crate::refusal::Refusal;
use crate::target::{RequestSource, Target};

/// Returns the body for the upstream.
pub(super) fn translate(
    source: &RequestSource<'_>,
    target: &Target<'_>,
    _notes: &Notes,
) -> Result<Bytes, Refusal> {
    let mut request = source.request.clone();
    request.model = Some(target.model.to_owned());
    Ok(Bytes::from(orouter_wire::to_vec(&request)))
}
