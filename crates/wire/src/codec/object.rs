//! The traits of structs that derive `Wire`.

use super::fields::Fields;
use super::layout::{Kept, Layout};
use super::members::Members;
use super::pointers::Pointers;
use super::wire::Wire;
use crate::extra::Extra;
use crate::json::{Parsed, Parser};

/// A struct with typed fields and an `extra`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no object, so it cannot be the variant of a union with a tag",
    label = "not a struct that derives `Wire`",
    note = "the variants of `#[wire(tag = ..)]` hold structs that derive `Wire`, or boxes of them"
)]
pub trait Object: Wire + Default + Slots {
    /// The layout that all values of the type share.
    const LAYOUT: &'static Layout;
}

/// The fields of an object, without its type. The code that reads, writes and searches objects is
/// compiled once for all types and reaches their fields through this trait.
pub trait Slots {
    /// Returns the layout that all values of the type share.
    fn layout(&self) -> &'static Layout;

    /// Returns the number of the field with this name on the wire; [`NO_FIELD`](super::NO_FIELD) if
    /// no field has the name.
    fn find_field(&self, name: &str) -> u32;

    /// Decodes the value under the cursor into the field with this number.
    fn decode_field(
        &mut self,
        index: u32,
        members: &mut Members,
        parser: &mut Parser<'_>,
    ) -> Parsed<()>;

    /// Encodes all fields.
    fn encode_fields(&self, fields: &mut Fields<'_>);

    /// Collects pointers to the values in all fields that are kept untyped.
    fn visit_untyped(&self, pointers: &mut Pointers, kept: Kept);

    /// Returns the members that no field took.
    fn extra(&self) -> &Extra;

    /// Returns the members that no field took, to be filled.
    fn extra_mut(&mut self) -> &mut Extra;
}

impl<T: Object> Object for Box<T> {
    const LAYOUT: &'static Layout = T::LAYOUT;
}

impl<T: Slots> Slots for Box<T> {
    fn layout(&self) -> &'static Layout {
        T::layout(self)
    }

    fn find_field(&self, name: &str) -> u32 {
        T::find_field(self, name)
    }

    fn decode_field(
        &mut self,
        index: u32,
        members: &mut Members,
        parser: &mut Parser<'_>,
    ) -> Parsed<()> {
        T::decode_field(self, index, members, parser)
    }

    fn encode_fields(&self, fields: &mut Fields<'_>) {
        T::encode_fields(self, fields);
    }

    fn visit_untyped(&self, pointers: &mut Pointers, kept: Kept) {
        T::visit_untyped(self, pointers, kept);
    }

    fn extra(&self) -> &Extra {
        T::extra(self)
    }

    fn extra_mut(&mut self) -> &mut Extra {
        T::extra_mut(self)
    }
}
