//! [`Skipped`]: a member that is checked to be JSON and otherwise not read.

use orouter_wire::Wire;
use orouter_wire::json::{Parsed, Parser, Writer};

/// Any JSON value, without its content. As the type of a field it keeps a member that many servers
/// send from being copied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Skipped;

impl Wire for Skipped {
    fn decode(parser: &mut Parser<'_>) -> Parsed<Self> {
        parser.skip().map(|()| Self)
    }

    fn encode(&self, writer: &mut Writer) {
        writer.null();
    }
}
