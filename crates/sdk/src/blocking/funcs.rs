//! The calls as functions, for code that is not async.
//!
//! They take the blocking client, since a call needs its background thread. The async functions in
//! [`orouter::funcs`](crate::funcs) take an [`OpenRouterCore`](crate::OpenRouterCore).

use orouter_wire::ResponsesRequest;

use super::{client::OpenRouter, send_output::SendOutput};
use crate::{Error, RequestOptions};

/// Creates a response, as a stream if the request's `stream` is set:
/// [`Responses::send`](super::Responses::send) as a function.
///
/// # Errors
///
/// Returns the errors of [`Call::call`](super::Call::call).
#[doc(alias = "responsesSend")]
pub fn responses_send(
    client: &OpenRouter,
    request: ResponsesRequest,
    options: RequestOptions,
) -> Result<SendOutput, Error> {
    client.responses().send(request).options(options).call()
}

/// The name of [`responses_send`] in beta. It does the same.
///
/// # Errors
///
/// Returns the errors of [`responses_send`].
#[doc(alias = "betaResponsesSend")]
pub fn beta_responses_send(
    client: &OpenRouter,
    request: ResponsesRequest,
    options: RequestOptions,
) -> Result<SendOutput, Error> {
    responses_send(client, request, options)
}
