//! [`Calls`]: the tool calls of a reply, and which of them a piece belongs to.

use orouter_wire::ItemStatus;

use super::call::Call;
use super::model::{Arguments, ToolCall};
use crate::output::{Items, ToolNames};
use crate::reply::UpstreamEvent;

/// The tool calls of a reply.
///
/// Servers number calls by `index`, name them by `id`, or both; some use one index or one id for
/// all calls, or send neither. A piece continues the call that its index, id and name point to, and
/// begins a new one if that call cannot go on with it: because its id is another one, or because its
/// arguments are complete. A piece with another id, but without a name, continues the last call of
/// its index: some servers make up an id for each piece, and no call begins without a name.
///
/// Several calls may be open at once. A call whose arguments are complete ends when the next one
/// begins, the others end with the reply.
#[derive(Debug, Default)]
pub(super) struct Calls {
    calls: Vec<Call>,
    chunk: u64,
}

/// A piece of a call, with empty members left out.
#[derive(Debug)]
struct Piece<'a> {
    index: Option<i64>,
    id: Option<&'a str>,
    name: Option<&'a str>,
    arguments: &'a str,
}

impl Calls {
    /// Begins the next chunk.
    pub(super) fn next_chunk(&mut self) {
        self.chunk += 1;
    }

    /// Adds a piece of a call. `start` is called before a new call begins.
    pub(super) fn push(
        &mut self,
        piece: ToolCall,
        tools: &ToolNames,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
        start: impl FnOnce(&mut Items, &mut Vec<UpstreamEvent>),
    ) {
        let (id, index) = (filled(piece.id), piece.index);
        let extra_content = piece.extra_content.filter(|raw| raw.get().starts_with('{'));
        let (name, arguments, direct) = match (piece.function, piece.custom) {
            (Some(function), _) => {
                let arguments = function.arguments.map(Arguments::into_text);
                (filled(function.name), arguments.unwrap_or_default(), false)
            }
            (None, Some(custom)) => (filled(custom.name), custom.input.unwrap_or_default(), true),
            (None, None) => (None, String::new(), false),
        };
        if id.is_none() && name.is_none() && arguments.is_empty() && extra_content.is_none() {
            return;
        }
        let found = self.find(
            &Piece {
                index,
                id: id.as_deref(),
                name: name.as_deref(),
                arguments: &arguments,
            },
            tools,
        );
        let extra_length = extra_content.as_ref().map_or(0, |raw| raw.get().len());
        let name_length = name.as_ref().map_or(0, String::len);
        items.count(arguments.len() + name_length + extra_length);
        let at = match found {
            Some(at) => at,
            None => {
                start(items, events);
                self.end_complete(tools, items, events);
                self.calls.push(Call::new(index, direct));
                self.calls.len().saturating_sub(1)
            }
        };
        let unnamed = self
            .calls
            .get(at)
            .is_some_and(|call| call.upstream_id().is_empty());
        if let Some(id) = id.filter(|_| unnamed) {
            let unused = !self.calls.iter().any(|call| call.has_call_id(&id));
            if let Some(call) = self.calls.get_mut(at) {
                call.set_id(id, unused);
            }
        }
        if let Some(call) = self.calls.get_mut(at) {
            call.touch(self.chunk);
            if let Some(extra_content) = extra_content {
                call.set_extra_content(extra_content);
            }
            call.push(name, arguments, tools, items, events);
        }
    }

    /// Returns the call that a piece continues, or `None` if it begins a new one.
    fn find(&mut self, piece: &Piece<'_>, tools: &ToolNames) -> Option<usize> {
        let last = |matches: &dyn Fn(&Call) -> bool| self.calls.iter().rposition(matches);
        let at = match (piece.index, piece.id) {
            (Some(index), Some(id)) => {
                let here = |call: &Call| call.index() == Some(index);
                let named = last(&|call| here(call) && call.upstream_id() == id);
                named.or_else(|| last(&here))?
            }
            (Some(index), None) => last(&|call| call.index() == Some(index))?,
            (None, Some(id)) => last(&|call| call.upstream_id() == id)?,
            (None, None) => last(&|_| true)?,
        };
        let call = self.calls.get_mut(at)?;
        let Some(name) = piece.name else {
            return Some(at);
        };
        let own_id = call.upstream_id();
        let known_id = piece.id.filter(|_| !own_id.is_empty());
        if known_id.is_some_and(|id| id != own_id) {
            return None;
        }
        let same_name = call.name() == name || call.name().is_empty();
        if call.arguments().is_empty() {
            if known_id.is_some() || call.name().is_empty() {
                return Some(at);
            }
            let begins = if same_name {
                // Calls of one chunk are whole.
                call.is_touched(self.chunk) && piece.arguments.is_empty()
            } else {
                let joined = || format!("{}{name}", call.name());
                piece.index.is_none()
                    || call.is_touched(self.chunk)
                    || tools.get(name).is_some()
                    || tools.get(call.name()).is_some() && tools.get(&joined()).is_none()
            };
            return (!begins).then_some(at);
        }
        let continues = if call.is_complete() {
            let repeats = piece.arguments.is_empty() || call.arguments() == piece.arguments;
            same_name && repeats && !call.is_touched(self.chunk)
        } else {
            same_name || known_id.is_some()
        };
        continues.then_some(at)
    }

    /// Announces the calls that wait for the rest of their name.
    pub(super) fn announce(
        &mut self,
        tools: &ToolNames,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) {
        for call in self
            .calls
            .iter_mut()
            .rev()
            .take_while(|call| call.is_pending())
        {
            call.announce(tools, items, events);
        }
    }

    fn end_complete(
        &mut self,
        tools: &ToolNames,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) {
        if let Some(call) = self.calls.last_mut() {
            call.announce(tools, items, events);
            if call.can_end_early() {
                call.end(ItemStatus::Completed, items, events);
            }
        }
    }

    /// Ends the calls that are open. If the reply is not `complete`, calls whose arguments are not
    /// JSON are incomplete.
    pub(super) fn end(
        &mut self,
        complete: bool,
        tools: &ToolNames,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) {
        for call in &mut self.calls {
            call.announce(tools, items, events);
            let whole = complete || call.is_complete();
            let status = if whole {
                ItemStatus::Completed
            } else {
                ItemStatus::Incomplete
            };
            call.end(status, items, events);
        }
    }

    /// Returns `true` if the arguments of all calls are complete.
    pub(super) fn are_complete(&mut self) -> bool {
        self.calls
            .iter_mut()
            .all(|call| call.arguments().trim().is_empty() || call.is_complete())
    }
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
