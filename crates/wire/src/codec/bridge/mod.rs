//! serde's traits for wire types: `serde_json` and every other format of serde's can read and
//! write them, by way of our own text.
//!
//! Reading through `serde_json` takes its raw text, so nothing is lost. Below wrappers that
//! buffer (serde's `untagged`, `flatten`, internally tagged enums) and in other formats, the
//! buffered value is written out as JSON first; only numbers that serde itself cannot hold lose
//! digits on the way. Writing replays our text as serde's events; a number that no Rust type
//! holds goes out raw, which `serde_json` keeps as it is.

mod replay;
mod transcribe;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::wire::{Wire, from_str};
use crate::json::{Parser, Writer};
use crate::raw::Raw;
use crate::unknown::Unknown;

/// Reads a wire type from any of serde's deserializers.
///
/// # Errors
///
/// What the deserializer gives, and what [`from_str`](crate::from_str) gives.
pub fn deserialize<'de, T: Wire, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = transcribe::text(deserializer)?;
    from_str(&text).map_err(D::Error::custom)
}

/// Writes a wire type to any of serde's serializers.
///
/// # Errors
///
/// What the serializer gives.
pub fn serialize<T: Wire, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut writer = Writer::new();
    value.encode(&mut writer);
    let text = writer.into_text();
    replay::value(&mut Parser::new(&text), serializer)
}

macro_rules! bridged {
    ($($type:ty),*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serialize(self, serializer)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserialize(deserializer)
            }
        }
    )*};
}

bridged!(Raw, Unknown);
