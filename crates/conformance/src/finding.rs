//! What the auditor finds.

use std::fmt;

/// A rule that a stream broke, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Which event it was, counted from 0. For what is missing at the end, how many there were.
    pub event: usize,
    /// The event's type; empty for what is missing at the end.
    pub kind: String,
    /// What is wrong.
    pub violation: Violation,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind.as_str() {
            "" => write!(f, "after {} events: {}", self.event, self.violation),
            kind => write!(f, "event {} ({kind}): {}", self.event, self.violation),
        }
    }
}

/// A rule that a stream broke. `index` is an item's `output_index`, `part` the number of a content
/// part, of a summary's part or of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Violation {
    /// The stream begins with something else than `response.created`.
    NotCreatedFirst,
    /// An item comes before `response.in_progress`.
    NotInProgress,
    /// `response.created` comes again.
    CreatedAgain,
    /// An event about the response does not carry it.
    NoResponse,
    /// The response's id is not what it was.
    ResponseId {
        /// The id so far.
        expected: String,
        /// The id in this event.
        found: String,
    },
    /// The response's status is not the one that the event stands for.
    Status {
        /// The status that the event stands for.
        expected: String,
        /// The status of the response in it.
        found: String,
    },
    /// Events have no `sequence_number`. Told once for a stream.
    NoSequenceNumber,
    /// The `sequence_number` is not the next one.
    Sequence {
        /// The number that was to come.
        expected: u32,
        /// The number that came.
        found: u32,
    },
    /// An event about a whole item does not carry it.
    NoItem,
    /// An event about a whole item does not say where it stands.
    NoIndex,
    /// No item has this index, although one has a higher index. Found at the end of the stream,
    /// for the lowest such index.
    IndexMissing {
        /// The index.
        index: u32,
    },
    /// Another item was added under the same index.
    IndexShared {
        /// The index.
        index: u32,
    },
    /// An item's events come under another index. Reported once per item.
    ItemMoved {
        /// The item's index.
        expected: u32,
        /// The index in this event.
        found: u32,
    },
    /// An item is added twice.
    ItemAddedAgain {
        /// The item's index.
        index: u32,
    },
    /// An event is about an item that was never added.
    ItemNotAdded {
        /// The item's index.
        index: u32,
    },
    /// An item's id is not what it was. Reported once per item.
    ItemId {
        /// The item's index.
        index: u32,
        /// The id so far.
        expected: String,
        /// The id in this event.
        found: String,
    },
    /// An item's type is not what it was.
    ItemKind {
        /// The item's index.
        index: u32,
        /// The type so far.
        expected: String,
        /// The type in this event.
        found: String,
    },
    /// An event is about an item that is done.
    ItemDone {
        /// The item's index.
        index: u32,
    },
    /// The response completed, an item of it did not.
    ItemNotDone {
        /// The item's index.
        index: u32,
    },
    /// A part is added elsewhere than behind the last one.
    PartIndex {
        /// The item's index.
        index: u32,
        /// The number that was to come.
        expected: u32,
        /// The number that came.
        found: u32,
    },
    /// A part is added twice.
    PartAddedAgain {
        /// The item's index.
        index: u32,
        /// The part's number.
        part: u32,
    },
    /// An event is about a part that was never added.
    PartNotAdded {
        /// The item's index.
        index: u32,
        /// The part's number.
        part: u32,
    },
    /// An event is about a part that is done.
    PartDone {
        /// The item's index.
        index: u32,
        /// The part's number.
        part: u32,
    },
    /// An item is done, a part of it is not.
    PartNotDone {
        /// The item's index.
        index: u32,
        /// The part's number.
        part: u32,
    },
    /// The deltas do not make up the value that is said to be done.
    DeltasDiffer {
        /// The item's index.
        index: u32,
        /// The part's number; 0 for an item that grows by one text.
        part: u32,
    },
    /// The last response has another number of items than the stream had.
    OutputLength {
        /// How many items were done.
        expected: usize,
        /// How many the response has.
        found: usize,
    },
    /// An item in the last response is not the one that was done.
    OutputDiffers {
        /// The item's index.
        index: u32,
        /// The names of the members that differ.
        members: Vec<String>,
    },
    /// An event comes after the last one.
    AfterEnd,
    /// The stream ends without an event that ends it.
    NoEnd,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotCreatedFirst => f.write_str("the stream does not begin with response.created"),
            Self::NotInProgress => f.write_str("an item comes before response.in_progress"),
            Self::CreatedAgain => f.write_str("response.created comes again"),
            Self::NoResponse => f.write_str("the event does not carry the response"),
            Self::ResponseId { expected, found } => {
                write!(f, "the response's id was {expected:?} and is {found:?}")
            }
            Self::Status { expected, found } => {
                write!(
                    f,
                    "the response's status is {found:?} where it should be {expected:?}"
                )
            }
            Self::NoSequenceNumber => f.write_str("the event has no sequence_number"),
            Self::Sequence { expected, found } => {
                write!(
                    f,
                    "the sequence_number is {found} where {expected} should follow"
                )
            }
            Self::NoItem => f.write_str("the event does not carry the item"),
            Self::NoIndex => f.write_str("the event has no output_index"),
            Self::IndexMissing { index } => write!(f, "no item has output_index {index}"),
            Self::IndexShared { index } => {
                write!(f, "another item was added at output_index {index}")
            }
            Self::ItemMoved { expected, found } => {
                write!(f, "an event about item {expected} has output_index {found}")
            }
            Self::ItemAddedAgain { index } => write!(f, "item {index} is added again"),
            Self::ItemNotAdded { index } => write!(f, "item {index} was never added"),
            Self::ItemId {
                index,
                expected,
                found,
            } => {
                write!(
                    f,
                    "the id of item {index} was {expected:?} and is {found:?}"
                )
            }
            Self::ItemKind {
                index,
                expected,
                found,
            } => {
                write!(
                    f,
                    "the type of item {index} was {expected:?} and is {found:?}"
                )
            }
            Self::ItemDone { index } => write!(f, "item {index} is done already"),
            Self::ItemNotDone { index } => write!(f, "item {index} was never done"),
            Self::PartIndex {
                index,
                expected,
                found,
            } => {
                write!(
                    f,
                    "part {found} of item {index} is added where {expected} should follow"
                )
            }
            Self::PartAddedAgain { index, part } => {
                write!(f, "part {part} of item {index} is added again")
            }
            Self::PartNotAdded { index, part } => {
                write!(f, "part {part} of item {index} was never added")
            }
            Self::PartDone { index, part } => {
                write!(f, "part {part} of item {index} is done already")
            }
            Self::PartNotDone { index, part } => {
                write!(f, "part {part} of item {index} was never done")
            }
            Self::DeltasDiffer { index, part } => {
                write!(
                    f,
                    "the deltas of part {part} of item {index} do not make up its done value"
                )
            }
            Self::OutputLength { expected, found } => {
                write!(
                    f,
                    "the last response has {found} items where {expected} were done"
                )
            }
            Self::OutputDiffers { index, members } => {
                let members = members.join(", ");
                write!(
                    f,
                    "item {index} of the last response is not the one that was done: {members}"
                )
            }
            Self::AfterEnd => f.write_str("the stream had ended"),
            Self::NoEnd => f.write_str(
                "the stream does not end with response.completed, .incomplete or .failed",
            ),
        }
    }
}
