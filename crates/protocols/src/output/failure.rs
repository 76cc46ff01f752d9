//! Failures inside of a reply whose status was a success.

use orouter_wire::{ErrorBody, ErrorEvent, ErrorValue, Extra, Raw, StreamEvent};

/// Members that stand beside an error, and make an object with a message one.
const MARKS: [&str; 6] = [
    "code",
    "type",
    "status",
    "status_code",
    "error_type",
    "param",
];

/// Returns `true` if the value of a member `error` reports an error. Some servers send an empty
/// `error` on success.
pub(crate) fn reports(error: &Raw) -> bool {
    !matches!(
        error.get().trim(),
        "null" | "{}" | "\"\"" | "false" | "[]" | "0"
    )
}

/// Returns `true` if members without a known place in a chunk are those of an error without a member
/// `error`: `{"message", "code"}` of vLLM, or `{"detail"}` of FastAPI.
pub(crate) fn is_flat(members: &Extra) -> bool {
    let present = |name: &&str| members.get(name).is_some_and(|raw| !raw.is_null());
    let text = |name: &str| members.get(name).and_then(Raw::as_string);
    members
        .get("detail")
        .is_some_and(|detail| !detail.is_null())
        || text("message").is_some() && MARKS.iter().any(present)
}

/// Returns the event for an object with a member `error`: a chunk, or a choice of one.
pub(crate) fn nested(error: &Raw, beside: &Extra) -> StreamEvent {
    let mut event = ErrorEvent::default();
    event.error = error.parse_wire().ok();
    event.error_type = beside
        .get("error_type")
        .and_then(Raw::as_string)
        .map(Into::into);
    let number = |name: &str| beside.get(name).and_then(|raw| raw.parse_wire().ok());
    event.status = number("status");
    event.status_code = number("status_code");
    if event
        .error
        .as_ref()
        .is_some_and(|error| matches!(error, ErrorValue::Text(_)))
    {
        event.code = beside.get("code").and_then(|raw| raw.parse_wire().ok());
    }
    StreamEvent::Error(Box::new(event))
}

/// Returns the event for an object that is an error as a whole.
pub(crate) fn flat(object: &str) -> StreamEvent {
    let mut event = ErrorEvent::default();
    match orouter_wire::from_str::<ErrorBody>(object) {
        Ok(mut body) => {
            if body.message.is_empty() {
                let detail = body.extra.get("detail");
                let message =
                    detail.map(|raw| raw.as_string().unwrap_or_else(|| raw.get().to_owned()));
                body.message = message.unwrap_or_default();
            }
            let status = ["status", "status_code"]
                .iter()
                .find_map(|name| body.extra.get(name).and_then(|raw| raw.parse_wire().ok()));
            event.status = status;
            body.extra.clear();
            event.error = Some(ErrorValue::Body(Box::new(body)));
        }
        Err(_) => event.error = Some(ErrorValue::Text(object.to_owned())),
    }
    StreamEvent::Error(Box::new(event))
}

/// Returns the event for a failure that this crate finds.
pub(crate) fn own(message: String) -> StreamEvent {
    let mut event = ErrorEvent::default();
    event.error = Some(ErrorValue::Body(Box::new(ErrorBody::new(502, message))));
    StreamEvent::Error(Box::new(event))
}
