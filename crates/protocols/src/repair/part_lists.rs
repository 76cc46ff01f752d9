//! [`Part`]: a part of an item, and [`PartLists`]: all parts of an item, found without a search.

use std::collections::HashMap;

use orouter_wire::event::PartList;

/// The kind of a part. Parts of several kinds may share a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum PartKind {
    Text,
    Refusal,
    Reasoning,
    Other,
}

/// A part of an item.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) list: PartList,
    pub(super) kind: PartKind,
    /// The upstream's number of the part.
    pub(super) upstream_number: u32,
    /// The number that the client knows: parts of a list count from 0 without gaps.
    pub(super) number: u32,
    pub(super) added: bool,
    /// The end of the text has been sent.
    pub(super) text_done: bool,
    pub(super) done: bool,
    /// The text that has been sent in deltas.
    pub(super) text: String,
    /// The text that the upstream sent with the beginning of the part.
    pub(super) given: Option<String>,
}

/// The parts of an item, by list. Parts of a list are numbered from 0 without gaps, so that the
/// client's number of a part is its position.
#[derive(Debug, Default)]
pub(super) struct PartLists {
    content: Vec<Part>,
    summary: Vec<Part>,
    whole: Vec<Part>,
    commands: Vec<Part>,
    /// The client's number of the latest part with a number of the upstream.
    numbers: HashMap<(PartList, PartKind, u32), usize>,
}

impl PartLists {
    /// Returns the parts of a list.
    pub(super) fn list(&self, list: PartList) -> &[Part] {
        match list {
            PartList::Content => &self.content,
            PartList::Summary => &self.summary,
            PartList::Whole => &self.whole,
            PartList::Commands => &self.commands,
        }
    }

    /// Returns the parts of all lists.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Part> {
        let before = self.content.iter_mut().chain(&mut self.summary);
        before.chain(&mut self.whole).chain(&mut self.commands)
    }

    /// Returns the part with this number of the upstream, new if it is not known.
    pub(super) fn part(
        &mut self,
        list: PartList,
        kind: PartKind,
        upstream_number: u32,
    ) -> Option<&mut Part> {
        let is_it = |part: &Part| part.kind == kind && part.upstream_number == upstream_number;
        // Most events are about the latest part.
        let at = match self.list(list).last() {
            Some(part) if is_it(part) => self.list(list).len() - 1,
            _ => match self.numbers.get(&(list, kind, upstream_number)) {
                Some(at) => *at,
                None => self.add(list, kind, upstream_number),
            },
        };
        self.list_mut(list).get_mut(at)
    }

    /// Returns the part with this number of the client.
    pub(super) fn numbered(&self, list: PartList, number: u32) -> Option<&Part> {
        self.list(list).get(usize::try_from(number).ok()?)
    }

    /// Returns the part with this number of the client, new if it is not known.
    pub(super) fn numbered_mut(
        &mut self,
        list: PartList,
        kind: PartKind,
        number: u32,
    ) -> Option<&mut Part> {
        let at = usize::try_from(number).ok()?;
        let at = if at < self.list(list).len() {
            at
        } else {
            self.add(list, kind, number)
        };
        self.list_mut(list).get_mut(at)
    }

    fn list_mut(&mut self, list: PartList) -> &mut Vec<Part> {
        match list {
            PartList::Content => &mut self.content,
            PartList::Summary => &mut self.summary,
            PartList::Whole => &mut self.whole,
            PartList::Commands => &mut self.commands,
        }
    }

    fn add(&mut self, list: PartList, kind: PartKind, upstream_number: u32) -> usize {
        let at = self.list(list).len();
        self.numbers.insert((list, kind, upstream_number), at);
        self.list_mut(list).push(Part {
            list,
            kind,
            upstream_number,
            number: u32::try_from(at).unwrap_or(u32::MAX),
            added: false,
            text_done: false,
            done: false,
            text: String::new(),
            given: None,
        });
        at
    }
}
