//! The types of OpenRouter's Responses API: requests, responses, items, stream events and errors,
//! with a lossless JSON codec and the framing of server-sent events. No async, and no I/O except for
//! `from_path` constructors behind the feature `fs`.
//!
//! # Where to start
//!
//! * To build a request: [`ResponsesRequest`], with [`Item`], [`Message`], [`Tool`], [`TextFormat`].
//! * To read a response: [`Response`], its [`Item`]s and [`ContentPart`]s.
//! * To decode the JSON of a response: [`Response::parse_output`].
//! * To read a stream: [`sse::Decoder`] splits it into frames, [`from_str`] decodes a
//!   [`StreamEvent`], [`assemble::Assembler`] builds the response.
//! * To match on all events exhaustively: [`StreamEvent::class`].
//! * To handle a failure: [`StreamEvent::failure`] and [`failure::ReportedFailure`].
//! * To define a type of your own: the derive [`macro@Wire`].
//!
//! ```
//! use orouter_wire::assemble::Assembler;
//! use orouter_wire::sse::Decoder;
//! use orouter_wire::{EventClass, StreamEvent};
//!
//! let body = "data: {\"type\":\"response.output_text.delta\",\"delta\":\"Hel\"}\n\n\
//!             data: {\"type\":\"response.output_text.delta\",\"delta\":\"lo\"}\n\n\
//!             data: [DONE]\n\n";
//! let mut decoder = Decoder::new();
//! decoder.push(body.as_bytes());
//! let mut assembler = Assembler::new();
//! while let Some(frame) = decoder.next()? {
//!     if frame.is_done() {
//!         break;
//!     }
//!     let event: StreamEvent = orouter_wire::from_str(frame.data)?;
//!     assert_eq!(event.class(), EventClass::ContentDelta);
//!     assembler.push(&event);
//! }
//! assert_eq!(assembler.snapshot().output_text(), "Hello");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Modules
//!
//! | Module | Contents |
//! |---|---|
//! | [`request`], [`response`] | the request and the response, with their settings in [`settings`], [`reasoning`], [`text`], [`provider`], [`plugin`], .. |
//! | [`item`], [`content`], [`annotation`] | the items of input and output, and their parts |
//! | [`media`] | images, audio, video and files from bytes and paths |
//! | [`history`] | a conversation that grows, and is cut to a number of tokens |
//! | [`tool`], [`tool_choice`] | tools and the choice among them |
//! | [`event`] | the events of a stream, in one table |
//! | [`output`] | structured output: the text of a response as a type |
//! | [`assemble`] | events to a response, and a response to events |
//! | [`failure`] | error bodies, the vocabulary of failure codes, retry hints |
//! | [`sse`] | frames of server-sent events |
//! | [`json`] | JSON text: parser and writer |
//! | `schema` (feature `schema`) | schemas from types, for structured output and functions |
//! | [`guide`] | the rules that all types follow |
//!
//! The common types are re-exported here. Every type implements [`trait@Wire`] and serde's
//! `Serialize` and `Deserialize`; [`Extra`], [`Raw`] and [`Unknown`] keep the JSON that has no type.

// Generated code refers to `::orouter_wire`, so the crate needs this name for itself.
#[allow(unused_extern_crates)] // Used by generated code only, which the lint does not see.
extern crate self as orouter_wire;

// Imported with `macro_use`, so that each file can derive it without an import.
#[macro_use(CloneEq, Wire)]
extern crate orouter_wire_derive;

pub mod access_programs;
pub mod alignment;
pub mod annotation;
pub mod assemble;
pub mod background;
mod base64;
pub mod cache_diagnostics;
pub mod caching;
mod codec;
pub mod content;
mod debug;
pub mod deferred_tools;
pub mod event;
mod extra;
pub mod failure;
pub mod guide;
pub mod history;
pub mod image_config;
pub mod input_transformation;
pub mod item;
pub mod json;
pub mod logprobs;
pub mod media;
pub mod metadata;
pub mod output;
pub mod plugin;
pub mod provider;
mod raw;
pub mod reasoning;
pub mod request;
pub mod response;
pub mod safeguard;
#[cfg(feature = "schema")]
pub mod schema;
mod setters;
pub mod settings;
pub mod sse;
pub mod stop;
pub mod stored_prompt;
pub mod text;
mod thin_string;
pub mod tool;
pub mod tool_choice;
pub mod trace;
mod unknown;
pub mod usage;
pub mod vendor;

/// For the code that `#[derive(Wire)]` generates. Not part of the API.
#[doc(hidden)]
pub mod __codec {
    pub use crate::codec::*;
}

pub use access_programs::*;
pub use alignment::*;
pub use annotation::*;
pub use background::*;
pub use cache_diagnostics::*;
pub use caching::*;
pub use codec::{Wire, from_slice, from_str, to_string, to_vec, write_to};
pub use content::*;
pub use deferred_tools::*;
pub use event::*;
pub use extra::Extra;
pub use failure::{
    ApiErrorType, Availability, AvailabilityCode, AvailabilityConstraint, ErrorBody, ErrorCode,
    ErrorComplaint, ErrorDetail, ErrorLocation, ErrorMetadata, ErrorResponse, ErrorValue,
    Misalignment, MisalignmentKind, MisalignmentSteer, PreviousError,
};
pub use history::*;
pub use image_config::*;
pub use input_transformation::*;
pub use item::*;
pub use json::{DecodeError, DecodeErrorKind};
pub use logprobs::*;
pub use media::*;
pub use metadata::*;
#[doc = include_str!("../docs/derive.md")]
pub use orouter_wire_derive::Wire;
pub use output::{OutputError, OutputErrorKind};
pub use plugin::*;
pub use provider::*;
pub use raw::Raw;
pub use reasoning::*;
pub use request::*;
pub use response::*;
pub use safeguard::*;
#[cfg(feature = "schema")]
pub use schema::{SchemaError, SchemaErrorKind};
#[cfg(feature = "schema")]
pub use schemars;
pub use settings::*;
pub use stop::*;
pub use stored_prompt::*;
pub use text::*;
pub use thin_string::ThinString;
pub use tool::*;
pub use tool_choice::*;
pub use trace::*;
pub use unknown::{Unknown, UnknownValue};
pub use usage::*;
pub use vendor::*;
