//! Recognizes JSON that is not a response, such as one of another API.

use bytes::Bytes;
use orouter_http::redact;
use orouter_wire::{Extra, Raw, Response, ResponseObject, ResponseStatus, Wire};

use crate::reader::ResponseReader;

impl ResponseReader {
    /// Refuses JSON that is not a response, such as one of another API. A server may leave out nearly
    /// every member of a response, but not all of the members that mark it as one.
    pub(crate) fn recognize(&self, response: &Response, body: &Bytes) -> Result<(), String> {
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
