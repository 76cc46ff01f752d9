//! The calls as functions: for those who hold an [`OpenRouterCore`] and want nothing else.
//!
//! Every failure is in the `Result`; nothing here panics. (tokio does where a runtime is built without
//! I/O or time, which [`ReqwestTransport`](crate::transport::ReqwestTransport) needs.)
//!
//! ```no_run
//! # async fn example(core: orouter::OpenRouterCore) {
//! use orouter::{RequestOptions, ResponsesRequest, funcs};
//!
//! let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
//! match funcs::responses_send(&core, request, RequestOptions::new()).await {
//!     Ok(sent) => println!("{sent:?}"),
//!     Err(error) => eprintln!("{error}"),
//! }
//! # }
//! ```

use std::future::IntoFuture;

use orouter_wire::ResponsesRequest;

use crate::{
    client::OpenRouterCore,
    error::Error,
    options::RequestOptions,
    responses::{Responses, Sent},
    transport::BoxFuture,
};

/// Asks for a response, streaming or not as the request says:
/// [`Responses::send`](crate::Responses::send) as a function.
///
/// # Errors
///
/// Whatever can go wrong; see [`ErrorKind`](crate::ErrorKind).
#[doc(alias = "responsesSend")]
pub fn responses_send(
    core: &OpenRouterCore,
    request: ResponsesRequest,
    options: RequestOptions,
) -> BoxFuture<'static, Result<Sent, Error>> {
    Responses::new(core)
        .send(request)
        .options(options)
        .into_future()
}

/// The name that [`responses_send`] had in beta. It does the same.
///
/// # Errors
///
/// As [`responses_send`].
#[doc(alias = "betaResponsesSend")]
pub fn beta_responses_send(
    core: &OpenRouterCore,
    request: ResponsesRequest,
    options: RequestOptions,
) -> BoxFuture<'static, Result<Sent, Error>> {
    responses_send(core, request, options)
}
