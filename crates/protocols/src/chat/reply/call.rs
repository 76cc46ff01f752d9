//! [`Call`]: a tool call of Chat Completions that is being written.

use orouter_wire::{ItemStatus, Raw};

use crate::output::{Items, OpenCall, ToolNames};
use crate::reply::UpstreamEvent;

/// A tool call that is being written, with the marks that pieces of it carry.
#[derive(Debug)]
pub(super) struct Call {
    index: Option<i64>,
    /// The id that the upstream sent, also if another call uses it as its `call_id`.
    upstream_id: String,
    /// The number of the last chunk with a piece of this call.
    chunk: u64,
    call: OpenCall,
}

impl Call {
    /// Creates a call without id, name and arguments.
    pub(super) fn new(index: Option<i64>, direct: bool) -> Self {
        Self {
            index,
            upstream_id: String::new(),
            chunk: 0,
            call: OpenCall::new(direct),
        }
    }

    pub(super) fn index(&self) -> Option<i64> {
        self.index
    }

    /// Returns the id at the upstream, or an empty string.
    pub(super) fn upstream_id(&self) -> &str {
        &self.upstream_id
    }

    /// Returns the name at the upstream.
    pub(super) fn name(&self) -> &str {
        self.call.name()
    }

    /// Returns the arguments so far.
    pub(super) fn arguments(&self) -> &str {
        self.call.arguments()
    }

    /// Returns `true` if the call uses this id as `call_id`.
    pub(super) fn has_call_id(&self, id: &str) -> bool {
        self.call.has_call_id(id)
    }

    /// Returns `true` if the arguments are a complete JSON object.
    pub(super) fn is_complete(&mut self) -> bool {
        self.call.is_complete()
    }

    pub(super) fn is_pending(&self) -> bool {
        self.call.is_pending()
    }

    /// Returns `true` if a piece cannot change the call any more.
    pub(super) fn can_end_early(&mut self) -> bool {
        self.call.can_end_early()
    }

    /// Records that the chunk with this number has a piece of the call.
    pub(super) fn touch(&mut self, chunk: u64) {
        self.chunk = chunk;
    }

    /// Returns `true` if the chunk with this number has a piece of the call.
    pub(super) fn is_touched(&self, chunk: u64) -> bool {
        self.chunk == chunk
    }

    /// Sets the id that the upstream sent. It becomes the `call_id` if it is `unused`.
    pub(super) fn set_id(&mut self, id: String, unused: bool) {
        if unused {
            self.call.set_call_id(id.clone());
        }
        self.upstream_id = id;
    }

    /// Sets the data that the provider needs back with the call.
    pub(super) fn set_extra_content(&mut self, extra_content: Raw) {
        self.call.set_extra_content(extra_content);
    }

    /// Adds a piece. The call is announced with its first arguments.
    pub(super) fn push(
        &mut self,
        name: Option<String>,
        arguments: String,
        tools: &ToolNames,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) {
        // A name that comes again is not a part of it.
        if let Some(name) = name.filter(|name| name != self.call.name()) {
            self.call.push_name(&name);
        }
        self.call.push(arguments, tools, items, events);
    }

    /// Announces the call if it is pending.
    pub(super) fn announce(
        &mut self,
        tools: &ToolNames,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) {
        self.call.announce(tools, items, events);
    }

    /// Ends the call if it is open.
    pub(super) fn end(
        &mut self,
        status: ItemStatus,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) {
        self.call.end(status, items, events);
    }
}
