//! Repeats a request without encrypted reasoning that the server rejected.

use http::StatusCode;
use orouter_wire::{Input, Item, ResponsesRequest};

use crate::{
    error::Error,
    options::{EffectiveOptions, RequestOptions},
};

const CODE: &str = "invalid_encrypted_content";

/// The request that is sent instead of a rejected one.
pub(super) struct Repeat {
    pub(super) request: ResponsesRequest,
    pub(super) options: RequestOptions,
    /// The number of items that it lacks.
    pub(super) dropped: usize,
}

/// Returns the request to send after this error. `None` if the error is another one, if the option is
/// off, if the request has no encrypted reasoning, or if no time is left.
pub(super) fn repeat(
    request: &ResponsesRequest,
    options: &RequestOptions,
    client: &RequestOptions,
    error: &Error,
) -> Option<Repeat> {
    let effective = EffectiveOptions::new(client, options);
    if !effective.drop_rejected_reasoning() || !rejects_reasoning(error) {
        return None;
    }
    let items = request.input.as_ref()?.items();
    let dropped = items.iter().filter(|item| is_encrypted(item)).count();
    if dropped == 0 {
        return None;
    }
    let mut options = options.clone();
    if let Some(total) = effective.timeouts().total {
        let left = total.saturating_sub(error.elapsed());
        if left.is_zero() {
            return None;
        }
        options.timeouts = options.timeouts.total(left);
    }
    let mut request = request.clone();
    drop_encrypted_reasoning(&mut request);
    Some(Repeat {
        request,
        options,
        dropped,
    })
}

/// Removes the encrypted reasoning from the input.
pub(crate) fn drop_encrypted_reasoning(request: &mut ResponsesRequest) {
    if let Some(Input::Items(items)) = &mut request.input {
        items.retain(|item| !is_encrypted(item));
    }
}

fn is_encrypted(item: &Item) -> bool {
    let reasoning = item.as_reasoning();
    reasoning.is_some_and(|reasoning| reasoning.encrypted_content.is_some())
}

/// Returns `true` if the server says that it cannot read encrypted content in the request.
fn rejects_reasoning(error: &Error) -> bool {
    let provider_code = error.metadata().and_then(|m| m.provider_code.as_ref());
    let provider_code = provider_code.map(ToString::to_string);
    let words = [error.code(), error.error_type(), provider_code.as_deref()];
    error.status() == Some(StatusCode::BAD_REQUEST)
        && words
            .into_iter()
            .flatten()
            .any(|word| word.eq_ignore_ascii_case(CODE))
}
