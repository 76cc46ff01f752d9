//! Refuses top-level members of the wrong type. The wire keeps a member that does not fit its field
//! in `extra`.

use orouter_wire::{ResponsesRequest, from_slice};

use super::member_names::SEED;
use super::parameters::expected;
use super::undecoded::{self, Object};
use crate::failure::Failure;

/// Returns the failure of a member whose value is out of range.
pub(super) fn out_of_range(member: &str) -> Failure {
    let expected = expected(member).unwrap_or("of another type");
    Failure::invalid(member, format!("`{member}` must be {expected}"))
}

/// Refuses the first known member of the wrong type. `body` is the text of the request.
pub(super) fn check(request: &ResponsesRequest, body: &[u8]) -> Result<(), Failure> {
    for (name, raw) in request.extra.iter() {
        let is_seed = name == SEED && (raw.is_null() || raw.parse::<u64>().is_ok());
        if let Some(expected) = expected(name).filter(|_| !is_seed) {
            let object: Object = from_slice(body).unwrap_or_default();
            let repeated = object.count(name) > 1;
            return Err(undecoded::failure(name, expected, raw, repeated));
        }
    }
    Ok(())
}
