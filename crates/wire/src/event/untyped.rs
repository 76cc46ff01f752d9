//! Reading events of unknown kinds, and frames without a `type`.

use super::class::EventClass;
use super::failure::ErrorEvent;
use crate::codec::from_str;
use crate::extra::Extra;
use crate::failure::{ErrorResponse, ErrorValue};
use crate::unknown::Unknown;

/// The class of an event without a known type.
pub(super) fn class_of_unknown(unknown: &Unknown) -> EventClass {
    if error_of_unknown(unknown).is_some() {
        EventClass::Error
    } else {
        EventClass::Unknown
    }
}

/// The number of an event without a known type.
pub(super) fn number_of_unknown(unknown: &Unknown) -> Option<u32> {
    let numbered: Numbered = from_str(unknown.raw().get()).ok()?;
    numbered.sequence_number
}

/// The error that a frame without a `type` reports.
pub(super) fn error_of_unknown(unknown: &Unknown) -> Option<ErrorEvent> {
    if unknown.kind().is_some() {
        return None;
    }
    let body: ErrorResponse = from_str(unknown.raw().get()).ok()?;
    match body.error {
        Some(ErrorValue::Unknown(_)) | None => None,
        error => Some(ErrorEvent {
            error,
            code: body.code,
            openrouter_metadata: body.openrouter_metadata,
            request_id: body.request_id,
            ..ErrorEvent::default()
        }),
    }
}

/// The one member that an event of an unknown kind is read for.
#[derive(CloneEq, Debug, Default, Wire)]
struct Numbered {
    sequence_number: Option<u32>,
    extra: Extra,
}
