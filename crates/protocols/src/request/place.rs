//! [`Place`]: the location of an item or of a part of it, for messages.

use std::fmt;

/// The location of an item of `input`, of one of its members, or of a part in that member. Its
/// `Display` is the path in a message: `input[2].content[0]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    item: usize,
    member: &'static str,
    part: Option<usize>,
}

impl Place {
    /// Returns the location of an item.
    pub(crate) fn item(item: usize) -> Self {
        Self {
            item,
            member: "",
            part: None,
        }
    }

    /// Returns the location of a member of the item.
    pub(crate) fn member(self, member: &'static str) -> Self {
        Self { member, ..self }
    }

    /// Returns the location of the item alone.
    pub(crate) fn item_only(self) -> Self {
        Self::item(self.item)
    }

    /// Returns the location of a part in the member.
    pub(crate) fn part(self, part: usize) -> Self {
        Self {
            part: Some(part),
            ..self
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "input[{}]", self.item)?;
        if !self.member.is_empty() {
            write!(f, ".{}", self.member)?;
        }
        match self.part {
            Some(part) => write!(f, "[{part}]"),
            None => Ok(()),
        }
    }
}
