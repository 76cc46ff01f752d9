//! Encodes the request body: the members that the caller set, and the extra members of the options.

use bytes::Bytes;
use orouter_wire::{Extra, Raw, ResponsesRequest, Wire, json::Writer};

use crate::{
    error::{Error, ErrorKind},
    options::EffectiveOptions,
};

/// Returns the JSON body of the request.
pub(crate) fn body(
    request: &ResponsesRequest,
    options: &EffectiveOptions<'_>,
) -> Result<Bytes, Error> {
    let mut writer = Writer::new();
    request.encode(&mut writer);
    if writer.has_lost_a_number() {
        return Err(lost_number(request));
    }
    let body: Bytes = writer.finish().freeze();
    let mut extra = options.extra_body().peekable();
    if extra.peek().is_none() {
        return Ok(body);
    }
    let mut members: Members = orouter_wire::from_slice(&body).map_err(|error| {
        Error::new(
            ErrorKind::Build,
            "extra_body cannot be added to the request",
        )
        .with_source(error)
    })?;
    let extra = extra.map(|(name, value)| (name.as_str(), Raw::from(value.clone())));
    members.extra.extend(extra);
    Ok(orouter_wire::to_vec(&members).into())
}

/// The members of the body, encoded and in order.
#[derive(Clone, Default, PartialEq, Wire)]
struct Members {
    extra: Extra,
}

/// Returns the error for a number that JSON cannot hold (infinite or NaN).
fn lost_number(request: &ResponsesRequest) -> Error {
    let numbers = [
        ("temperature", request.temperature),
        ("top_p", request.top_p),
        ("presence_penalty", request.presence_penalty),
        ("frequency_penalty", request.frequency_penalty),
    ];
    let name = numbers
        .iter()
        .find(|(_, number)| number.is_some_and(|n| !n.is_finite()))
        .map_or("a number in the request", |(name, _)| name);
    Error::new(
        ErrorKind::Build,
        format!("{name} is infinite or NaN, which JSON cannot hold; set a finite number"),
    )
}
