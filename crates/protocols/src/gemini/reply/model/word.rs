//! [`Word`]: a value of an enum of the API.

use orouter_wire::{Unknown, Wire};

/// A value of an enum of the API: its name, or the number that some servers send.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(untagged)]
pub(in super::super) enum Word {
    #[wire(string)]
    Name(String),
    #[wire(number)]
    Number(i64),
    Unknown(Unknown),
}
