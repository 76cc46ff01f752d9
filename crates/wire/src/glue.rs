//! What the code that `#[derive(Wire)]` writes calls. Public so that it can be called from
//! other crates; no part of the API.
//!
//! As much as possible stands here once, so that the derive writes little for each type.

mod decode;
mod encode;
mod pointers;
mod tag;

pub use decode::{Members, NO_FIELD, object, payload, shaped, unknown};
pub use encode::{Fields, encode_object, encode_tagged, encode_unknown, encode_unknown_value};
pub use pointers::{Pointers, unnamed};
pub use tag::{Start, Tag, find_tag};

pub use crate::bridge::{deserialize, serialize};
pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use crate::json::{Parser, Step, Token, Writer};
pub use crate::{Extra, UnknownValue};
pub use std::boxed::Box;
pub use std::string::String;

use crate::Wire;
use crate::extra::Entry;

/// A struct with typed fields and an `extra`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no object, so it cannot be the variant of a union with a tag",
    label = "not a struct that derives `Wire`",
    note = "the variants of `#[wire(tag = ..)]` hold structs that derive `Wire`, or boxes of them"
)]
pub trait Object: Wire + Default + Slots {
    /// What is the same for all values of the type.
    const SHAPE: &'static Shape;
}

/// An object whose type is not known: what reads, writes and searches objects is compiled once
/// for all types, and goes through this.
pub trait Slots {
    /// What is the same for all values of the type.
    fn shape(&self) -> &'static Shape;

    /// Decodes the member under the cursor into the field with this name on the wire, and gives
    /// the field's number. With [`NO_FIELD`] there is none, and nothing was read.
    fn take(&mut self, name: &str, members: &mut Members, parser: &mut Parser<'_>) -> Step<u32>;

    /// Encodes all fields.
    fn give(&self, fields: &mut Fields<'_>);

    /// Looks for what is kept but untyped in all fields.
    fn look_inside(&self, pointers: &mut Pointers, kept: Kept);

    /// What no field took.
    fn extra(&self) -> &Extra;

    /// The same, to be filled.
    fn extra_mut(&mut self) -> &mut Extra;
}

/// A value that can be written, whatever its type: for the rare paths, so that they are compiled
/// once.
trait Encode {
    fn put(&self, writer: &mut Writer);
}

impl<T: Wire> Encode for T {
    fn put(&self, writer: &mut Writer) {
        self.encode(writer);
    }
}

/// What is the same for all values of a struct.
#[derive(Debug)]
pub struct Shape {
    /// The fields' names on the wire, by number.
    pub names: &'static [&'static str],
    /// One bit for each field that is written even when it has its default.
    pub required: u64,
    /// The constant tag that the struct carries by itself.
    pub tag: Option<OwnTag>,
    /// Any other member is allowed too: those are no news to anyone.
    pub open: bool,
}

/// A constant member that says what the object is.
#[derive(Debug)]
pub struct OwnTag {
    /// The member's name.
    pub name: &'static str,
    /// Its value.
    pub value: &'static str,
    /// Both, as JSON after a comma: `,"type":"message"`.
    pub json: &'static str,
}

/// The bits above all fields': the struct's own tag, and the tag of the union around it, were absent.
const NO_OWN_TAG: u64 = 1 << 63;
const NO_UNION_TAG: u64 = 1 << 62;

/// Whether a struct has a field of this name; for a check while the derive's code is compiled.
pub const fn has_field(shape: &Shape, name: &str) -> bool {
    let mut rest = shape.names;
    while let [field, others @ ..] = rest {
        if same(field.as_bytes(), name.as_bytes()) {
            return true;
        }
        rest = others;
    }
    false
}

const fn same(mut a: &[u8], mut b: &[u8]) -> bool {
    while let ([x, xs @ ..], [y, ys @ ..]) = (a, b) {
        if *x != *y {
            return false;
        }
        (a, b) = (xs, ys);
    }
    a.is_empty() && b.is_empty()
}

impl Shape {
    fn index(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| *known == name)
    }

    /// Whether a member that no field took is allowed all the same.
    fn allows(&self, entry: &Entry) -> bool {
        self.open && !entry.repeat && self.tag.as_ref().is_none_or(|tag| tag.name != &*entry.name)
    }
}

/// Which fields of a struct give way to a member that is kept raw for them.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    fields: u64,
}

impl<T: Object> Object for Box<T> {
    const SHAPE: &'static Shape = T::SHAPE;
}

impl<T: Slots> Slots for Box<T> {
    fn shape(&self) -> &'static Shape {
        T::shape(self)
    }

    fn take(&mut self, name: &str, members: &mut Members, parser: &mut Parser<'_>) -> Step<u32> {
        T::take(self, name, members, parser)
    }

    fn give(&self, fields: &mut Fields<'_>) {
        T::give(self, fields);
    }

    fn look_inside(&self, pointers: &mut Pointers, kept: Kept) {
        T::look_inside(self, pointers, kept);
    }

    fn extra(&self) -> &Extra {
        T::extra(self)
    }

    fn extra_mut(&mut self) -> &mut Extra {
        T::extra_mut(self)
    }
}
