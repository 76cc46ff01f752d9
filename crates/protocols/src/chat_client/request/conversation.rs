//! [`Conversation`]: the items that are being written, and the calls that have no result yet.

use std::borrow::Cow;
use std::collections::{HashSet, VecDeque};

use orouter_wire::json::Writer;

use super::object::{Object, is_idle, join};
use crate::chat_client::names::Origin;
use crate::notes::Notes;
use crate::quote::quote;

/// Maximum number of calls that a result without an id is compared with.
const MAX_OPEN: usize = 128;

/// The conversation that is being written.
pub(super) struct Conversation<'a, 'o> {
    pub(super) out: &'o mut Writer,
    pub(super) notes: &'o Notes,
    pub(super) items: Vec<Origin>,
    /// The ids of the calls of custom tools.
    custom: HashSet<Cow<'a, str>>,
    /// The calls of the last message of the model without a result: id and name.
    open: VecDeque<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a, 'o> Conversation<'a, 'o> {
    /// Creates a conversation without items.
    pub(super) fn new(capacity: usize, notes: &'o Notes, out: &'o mut Writer) -> Self {
        Self {
            out,
            notes,
            items: Vec::with_capacity(capacity),
            custom: HashSet::new(),
            open: VecDeque::new(),
        }
    }

    /// Begins an item.
    pub(super) fn begin(&mut self, kind: &str, origin: Origin) {
        self.items.push(origin);
        self.out.element();
        self.out.open_object();
        self.out.member("type");
        self.out.string(kind);
    }

    /// Forgets the open calls: the model has written another message.
    pub(super) fn close_calls(&mut self) {
        self.open.clear();
    }

    /// Records a call of the model.
    pub(super) fn called(&mut self, id: Cow<'a, str>, name: Cow<'a, str>, custom: bool) {
        if custom {
            self.custom.insert(id.clone());
        }
        if self.open.len() < MAX_OPEN {
            self.open.push_back((id, name));
        }
    }

    /// Records the result of a call.
    pub(super) fn answered(&mut self, id: &str) {
        if let Some(position) = self.open.iter().position(|(open, _)| open == id) {
            self.open.remove(position);
        }
    }

    /// Returns `true` for the call of a custom tool.
    pub(super) fn is_custom(&self, id: &str) -> bool {
        self.custom.contains(id)
    }

    /// Takes the first open call of this name, or the first one.
    pub(super) fn next_open(&mut self, name: Option<&str>) -> Option<Cow<'a, str>> {
        let named = name.and_then(|name| self.open.iter().position(|(_, open)| open == name));
        let position = named.unwrap_or(0);
        self.open.remove(position).map(|(id, _)| id)
    }

    /// Notes the members of a message that have no effect.
    pub(super) fn note_others(&self, message: &Object<'_>, path: &str, known: &[&str]) {
        for (name, value) in message.iter() {
            if known.contains(&name) || is_idle(value) {
                continue;
            }
            let reason = match name {
                "name" => "messages do not have the names of participants here",
                "annotations" => "the model does not read sources of earlier texts",
                "audio" => "the model does not read its earlier audio",
                "images" => "the model does not read its earlier images",
                _ => "unknown member",
            };
            self.notes.ignored(join(path, &quote(name)), reason);
        }
    }
}
