//! [`Outputs`]: finds the output of each tool call in the history.

use std::collections::{HashMap, HashSet, VecDeque};

use orouter_wire::Item;

/// The outputs of tool calls in the history, by call id. Each output belongs to one call at most.
#[derive(Debug, Default)]
pub(crate) struct Outputs<'a> {
    waiting: HashMap<&'a str, VecDeque<usize>>,
    claimed: HashSet<usize>,
}

impl<'a> Outputs<'a> {
    /// Finds the outputs among the items.
    pub(crate) fn new(items: &'a [Item]) -> Self {
        let mut outputs = Self::default();
        for (index, item) in items.iter().enumerate() {
            if is_output(item) {
                let id = item.call_id().unwrap_or_default();
                outputs.waiting.entry(id).or_default().push_back(index);
            }
        }
        outputs
    }

    /// Takes the first output after the call at `index` that no other call has.
    pub(crate) fn claim(&mut self, call_id: &str, index: usize) -> Option<usize> {
        let waiting = self.waiting.get_mut(call_id)?;
        while waiting.front().is_some_and(|output| *output < index) {
            waiting.pop_front();
        }
        let output = waiting.pop_front()?;
        self.claimed.insert(output);
        Some(output)
    }

    /// Returns `true` if a call has taken the output.
    pub(crate) fn is_claimed(&self, output: usize) -> bool {
        self.claimed.contains(&output)
    }
}

/// Returns `true` for outputs of tools that the caller ran.
pub(crate) fn is_output(item: &Item) -> bool {
    matches!(
        item,
        Item::FunctionCallOutput(_)
            | Item::CustomToolCallOutput(_)
            | Item::LocalShellCallOutput(_)
            | Item::ShellCallOutput(_)
            | Item::ApplyPatchCallOutput(_)
            | Item::ProgramOutput(_)
    )
}
