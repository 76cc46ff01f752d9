//! JSON decoding: the same texts through the types of every peer.

use orouter_wire::{Response, StreamEvent};

use crate::plain;

/// Decoder by name. The function returns `true` if it accepted the text.
pub type Decode = (&'static str, fn(&str) -> bool);

pub const EVENT: &[Decode] = &[
    ("orouter-wire", |text| {
        orouter_wire::from_str::<StreamEvent>(text).is_ok()
    }),
    ("async-openai", |text| {
        serde_json::from_str::<async_openai::types::responses::ResponseStreamEvent>(text).is_ok()
    }),
    ("openrouter-rs", |text| {
        serde_json::from_str::<openrouter_rs::api::responses::ResponsesStreamEvent>(text).is_ok()
    }),
    ("serde_json::Value", |text| {
        serde_json::from_str::<serde_json::Value>(text).is_ok()
    }),
    ("jiter::JsonValue", |text| {
        jiter::JsonValue::parse(text.as_bytes(), false).is_ok()
    }),
    ("sonic_rs::Value", |text| {
        sonic_rs::from_str::<sonic_rs::Value>(text).is_ok()
    }),
];

pub const RESPONSE: &[Decode] = &[
    ("orouter-wire", |text| {
        orouter_wire::from_str::<Response>(text).is_ok()
    }),
    ("async-openai", |text| {
        serde_json::from_str::<async_openai::types::responses::Response>(text).is_ok()
    }),
    ("openrouter-rs", |text| {
        serde_json::from_str::<openrouter_rs::api::responses::ResponsesResponse>(text).is_ok()
    }),
    ("serde_json::Value", |text| {
        serde_json::from_str::<serde_json::Value>(text).is_ok()
    }),
    ("jiter::JsonValue", |text| {
        jiter::JsonValue::parse(text.as_bytes(), false).is_ok()
    }),
    ("sonic_rs::Value", |text| {
        sonic_rs::from_str::<sonic_rs::Value>(text).is_ok()
    }),
];

/// Beside `orouter-wire`, decoders into a struct that has the members of this one event only. They do
/// not determine the type of the event, and drop members that they do not know.
pub const ONLY_DELTA: &[Decode] = &[
    ("orouter-wire, any event", |text| {
        orouter_wire::from_str::<StreamEvent>(text).is_ok()
    }),
    ("serde_json, one struct", |text| {
        serde_json::from_str::<plain::Delta>(text).is_ok()
    }),
    ("sonic-rs, one struct", |text| {
        sonic_rs::from_str::<plain::Delta>(text).is_ok()
    }),
];
