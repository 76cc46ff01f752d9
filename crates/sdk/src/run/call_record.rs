//! [`CallRecord`]: a call of the last step and its progress.

use orouter_wire::{Extra, Item, UnknownValue, Wire};

/// A call of the last step that this side answers, and its progress.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(crate) struct CallRecord {
    /// Index of the call in the output of the response.
    pub(crate) index: u64,
    pub(crate) status: CallStatus,
    /// The output, once the status is `done`.
    pub(crate) output: Option<Item>,
    pub(crate) extra: Extra,
}

/// Progress of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Wire)]
pub(crate) enum CallStatus {
    /// Not started.
    #[default]
    Waiting,
    /// Needs the caller's approval.
    AwaitingApproval,
    /// Needs the caller's output.
    AwaitingCaller,
    /// The caller approved it; not started.
    Approved,
    /// Started. If the run ended meanwhile, the result is unknown.
    Running,
    /// Has an output.
    Done,
    Unknown(UnknownValue),
}

impl CallRecord {
    pub(crate) fn new(index: usize) -> Self {
        Self {
            index: index as u64,
            ..Self::default()
        }
    }

    pub(crate) fn finish(&mut self, output: Item) {
        self.status = CallStatus::Done;
        self.output = Some(output);
    }

    pub(crate) fn is_done(&self) -> bool {
        self.status == CallStatus::Done
    }

    /// Returns the call out of the items of the response.
    pub(crate) fn call<'a>(&self, output: &'a [Item]) -> Option<&'a Item> {
        output.get(usize::try_from(self.index).ok()?)
    }
}
