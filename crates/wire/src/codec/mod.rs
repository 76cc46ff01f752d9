//! The codec of wire types: the trait [`Wire`], its implementations for plain types, and the code
//! that `#[derive(Wire)]` calls. The hidden module `__codec` of the crate's root exports it for the
//! derive's code in other crates; it is not part of the API.
//!
//! The derive writes little for each type; all that types share is here once. The files, from the
//! ground up:
//!
//! * `layout.rs`, `expected.rs`, `pointers.rs`, `tag.rs`: the fields of a struct, their names in the
//!   text, pointers to untyped values, the tag of a union;
//! * `wire.rs`, `scalars.rs`, `containers.rs`, `raw.rs`: the trait, and its plain types;
//! * `members.rs`, `fields.rs`: decoding and encoding one field;
//! * `object.rs`, `decode.rs`, `encode.rs`, `visit.rs`: decoding, encoding and searching objects
//!   and unions;
//! * `bridge/`: serde's traits.
//!
//! The codec imports nothing of the API's types; `tests/layers.rs` checks it.

mod bridge;
mod containers;
mod decode;
mod encode;
mod expected;
mod fields;
mod layout;
mod members;
mod object;
mod pointers;
mod raw;
mod scalars;
mod tag;
mod visit;
mod wire;

pub use bridge::{deserialize, serialize};
pub use decode::{object, payload, shaped, unknown};
pub use encode::{encode_object, encode_tagged, encode_unknown, encode_unknown_value};
pub use expected::ExpectedKey;
pub use fields::Fields;
pub use layout::{Kept, Layout, OwnTag, has_field};
pub use members::{Members, NO_FIELD};
pub use object::{Object, Slots};
pub use pointers::Pointers;
pub use tag::{PayloadStart, Tag, find_tag};
pub use visit::unnamed;
pub use wire::{Wire, from_slice, from_str, to_string, to_vec, write_to};

pub use crate::extra::Extra;
pub use crate::json::{Parsed, Parser, Token, Writer};
pub use crate::unknown::UnknownValue;
pub use serde::{Deserialize, Deserializer, Serialize, Serializer};
pub use std::borrow::Cow;
pub use std::boxed::Box;
pub use std::string::String;
