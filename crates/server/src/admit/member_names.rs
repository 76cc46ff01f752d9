//! The names of a request's top-level members, as the wire's [`ResponsesRequest`] has them.

use orouter_wire::{ResponsesRequest, Wire};

/// A member of Chat Completions that many clients send and the embedded model uses. The wire has no
/// field for it.
pub(super) const SEED: &str = "seed";

/// Returns the top-level member with this name, if the API defines it.
pub(super) fn find(name: &[u8]) -> Option<&'static str> {
    ResponsesRequest::MEMBERS
        .iter()
        .copied()
        .chain([SEED])
        .find(|known| known.as_bytes() == name)
}
