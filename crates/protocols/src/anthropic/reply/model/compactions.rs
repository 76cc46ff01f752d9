//! [`Compactions`]: token counts of the runs that compacted the conversation.

use orouter_wire::json::{Parsed, Parser, Stop, Writer};
use orouter_wire::{Extra, Wire};

use super::cache_creation::CacheCreation;
use crate::tolerant::Label;

/// Sums over the runs of a model that compacted the conversation. Decodes from the list of all runs;
/// other runs, and elements that are not objects, are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Compactions {
    pub(in super::super) input: u64,
    pub(in super::super) cache_read: u64,
    pub(in super::super) cache_written: u64,
    pub(in super::super) output: u64,
}

/// The counts of one run of the model.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Run {
    r#type: Option<Label>,
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    cache_creation: Option<CacheCreation>,
    extra: Extra,
}

impl Compactions {
    fn add(&mut self, run: &Run) {
        if run.r#type.as_ref().map(Label::as_str) != Some("compaction") {
            return;
        }
        let by_time = run.cache_creation.as_ref().map(CacheCreation::total);
        let written = run.cache_creation_input_tokens.max(by_time);
        for (sum, count) in [
            (&mut self.input, run.input_tokens),
            (&mut self.cache_read, run.cache_read_input_tokens),
            (&mut self.cache_written, written),
            (&mut self.output, run.output_tokens),
        ] {
            *sum = sum.saturating_add(count.unwrap_or(0));
        }
    }

    /// Takes the counts of a later report, as far as they are greater.
    pub(in super::super) fn raise(&mut self, later: Self) {
        self.input = self.input.max(later.input);
        self.cache_read = self.cache_read.max(later.cache_read);
        self.cache_written = self.cache_written.max(later.cache_written);
        self.output = self.output.max(later.output);
    }
}

impl Wire for Compactions {
    fn decode(parser: &mut Parser<'_>) -> Parsed<Self> {
        parser.array()?;
        let mut sums = Self::default();
        let mut first = true;
        while parser.element(first)? {
            first = false;
            let mark = parser.mark();
            match Run::decode(parser) {
                Ok(run) => sums.add(&run),
                Err(Stop::Mismatch) => {
                    parser.rewind(mark);
                    parser.skip()?;
                }
                Err(Stop::Fault) => return Err(Stop::Fault),
            }
        }
        Ok(sums)
    }

    fn encode(&self, writer: &mut Writer) {
        writer.null();
    }
}
