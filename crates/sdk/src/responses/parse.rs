//! Structured output: a call that returns the output of a response as a type (feature `schema`).

use orouter_wire::{Response, ResponsesRequest, TextFormat, schemars::JsonSchema};
use serde::de::DeserializeOwned;

use super::run::{Output, ResponsesCall, send, whole};
use crate::{error::Error, meta::Meta};

/// The output of a response as a type, and the response. Created by
/// [`Responses::parse`](crate::Responses::parse).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Parsed<T> {
    /// Output of the model.
    pub value: T,
    /// Response that the value was decoded from, with id and usage.
    pub response: Response,
}

/// The output of the response as a type.
impl<T: JsonSchema + DeserializeOwned + 'static> Output for Parsed<T> {
    type Boxed = Box<Self>;

    async fn request(mut call: Box<ResponsesCall<Self>>) -> Result<(Box<Self>, Meta), Error> {
        set_format(&mut call.call.request, TextFormat::of::<T>()?)?;
        let (output, meta) = send(&call.core, &mut call.call).await?;
        let response = whole(output).await?;
        match response.parse_output() {
            Ok(value) => {
                let response = *response;
                Ok((Box::new(Self { value, response }), meta))
            }
            Err(error) => Err(Error::from(error).with_meta(&meta).with_partial(*response)),
        }
    }
}

/// Sets the format of the output text. The other text settings stay as they are.
fn set_format(request: &mut ResponsesRequest, format: TextFormat) -> Result<(), Error> {
    let text = request.text.get_or_insert_default();
    match &text.format {
        None => text.format = Some(format),
        Some(set) if *set == format => {}
        Some(_) => {
            return Err(Error::configuration(
                "the request sets text.format, and parse would replace it; leave it out, or use \
                 create and Response::parse_output",
            ));
        }
    }
    Ok(())
}
