//! [`ItemChange`]: an event about an item, in one form for all kinds of events.

/// The item and the part of it that an event is about, as
/// [`StreamEvent::item_change`](super::StreamEvent::item_change) returns them.
///
/// ```
/// use orouter_wire::event::{Change, PartList};
/// use orouter_wire::{StreamEvent, TextDelta};
///
/// let event = StreamEvent::OutputTextDelta(TextDelta::new("msg_1", 0, 2, "Hi"));
/// let change = event.item_change().unwrap();
/// assert_eq!((change.output_index, change.item_id), (0, Some("msg_1")));
/// let part = change.part.unwrap();
/// assert_eq!((part.list, part.index), (PartList::Content, 2));
/// assert_eq!(part.change, Change::Delta("Hi"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemChange<'a> {
    /// The item's `output_index`.
    pub output_index: u32,
    /// The item's id as it was sent; it can be empty.
    pub item_id: Option<&'a str>,
    /// The part that changes; `None` if the event is about the item's status or about a list
    /// whose parts no other event tells.
    pub part: Option<PartChange<'a>>,
}

/// The change to a part of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PartChange<'a> {
    /// The list that the part is in.
    pub list: PartList,
    /// The part's number in the list, from 0; 0 for an item that grows by one text.
    pub index: u32,
    /// The change.
    pub change: Change<'a>,
}

/// The list of an item that a part is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartList {
    /// The content of a message or of reasoning.
    Content,
    /// The summary of reasoning.
    Summary,
    /// The one text that a call grows by: arguments, input, code or diff.
    Whole,
    /// The commands of a shell call.
    Commands,
}

impl PartList {
    /// Returns `true` if events of their own announce that parts of this list begin and end.
    #[must_use]
    pub fn has_part_events(self) -> bool {
        match self {
            Self::Content | Self::Summary => true,
            Self::Whole | Self::Commands => false,
        }
    }
}

/// A change to a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// The part begins with this text.
    Added(&'a str),
    /// The text is appended.
    Delta(&'a str),
    /// The part's text as a whole. The part has not ended.
    Text(&'a str),
    /// The part is complete. Its text, if it is of a kind that deltas make.
    Done(Option<&'a str>),
    /// Something other than text, such as an annotation.
    Other,
}
