//! The names of a request's top-level members, as the wire's [`ResponsesRequest`] has them.

use orouter_wire::{ResponsesRequest, Wire};

/// A member whose value may be a number of 64 bits without a sign, which the wire keeps in `extra`.
pub(super) const SEED: &str = "seed";

/// Returns the top-level member with this name, if the API defines it.
pub(super) fn find(name: &[u8]) -> Option<&'static str> {
    ResponsesRequest::MEMBERS
        .iter()
        .copied()
        .find(|known| known.as_bytes() == name)
}
