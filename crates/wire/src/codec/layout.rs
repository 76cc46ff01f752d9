//! [`Layout`]: the fields of a struct and its tag.

use super::expected::ExpectedKey;
use crate::extra::Entry;

/// The properties that all values of a struct share: its fields, its tag, and which members it
/// allows.
#[derive(Debug)]
pub struct Layout {
    /// The fields' names on the wire, by number.
    pub names: &'static [&'static str],
    /// The same as they stand in the text, by number.
    pub keys: &'static [ExpectedKey],
    /// One bit for each field that is written even when it has its default.
    pub required: u64,
    /// The constant tag that the struct carries by itself.
    pub tag: Option<OwnTag>,
    /// The specification allows any other member, so those are not reported as unknown.
    pub open: bool,
}

/// A constant member that tells the object's type.
#[derive(Debug)]
pub struct OwnTag {
    /// The member's name.
    pub name: &'static str,
    /// Its value.
    pub value: &'static str,
    /// Both, as JSON after a comma: `,"type":"message"`.
    pub json: &'static str,
}

/// The two bits above those of the fields: the struct's own tag, and the tag of the union around it,
/// were absent.
pub(super) const NO_OWN_TAG: u64 = 1 << 63;
pub(super) const NO_UNION_TAG: u64 = 1 << 62;

/// Returns `true` if a struct has a field of this name. The derive's code asserts it at compile time.
pub const fn has_field(layout: &Layout, name: &str) -> bool {
    let mut rest = layout.names;
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

impl Layout {
    pub(super) fn index(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| *known == name)
    }

    /// Returns `true` if a member that no field took is allowed.
    pub(super) fn allows(&self, entry: &Entry) -> bool {
        self.open && !entry.repeat && self.tag.as_ref().is_none_or(|tag| tag.name != &*entry.name)
    }
}

/// The fields of a struct for which a member is kept raw: one bit for each.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    pub(super) fields: u64,
}
