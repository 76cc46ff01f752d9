//! The request as bytes: what the caller set, and nothing else.

use std::collections::BTreeMap;

use bytes::Bytes;
use orouter_wire::{ResponsesRequest, Wire, json::Writer};
use serde_json::value::RawValue;

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
    let failed = |error: serde_json::Error| {
        Error::new(ErrorKind::Build, "extra_body cannot be written as JSON").with_source(error)
    };
    let mut members: BTreeMap<String, Box<RawValue>> =
        serde_json::from_slice(&body).map_err(failed)?;
    for (name, value) in extra {
        let value = serde_json::value::to_raw_value(value).map_err(failed)?;
        members.insert(name.clone(), value);
    }
    serde_json::to_vec(&members)
        .map(Bytes::from)
        .map_err(failed)
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
