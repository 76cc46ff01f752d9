//! Stage 1 of 5: reads a request and refuses it if it is malformed or cannot be served by this
//! server. Providers refuse requests that a particular model cannot serve.

mod chat_completions;
mod member_names;
mod parameters;
mod rules;
mod stored_references;
mod top_level;
pub(crate) mod undecoded;
mod value_counts;

use std::sync::Arc;

use orouter_wire::ResponsesRequest;

use crate::failure::{Failure, FailureKind};
use orouter_protocols::Notes;

pub(crate) use parameters::{note_unsupported, unsupported};
pub(crate) use value_counts::count;

/// Reads the request in a body. Adds the members that the server does not use as they were sent to
/// `notes`.
///
/// # Errors
/// A 400 that names the member at fault.
pub(crate) fn admit(body: &[u8], notes: &Notes) -> Result<Arc<ResponsesRequest>, Failure> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(malformed(
            "the body is empty; send a JSON object".to_owned(),
        ));
    }
    let request: ResponsesRequest = orouter_wire::from_slice(body)
        .map_err(|error| malformed(format!("the body is not a request: {error}")))?;
    chat_completions::check(&request)?;
    top_level::check(&request, body)?;
    rules::check(&request)?;
    stored_references::check(&request)?;
    parameters::check(&request, body, notes)?;
    Ok(Arc::new(request))
}

fn malformed(message: String) -> Failure {
    Failure::new(FailureKind::InvalidRequest, message)
}
