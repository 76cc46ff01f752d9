//! The first room: is the request well-formed, and is it one that a server like this can take at
//! all. What a particular model cannot do is its endpoint's business.

pub(crate) mod aside;
mod chat;
mod members;
pub(crate) mod parameters;
mod rules;
mod stored;

use std::sync::Arc;

use orouter_wire::ResponsesRequest;

use crate::failure::{Failure, FailureKind};
use crate::notes::Notes;

/// Reads the request in a body. Members that the server does not use as they were sent are added
/// to `notes`.
pub(crate) fn admit(body: &[u8], notes: &Notes) -> Result<Arc<ResponsesRequest>, Failure> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(malformed(
            "the body is empty; send a JSON object".to_owned(),
        ));
    }
    let request: ResponsesRequest = orouter_wire::from_slice(body)
        .map_err(|error| malformed(format!("the body is not a request: {error}")))?;
    chat::check(&request)?;
    members::check(&request, body)?;
    rules::check(&request)?;
    stored::check(&request)?;
    parameters::check(&request, body, notes)?;
    Ok(Arc::new(request))
}

fn malformed(message: String) -> Failure {
    Failure::new(FailureKind::InvalidRequest, message)
}
