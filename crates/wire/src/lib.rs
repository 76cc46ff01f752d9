//! What travels on `POST /responses`: requests, responses, items, events, errors and the framing
//! of server-sent events. No I/O, no async.

// The code that `#[derive(Wire)]` writes names this crate by its path, here too.
extern crate self as orouter_wire;

mod bridge;
mod decode_error;
mod extra;
#[doc(hidden)]
pub mod glue;
pub mod json;
mod raw;
pub mod sse;
mod unknown;
mod wire;

#[doc(hidden)]
pub use glue as __glue;

pub use decode_error::{DecodeError, DecodeErrorKind};
pub use extra::Extra;
pub use orouter_wire_derive::Wire;
pub use raw::Raw;
pub use unknown::{Unknown, UnknownValue};
pub use wire::{Wire, from_slice, from_str, to_string, to_vec, write_to};
