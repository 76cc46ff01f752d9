//! The calls as functions, as [`funcs`](crate::funcs) has them, for code that is not async.
//!
//! They take the blocking client, since a call needs its thread.

use orouter_wire::ResponsesRequest;

use super::{OpenRouter, Sent};
use crate::{Error, RequestOptions};

/// As [`funcs::responses_send`](crate::funcs::responses_send).
///
/// # Errors
///
/// As [`Call::call`](super::Call::call).
#[doc(alias = "responsesSend")]
pub fn responses_send(
    client: &OpenRouter,
    request: ResponsesRequest,
    options: RequestOptions,
) -> Result<Sent, Error> {
    client.responses().send(request).options(options).call()
}

/// The name that [`responses_send`] had in beta. It does the same.
///
/// # Errors
///
/// As [`responses_send`].
#[doc(alias = "betaResponsesSend")]
pub fn beta_responses_send(
    client: &OpenRouter,
    request: ResponsesRequest,
    options: RequestOptions,
) -> Result<Sent, Error> {
    responses_send(client, request, options)
}
