//! [`Reasoning`]: the blocks of a stream's reasoning and the paragraphs of its text.

use orouter_wire::ReasoningFormat;

/// The reasoning so far.
#[derive(Debug, Default)]
pub(super) struct Reasoning {
    /// Number of blocks so far.
    blocks: u64,
    /// The blocks of open items: item, the part, and the number of the block.
    open: Vec<(u32, Part, u64)>,
    /// The format of the last item that began with one.
    format: Option<(u32, ReasoningFormat)>,
    /// The part whose text was sent last.
    last: Option<(u32, Part)>,
}

/// A part of a reasoning item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(u32),
    Summary(u32),
}

/// The place of a delta in the text of the reasoning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It continues a paragraph, or is the first text.
    Same,
    /// It begins a paragraph.
    Next,
    /// It is no part of the text: a body has no summary either if it has the text.
    Outside,
}

impl Reasoning {
    /// Returns the number of the block of a part.
    pub(super) fn block(&mut self, output_index: u32, part: Part) -> u64 {
        let mut open = self.open.iter().rev();
        let known = open.find(|(item, known, _)| *item == output_index && *known == part);
        if let Some((_, _, block)) = known {
            return *block;
        }
        let block = self.next();
        self.open.push((output_index, part, block));
        block
    }

    /// Returns the place of a delta that has text. Parts are paragraphs, as in a body.
    pub(super) fn place(&mut self, output_index: u32, part: Part) -> Place {
        let mut open = self.open.iter();
        let has_text = |(item, part, _): &(u32, Part, u64)| {
            *item == output_index && matches!(part, Part::Text(_))
        };
        if matches!(part, Part::Summary(_)) && open.any(has_text) {
            return Place::Outside;
        }
        match self.last.replace((output_index, part)) {
            Some(last) if last != (output_index, part) => Place::Next,
            _ => Place::Same,
        }
    }

    /// Returns the number of a new block.
    pub(super) fn next(&mut self) -> u64 {
        let block = self.blocks;
        self.blocks += 1;
        block
    }

    /// Returns the last block of an item.
    pub(super) fn last_of(&self, output_index: u32) -> Option<u64> {
        let mut open = self.open.iter().rev();
        open.find(|(item, ..)| *item == output_index)
            .map(|(.., block)| *block)
    }

    /// Returns the format that an item began with.
    pub(super) fn format_of(&self, output_index: u32) -> Option<&ReasoningFormat> {
        let format = self.format.as_ref();
        format
            .filter(|(item, _)| *item == output_index)
            .map(|(_, format)| format)
    }

    pub(super) fn set_format(&mut self, output_index: u32, format: &ReasoningFormat) {
        self.format = Some((output_index, format.clone()));
    }

    /// Forgets the blocks of an item that is done.
    pub(super) fn close(&mut self, output_index: u32) {
        self.open.retain(|(item, ..)| *item != output_index);
    }
}
