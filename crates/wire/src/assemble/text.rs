//! The text that each event adds to the response, so that readers get all text exactly once,
//! whichever events bring it.

use std::borrow::Cow;

use crate::content::ContentPart;
use crate::item::{Item, MessageContent};

use super::assembler::{Assembler, Slot};
use super::parts;

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
    part: u32,
    len: usize,
    repeated: usize,
}

impl Assembler {
    /// Returns the text that the last event added to the response's
    /// [`output_text`](crate::Response::output_text); empty if it added none.
    ///
    /// Concatenated over all events, it is the text of the response, each piece exactly once,
    /// whether it came in deltas, in `response.output_text.done`, `response.content_part.done`,
    /// `response.output_item.added` or `.done`, or in the response of any event. Refusals,
    /// reasoning and audio transcripts are not text.
    ///
    /// Where an event contradicts text that was returned already, the response takes the later
    /// text, and this returns nothing of it until a later event continues what was returned.
    /// Deltas that only repeat the text with which a part began add nothing.
    ///
    /// ```
    /// use orouter_wire::assemble::Assembler;
    /// use orouter_wire::{StreamEvent, TextDelta};
    /// use orouter_wire::event::TextDone;
    ///
    /// let mut assembler = Assembler::new();
    /// let mut text = String::new();
    /// for event in [
    ///     StreamEvent::OutputTextDelta(TextDelta::new("msg_1", 0, 0, "Hel")),
    ///     StreamEvent::OutputTextDone(TextDone::new("msg_1", 0, 0, "Hello")),
    /// ] {
    ///     assembler.push(&event);
    ///     text.push_str(&assembler.new_text());
    /// }
    /// assert_eq!(text, "Hello");
    /// ```
    #[must_use]
    pub fn new_text(&self) -> Cow<'_, str> {
        match self.spans.as_slice() {
            [] => Cow::Borrowed(""),
            [span] => Cow::Borrowed(self.span(*span)),
            spans => Cow::Owned(spans.iter().map(|span| self.span(*span)).collect()),
        }
    }

    fn span(&self, span: Span) -> &str {
        let output = &self.response.output;
        let text = match (span.part, output.get(span.item)) {
            (Part::At(at), Some(Item::Message(message))) => {
                message.parts().get(at).and_then(ContentPart::text)
            }
            (Part::Content, Some(Item::Message(message))) => match &message.content {
                Some(MessageContent::Text(text)) => Some(text.as_str()),
                _ => None,
            },
            (Part::Repeated, _) => self.response.output_text.as_deref(),
            _ => None,
        };
        text.and_then(|text| text.get(span.start..))
            .unwrap_or_default()
    }

    /// Appends a delta to the text part at this position of a message.
    pub(super) fn add_text(&mut self, item: usize, at: usize, delta: &str) {
        let (Some(place), Some(slot)) =
            (self.response.output.get_mut(item), self.slots.get_mut(item))
        else {
            return;
        };
        let Some(text) = part_mut(place, at).and_then(parts::text_mut) else {
            return;
        };
        let start = text.len();
        if slot.previews.is_empty() {
            text.push_str(delta);
        } else {
            let number = slot.parts.key(at);
            let known = slot.previews.iter().position(|it| Some(it.part) == number);
            match known {
                Some(known) => continue_preview(&mut slot.previews, known, text, delta),
                None => text.push_str(delta),
            }
        }
        let Some(added) = text.get(start..).filter(|added| !added.is_empty()) else {
            return;
        };
        if let Some(told) = &mut slot.told {
            told.push_str(added);
        }
        self.spans.push(Span {
            item,
            part: Part::At(at),
            start,
        });
    }

    /// Takes the whole text of the text part at this position of a message.
    pub(super) fn set_text(&mut self, item: usize, at: usize, whole: &str) {
        let (Some(place), Some(slot)) =
            (self.response.output.get_mut(item), self.slots.get_mut(item))
        else {
            return;
        };
        let Some(text) = part_mut(place, at).and_then(parts::text_mut) else {
            return;
        };
        let number = slot.parts.key(at);
        slot.previews.retain(|it| Some(it.part) != number);
        if whole.is_empty() || text == whole {
            return;
        }
        match whole.strip_prefix(text.as_str()) {
            Some(rest) if slot.told.is_none() => {
                let start = text.len();
                text.push_str(rest);
                self.spans.push(Span {
                    item,
                    part: Part::At(at),
                    start,
                });
            }
            _ => {
                let told = slot.told.take().unwrap_or_else(|| text_of(place));
                if let Some(text) = part_mut(place, at).and_then(parts::text_mut) {
                    whole.clone_into(text);
                }
                slot.told = remaining(&told, place, item, &mut self.spans).then_some(told);
            }
        }
    }

    /// Notes all text of a new item. `begins` says that deltas may follow.
    pub(super) fn new_item_text(&mut self, item: usize, begins: bool) {
        let Some(place) = self.response.output.get(item) else {
            return;
        };
        let first = self.spans.len();
        remainder(std::iter::empty(), placed(place, item), &mut self.spans);
        if begins {
            self.preview(item, first);
        }
    }

    /// Remembers the text that the spans from `first` on begin parts of an item with.
    pub(super) fn preview(&mut self, item: usize, first: usize) {
        let spans = self.spans.get(first..).unwrap_or_default();
        for span in spans.iter().filter(|span| span.start == 0) {
            let (len, at) = match span.part {
                Part::At(at) => (self.span(*span).len(), at),
                Part::Content => (self.span(*span).len(), 0),
                Part::Repeated => continue,
            };
            if let Some(slot) = self.slots.get_mut(item) {
                if let Some(part) = slot.parts.key(at) {
                    slot.previews.push(Preview {
                        part,
                        len,
                        repeated: 0,
                    });
                }
            }
        }
    }
}

