//! The request as bytes: what the caller set, and nothing else.

use bytes::Bytes;
use orouter_wire::{Extra, Raw, ResponsesRequest, Wire, json::Writer};

use crate::{
    client::OpenRouterCore,
    error::{Error, ErrorKind},
    options::{Layers, RequestOptions},
};

pub(crate) fn body(
    request: &ResponsesRequest,
    core: &OpenRouterCore,
    options: &RequestOptions,
) -> Result<Bytes, Error> {
    let mut writer = Writer::new();
    request.encode(&mut writer);
    if writer.has_lost_a_number() {
        return Err(lost_number(request));
    }
    let body: Bytes = writer.finish().freeze();
    let layers = Layers {
        client: &core.shared().options,
        call: options,
    };
    let mut extra = layers.extra_body().peekable();
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

/// The body's members as they are written, in their order.
#[derive(Clone, Default, PartialEq, Wire)]
struct Members {
    extra: Extra,
}

/// Numbers that JSON cannot hold are an error here, and not something else on the wire.
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
        .map_or("something in the request", |(name, _)| name);
    Error::new(
        ErrorKind::Build,
        format!("{name} is not a number that JSON can hold; set a finite one"),
    )
}
