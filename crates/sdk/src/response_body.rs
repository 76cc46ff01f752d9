//! Decodes the body of a successful HTTP response as a response of the API.

use bytes::Bytes;
use orouter_http::redact;
use orouter_wire::{Extra, Raw, Response, ResponseObject, ResponseStatus, StreamEvent, Wire};

use crate::{
    error::{Error, ErrorKind},
    reader::ResponseReader,
};

impl ResponseReader {
    /// Reads the whole body and decodes it as a response.
    pub(crate) async fn response(mut self) -> Result<Box<Response>, Error> {
        let body = self.json().await?;
        self.decode_response(body)
    }

    /// Decodes a whole body as a response. Fails if the body reports a failure or is other JSON.
    pub(crate) fn decode_response(&self, body: Bytes) -> Result<Box<Response>, Error> {
        let response = match self.decode::<Box<Response>>(&body) {
            Ok(response) => response,
            Err(error) => {
                // The body of a failure may be damaged, or not an object.
                let reported = self.in_band("the server reported an error", body);
                return Err(if reported.has_error_member() {
                    reported
                } else {
                    error
                });
            }
        };
        if response.status == ResponseStatus::Failed {
            let error = self.in_band("the response failed", body);
            return Err(error.with_partial(*response));
        }
        if response.has_failed() {
            let error = self.in_band("the server reported an error", body);
            let is_begun = !response.id.is_empty() || !response.output.is_empty();
            return Err(if is_begun || response.is_finished() {
                error.with_partial(*response)
            } else {
                error
            });
        }
        if response.extra.get("type").is_some() {
            // Some servers send the event that would end a stream.
            let event = self.decode::<StreamEvent>(&body)?;
            if event.is_failure() {
                let error = self.in_band("the server reported a failure", body);
                return Err(match event.into_response() {
                    Some(partial) => error.with_partial(partial),
                    None => error,
                });
            }
        }
        if let Err(message) = self.recognize(&response, &body) {
            return Err(self.error(ErrorKind::Decode, message).with_body(body));
        }
        Ok(response)
    }

    /// Refuses JSON that is not a response, such as one of another API. A server may leave out nearly
    /// every member of a response, but not all of the members that mark it as one.
    fn recognize(&self, response: &Response, body: &Bytes) -> Result<(), String> {
        let status = &response.status;
        let other_object = match &response.object {
            _ if !response.output.is_empty() => return Ok(()),
            ResponseObject::Unknown(object) => Some(object.as_str()),
            _ if status.is_finished() || *status == ResponseStatus::Queued => return Ok(()),
            _ => None,
        };
        let marks = self.decode::<Marks>(body).unwrap_or_default();
        if marks.output.is_some() {
            return Ok(());
        }
        if let Some(object) = other_object {
            let object = redact::line(object, 60);
            return Err(format!(
                "the body is not a response; its `object` is {object}"
            ));
        }
        let in_progress = marks.status.is_some() && *status == ResponseStatus::InProgress;
        if marks.object.is_some() || in_progress {
            Ok(())
        } else {
            Err("the body is JSON but not a response object".to_owned())
        }
    }
}

/// The members that mark an object as a response. [`Response`] does not show which members were sent.
#[derive(Clone, Default, PartialEq, Wire)]
struct Marks {
    object: Option<String>,
    status: Option<String>,
    output: Option<Vec<Raw>>,
    extra: Extra,
}
