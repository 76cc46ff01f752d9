//! Positions of text in a response, and the comparison of earlier and later text.

use crate::item::{Item, MessageContent};

/// New text: the text of a part from `start` on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) item: usize,
    pub(super) part: Part,
    pub(super) start: usize,
}

/// Where text stands in the response.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// In the part of a message at this position.
    At(usize),
    /// In a message's content, which is a string.
    Content,
    /// In the response's `output_text`.
    Repeated,
}

/// Text with which a part began, and how much of it the deltas have repeated.
#[derive(Clone, Debug)]
pub(super) struct Preview {
    pub(super) part: u32,
    pub(super) len: usize,
    pub(super) repeated: usize,
}

/// The text of an item; empty unless it is a message.
pub(super) fn text_of(item: &Item) -> String {
    placed(item, 0).map(|(.., text)| text).collect()
}

/// The texts of an item and where they stand.
pub(super) fn placed(item: &Item, at: usize) -> impl Iterator<Item = (usize, Part, &str)> {
    let (content, parts) = match item {
        Item::Message(message) => match &message.content {
            Some(MessageContent::Text(text)) => (Some(text.as_str()), [].as_slice()),
            _ => (None, message.parts()),
        },
        _ => (None, [].as_slice()),
    };
    let content = content.map(|text| (at, Part::Content, text));
    let parts = parts
        .iter()
        .enumerate()
        .filter_map(move |(part, it)| Some((at, Part::At(part), it.text()?)));
    content.into_iter().chain(parts)
}

/// Adds spans for what follows `told` in the item's text. True if its text does not begin with
/// `told`.
pub(super) fn remaining(told: &str, item: &Item, at: usize, spans: &mut Vec<Span>) -> bool {
    !remainder(std::iter::once(told), placed(item, at), spans)
}

/// Adds spans for what follows the old texts in the new ones, both taken without their borders.
/// False, and no span, if the new texts do not begin with the old ones.
pub(super) fn remainder<'a, 'b>(
    old: impl Iterator<Item = &'a str>,
    new: impl Iterator<Item = (usize, Part, &'b str)>,
    spans: &mut Vec<Span>,
) -> bool {
    let first = spans.len();
    let mut old = old.filter(|text| !text.is_empty());
    let mut expected: &[u8] = old.next().unwrap_or_default().as_bytes();
    for (item, part, text) in new {
        let mut rest = text.as_bytes();
        while !rest.is_empty() && !expected.is_empty() {
            let both = rest.len().min(expected.len());
            if rest.get(..both) != expected.get(..both) {
                spans.truncate(first);
                return false;
            }
            rest = rest.get(both..).unwrap_or_default();
            expected = match expected.get(both..) {
                Some(left @ [_, ..]) => left,
                _ => old.next().unwrap_or_default().as_bytes(),
            };
        }
        if !rest.is_empty() {
            let start = text.len() - rest.len();
            spans.push(Span { item, part, start });
        }
    }
    expected.is_empty()
}
