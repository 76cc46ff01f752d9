//! JSON decoding: the same texts through the types of every peer.

use orouter_wire::{Response, StreamEvent};

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
];
