//! The calls as functions that take an [`OpenRouterCore`].
//!
//! Every failure is returned in the `Result`. The functions do not panic, but tokio does if its runtime
//! was built without I/O or time, which [`ReqwestTransport`](crate::transport::ReqwestTransport)
//! needs.
//!
//! # Example
//!
//! ```no_run
//! # async fn example(core: orouter::OpenRouterCore) {
//! use orouter::{RequestOptions, ResponsesRequest, funcs};
//!
//! let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
//! match funcs::responses_send(&core, request, RequestOptions::new()).await {
//!     Ok(output) => println!("{output:?}"),
//!     Err(error) => eprintln!("{error}"),
//! }
//! # }
//! ```

use orouter_wire::ResponsesRequest;

use crate::{
    call::Call, core::OpenRouterCore, options::RequestOptions, responses::Responses,
    send_output::SendOutput,
};

/// Creates a response, as a stream if the request's `stream` is set:
/// [`Responses::send`](crate::Responses::send) as a function.
///
/// # Errors
///
/// The call returns every kind of error; see [`ErrorKind`](crate::ErrorKind).
#[doc(alias = "responsesSend")]
pub fn responses_send(
    core: &OpenRouterCore,
    request: ResponsesRequest,
    options: RequestOptions,
) -> Call<SendOutput> {
    Responses::new(core).send(request).options(options)
}

/// The name of [`responses_send`] in beta. It does the same.
///
/// # Errors
///
/// Returns the errors of [`responses_send`].
#[doc(alias = "betaResponsesSend")]
pub fn beta_responses_send(
    core: &OpenRouterCore,
    request: ResponsesRequest,
    options: RequestOptions,
) -> Call<SendOutput> {
    responses_send(core, request, options)
}
