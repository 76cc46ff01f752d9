//! What travels on `POST /responses`: requests, responses, items, events, errors and the framing
//! of server-sent events. No I/O, no async.

// The code that `#[derive(Wire)]` writes names this crate by its path, here too.
#[allow(unused_extern_crates)] // Used by generated code only, which the lint does not see.
extern crate self as orouter_wire;

// Nearly all types here derive it: it stands beside std's derives without an import in each file.
#[macro_use(CloneEq, Wire)]
extern crate orouter_wire_derive;

pub mod alignment;
pub mod annotation;
pub mod assemble;
mod bridge;
pub mod caching;
pub mod content;
mod debug;
mod decode_error;
pub mod deferred_tools;
pub mod error;
pub mod event;
mod extra;
pub mod failure;
#[doc(hidden)]
pub mod glue;
pub mod guide;
pub mod image_config;
pub mod item;
pub mod json;
pub mod logprobs;
pub mod metadata;
pub mod plugin;
pub mod provider;
mod raw;
pub mod reasoning;
pub mod request;
pub mod response;
pub mod safeguard;
mod setters;
pub mod settings;
pub mod sse;
pub mod stop;
pub mod stored_prompt;
pub mod text;
pub mod tool;
pub mod tool_choice;
pub mod trace;
mod unknown;
pub mod usage;
pub mod vendor;
mod wire;

#[doc(hidden)]
pub use glue as __glue;

pub use alignment::*;
pub use annotation::*;
pub use caching::*;
pub use content::*;
pub use decode_error::{DecodeError, DecodeErrorKind};
pub use deferred_tools::*;
pub use error::*;
pub use event::*;
pub use extra::Extra;
pub use image_config::*;
pub use item::*;
pub use logprobs::*;
pub use metadata::*;
#[doc = include_str!("../docs/derive.md")]
pub use orouter_wire_derive::Wire;
pub use plugin::*;
pub use provider::*;
pub use raw::Raw;
pub use reasoning::*;
pub use request::*;
pub use response::*;
pub use safeguard::*;
pub use settings::*;
pub use stop::*;
pub use stored_prompt::*;
pub use text::*;
pub use tool::*;
pub use tool_choice::*;
pub use trace::*;
pub use unknown::{Unknown, UnknownValue};
pub use usage::*;
pub use vendor::*;
pub use wire::{Wire, from_slice, from_str, to_string, to_vec, write_to};
