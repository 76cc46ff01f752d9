//! [`OpenCall`]: one tool call that is being written.

use orouter_wire::{
    ArgumentsDone, CustomToolCall, Extra, FunctionCall, InputDone, Item, ItemDelta, ItemStatus,
    Raw, StreamEvent,
};

use super::custom_input;
use super::ids::mint;
use super::items::Items;
use super::object_scan::ObjectScan;
use super::tool_names::{ToolKind, ToolName, ToolNames};
use crate::reply::UpstreamEvent;

/// A tool call that is being written.
#[derive(Debug)]
pub(crate) struct OpenCall {
    call_id: Option<String>,
    name: String,
    arguments: String,
    scan: ObjectScan,
    /// Data that the provider needs back with the call.
    extra_content: Option<Raw>,
    /// `true` while the arguments are `{}`, which some servers send in front of the real ones, and
    /// no event has told of them.
    held: bool,
    /// `true` if the arguments are the input of a custom tool, without JSON around it.
    direct: bool,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Not announced: the name may go on.
    Pending,
    Open(Box<Announced>),
    Ended,
}

#[derive(Debug)]
struct Announced {
    item_id: String,
    output_index: u32,
    call_id: String,
    tool: ToolName,
}

impl OpenCall {
    /// Creates a call without id, name and arguments.
    pub(crate) fn new(direct: bool) -> Self {
        Self {
            call_id: None,
            name: String::new(),
            arguments: String::new(),
            scan: ObjectScan::default(),
            extra_content: None,
            held: false,
            direct,
            state: State::Pending,
        }
    }

    /// Returns the name at the upstream.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the arguments so far.
    pub(crate) fn arguments(&self) -> &str {
        &self.arguments
    }

    /// Returns `true` if the call uses this id as `call_id`.
    pub(crate) fn has_call_id(&self, id: &str) -> bool {
        self.call_id.as_deref() == Some(id)
    }

    /// Returns `true` if the arguments are a complete JSON object.
    pub(crate) fn is_complete(&mut self) -> bool {
        self.scan.is_object(&self.arguments)
    }

    pub(crate) fn is_pending(&self) -> bool {
        matches!(self.state, State::Pending)
    }

    /// Returns `true` if a piece cannot change the call any more.
    pub(crate) fn can_end_early(&mut self) -> bool {
        !self.direct && !self.held && self.is_complete()
    }

    /// Sets the `call_id`.
    pub(crate) fn set_call_id(&mut self, id: String) {
        self.call_id = Some(id);
    }

    /// Sets the data that the provider needs back with the call.
    pub(crate) fn set_extra_content(&mut self, extra_content: Raw) {
        self.extra_content = Some(extra_content);
    }

    /// Appends to the name, until the call is announced.
    pub(crate) fn push_name(&mut self, name: &str) {
        if self.is_pending() {
            self.name.push_str(name);
        }
    }

    /// Adds a piece of the arguments. The call is announced with its first arguments, if it has a
    /// name.
    pub(crate) fn push(
        &mut self,
        arguments: String,
        tools: &ToolNames,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) {
        if arguments.is_empty() || matches!(self.state, State::Ended) {
            return;
        }
        if self.is_pending() && !self.name.is_empty() {
            self.announce(tools, items, events);
        }
        self.push_arguments(arguments, events);
    }

    fn push_arguments(&mut self, arguments: String, events: &mut Vec<UpstreamEvent>) {
        let begins = self.arguments.is_empty();
        if !self.direct && begins && arguments.trim() == "{}" {
            self.held = true;
            self.append(&arguments);
            return;
        }
        if self.held {
            if arguments.trim_start().starts_with('{') {
                self.arguments.clear();
                self.scan = ObjectScan::default();
            }
            self.held = false;
            self.append(&arguments);
            let all = self.arguments.clone();
            self.delta(all, events);
            return;
        }
        // Some servers repeat the whole arguments at the end.
        let repeats = !self.direct && self.arguments == arguments && self.is_complete();
        if !repeats {
            self.append(&arguments);
            self.delta(arguments, events);
        }
    }

    fn append(&mut self, arguments: &str) {
        self.scan.push(arguments);
        self.arguments.push_str(arguments);
    }

