//! The output of the blocking `send`: a whole response or a stream.

use orouter_wire::Response;

use super::stream::ResponseStream;
use crate::Error;

/// The output of [`send`](super::Responses::send): a whole response or a stream of events, as the server
/// sent it.
#[doc(alias = "CreateResponsesResponse")]
#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "moved once or twice; a box would complicate every match"
)]
pub enum SendOutput {
    /// The whole response.
    Response(Response),
    /// A stream of events.
    Stream(ResponseStream),
}

/// The earlier name of [`SendOutput`].
pub type Sent = SendOutput;

impl SendOutput {
    /// Returns the whole response. Reads a stream to its end.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`ResponseStream::into_response`].
    pub fn into_response(self) -> Result<Response, Error> {
        match self {
            Self::Response(response) => Ok(response),
            Self::Stream(stream) => stream.into_response(),
        }
    }
}
