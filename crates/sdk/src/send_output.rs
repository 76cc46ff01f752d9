//! The output of `send`: a whole response or a stream.

use orouter_wire::Response;

use crate::{error::Error, stream::ResponseStream};

/// The output of [`send`](crate::Responses::send): a whole response or a stream of events, as the
/// server sent it.
///
/// # Example
///
/// ```no_run
/// # async fn example(client: orouter::OpenRouter) -> Result<(), orouter::Error> {
/// use orouter::{ResponsesRequest, SendOutput};
///
/// let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke").stream(true);
/// match client.responses().send(request).await? {
///     SendOutput::Response(response) => println!("{}", response.output_text()),
///     SendOutput::Stream(mut stream) => {
///         let mut text = stream.text_deltas();
///         while let Some(delta) = text.next().await {
///             print!("{}", delta?);
///         }
///     }
/// }
/// # Ok(())
/// # }
/// ```
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
    pub async fn into_response(self) -> Result<Response, Error> {
        match self {
            Self::Response(response) => Ok(response),
            Self::Stream(stream) => Box::pin(stream.into_response()).await,
        }
    }
}

/// A [`SendOutput`] with boxed values. A response and a stream are large, and each future and
/// `Result` that they pass through would copy them.
pub(crate) enum BoxedOutput {
    Response(Box<Response>),
    Stream(Box<ResponseStream>),
}

impl From<SendOutput> for BoxedOutput {
    fn from(output: SendOutput) -> Self {
        match output {
            SendOutput::Response(response) => Self::Response(Box::new(response)),
            SendOutput::Stream(stream) => Self::Stream(Box::new(stream)),
        }
    }
}