    fn delta(&self, arguments: String, events: &mut Vec<UpstreamEvent>) {
        let State::Open(open) = &self.state else {
            return;
        };
        let delta = || ItemDelta::new(open.item_id.as_str(), open.output_index, arguments);
        match open.tool.kind {
            ToolKind::Function => {
                events.push(StreamEvent::FunctionCallArgumentsDelta(delta()).into());
            }
            ToolKind::Custom if self.direct => {
                events.push(StreamEvent::CustomToolCallInputDelta(delta()).into());
            }
            // The input is known when the JSON around it is complete.
            ToolKind::Custom => {}
        }
    }

    /// Announces the call if it is pending.
    pub(crate) fn announce(
        &mut self,
        tools: &ToolNames,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) {
        if !self.is_pending() {
            return;
        }
        let mut tool = tools.get(&self.name).cloned().unwrap_or_else(|| ToolName {
            name: self.name.clone(),
            namespace: None,
            kind: ToolKind::Function,
        });
        if self.direct {
            tool.kind = ToolKind::Custom;
        }
        let call_id = self.call_id.clone().unwrap_or_else(|| mint("call_"));
        let prefix = match tool.kind {
            ToolKind::Function => "fc_",
            ToolKind::Custom => "ctc_",
        };
        let mut open = Announced {
            item_id: mint(prefix),
            output_index: 0,
            call_id,
            tool,
        };
        open.output_index = items.add(open.item(String::new(), ItemStatus::InProgress), events);
        self.state = State::Open(Box::new(open));
        if !self.held && !self.arguments.is_empty() {
            self.delta(self.arguments.clone(), events);
        }
    }

    /// Ends the call if it is open.
    pub(crate) fn end(
        &mut self,
        status: ItemStatus,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) {
        if !self.direct && self.arguments.trim().is_empty() {
            // No arguments are an empty object.
            self.append("{}");
            self.delta("{}".to_owned(), events);
        } else if self.held {
            self.delta(self.arguments.clone(), events);
        }
        let State::Open(open) = std::mem::replace(&mut self.state, State::Ended) else {
            return;
        };
        let (id, index) = (open.item_id.as_str(), open.output_index);
        let arguments = std::mem::take(&mut self.arguments);
        match open.tool.kind {
            ToolKind::Function => {
                let name = open.tool.name.as_str();
                let done = ArgumentsDone::new(id, index, name, arguments.as_str());
                events.push(StreamEvent::FunctionCallArgumentsDone(done).into());
                let mut item = open.item(arguments.clone(), status);
                self.attach(&mut item);
                self.arguments = arguments;
                items.done(index, item, events);
            }
            ToolKind::Custom => {
                let input = if self.direct {
                    arguments.clone()
                } else {
                    custom_input::from_arguments(&arguments)
                };
                if !self.direct && !input.is_empty() {
                    let delta = ItemDelta::new(id, index, input.as_str());
                    events.push(StreamEvent::CustomToolCallInputDelta(delta).into());
                }
                let done = InputDone::new(id, index, input.as_str());
                events.push(StreamEvent::CustomToolCallInputDone(done).into());
                self.arguments = arguments;
                let mut item = open.item(input, status);
                self.attach(&mut item);
                items.done(index, item, events);
            }
        }
    }

    /// Puts the data that the provider needs back into the item, from where the next request takes
    /// it.
    fn attach(&self, item: &mut Item) {
        let extra: &mut Extra = match item {
            Item::FunctionCall(call) => &mut call.extra,
            Item::CustomToolCall(call) => &mut call.extra,
            _ => return,
        };
        if let Some(content) = &self.extra_content {
            extra.insert("extra_content", content.clone());
        }
    }
}

impl Announced {
    fn item(&self, arguments: String, status: ItemStatus) -> Item {
        let (call_id, name) = (self.call_id.as_str(), self.tool.name.as_str());
        match self.tool.kind {
            ToolKind::Function => {
                let mut call = FunctionCall::new(call_id, name, arguments);
                call.id = Some(self.item_id.clone());
                call.status = Some(status);
                call.namespace.clone_from(&self.tool.namespace);
                call.into()
            }
            ToolKind::Custom => {
                let mut call = CustomToolCall::new(call_id, name, arguments);
                call.id = Some(self.item_id.clone());
                call.status = Some(status);
                call.namespace.clone_from(&self.tool.namespace);
                call.into()
            }
        }
    }
}