/// Appends a delta to text with which a part began. Some senders repeat that text in the deltas:
/// as long as the deltas only repeat it, they add nothing.
fn continue_preview(previews: &mut Vec<Preview>, at: usize, text: &mut String, delta: &str) {
    let Some(preview) = previews.get_mut(at) else {
        return;
    };
    let left = text.get(preview.repeated..preview.len).unwrap_or_default();
    if !delta.is_empty() && left.len() > delta.len() && left.starts_with(delta) {
        preview.repeated += delta.len();
        return;
    }
    if let Some(rest) = delta.strip_prefix(left) {
        text.push_str(rest);
    } else {
        let repeated = text.get(..preview.repeated).unwrap_or_default().to_owned();
        text.push_str(&repeated);
        text.push_str(delta);
    }
    previews.swap_remove(at);
}

/// What of an item's text was given to the reader before a whole item replaces it. Made only where
/// the new text does not simply continue the old.
pub(super) struct Given {
    whole: String,
    /// The numbers and texts of the parts; none if they are not what was given.
    parts: Option<Vec<(u32, String)>>,
}

impl Given {
    pub(super) fn from_item(item: &Item, slot: &Slot) -> Self {
        if let Some(told) = &slot.told {
            return Given {
                whole: told.clone(),
                parts: None,
            };
        }
        let parts = placed(item, 0).map(|(_, part, text)| {
            let number = match part {
                Part::At(at) => slot.parts.key(at).unwrap_or(u32::MAX),
                _ => 0,
            };
            (number, text.to_owned())
        });
        Given {
            whole: text_of(item),
            parts: Some(parts.filter(|(_, text)| !text.is_empty()).collect()),
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.whole
    }

    /// Adds a span for each new text of the item that took the place. Returns what was given where
    /// the new text contradicts it.
    pub(super) fn compare(self, new: &Item, item: usize, spans: &mut Vec<Span>) -> Option<String> {
        if !remaining(&self.whole, new, item, spans) {
            return None;
        }
        let first = spans.len();
        match self.parts {
            Some(parts) if continues(&parts, new, item, spans) => None,
            _ => {
                spans.truncate(first);
                Some(self.whole)
            }
        }
    }
}

/// Compares part by part. False if a part contradicts the earlier one with its number.
fn continues(old: &[(u32, String)], new: &Item, item: usize, spans: &mut Vec<Span>) -> bool {
    let mut found = 0;
    for (item, part, text) in placed(new, item) {
        let at = match part {
            Part::At(at) => at,
            _ => 0,
        };
        let earlier = old.iter().find(|(number, _)| *number as usize == at);
        let start = match earlier {
            Some((_, earlier)) if text.starts_with(earlier.as_str()) => {
                found += 1;
                earlier.len()
            }
            Some(_) => return false,
            None => 0,
        };
        if start < text.len() {
            spans.push(Span { item, part, start });
        }
    }
    found == old.len()
}

fn part_mut(item: &mut Item, at: usize) -> Option<&mut ContentPart> {
    match item {
        Item::Message(message) => match &mut message.content {
            Some(MessageContent::Parts(list)) => list.get_mut(at),
            _ => None,
        },
        _ => None,
    }
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
fn remaining(told: &str, item: &Item, at: usize, spans: &mut Vec<Span>) -> bool {
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
