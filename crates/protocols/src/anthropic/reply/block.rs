//! [`OpenBlock`]: one block of the content that is being written, as an item or a part of one.

use orouter_wire::ItemStatus;

use super::citations::Citations;
use crate::output::{
    Items, OpenCall, OpenMessage, OpenReasoning, PartKind, ReasoningPiece, ToolNames,
};
use crate::reply::UpstreamEvent;

/// The kind of a block, by the pieces that it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text with its sources.
    Text,
    /// Thinking with its signature.
    Thinking,
    /// The input of a tool.
    Input,
    /// A block that has no counterpart in the output, such as the call of a tool that the provider
    /// runs. Its pieces are left out.
    Skipped,
}

/// A block that is being written. Its item is announced with its first content.
#[derive(Debug)]
pub(super) enum OpenBlock {
    Text(OpenText),
    Thinking(Option<OpenReasoning>),
    Call(Box<OpenInput>),
    /// The call of the tool that stands for the format of the output: its input is text.
    Output(Box<OpenOutput>),
    Skipped,
}

/// A text block. Texts that follow each other are parts of one message.
#[derive(Debug, Default)]
pub(super) struct OpenText {
    pub(super) message: Option<OpenMessage>,
    pub(super) citations: Citations,
}

/// The call of the tool that stands for the format of the output.
#[derive(Debug)]
pub(super) struct OpenOutput {
    pub(super) text: OpenText,
    /// The input at the beginning of the block, as in [`OpenInput`].
    pub(super) first: Option<String>,
    /// `true` until the block has input.
    pub(super) is_empty: bool,
}

/// The call of a tool of the client.
#[derive(Debug)]
pub(super) struct OpenInput {
    pub(super) call: OpenCall,
    /// The input at the beginning of the block. Most servers send an empty object there and the
    /// input in pieces; others send the whole input, and some of them the pieces too.
    pub(super) first: Option<String>,
}

impl OpenText {
    /// Appends text. Announces the message, and counts the bytes.
    pub(super) fn push(
        &mut self,
        text: String,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) {
        let kept = self
            .message
            .get_or_insert_with(|| OpenMessage::new(items, events))
            .push(PartKind::Text, text, Vec::new(), events);
        items.count(kept);
    }

    /// Ends the part of the message that is this block.
    fn end_part(&mut self, events: &mut Vec<UpstreamEvent>) {
        if let Some(message) = &mut self.message {
            let text = message.text();
            let annotations = text.map_or_else(Vec::new, |text| self.citations.annotations(text));
            message.end_part(annotations, events);
        }
    }

    fn end(mut self, status: ItemStatus, items: &mut Items, events: &mut Vec<UpstreamEvent>) {
        self.end_part(events);
        if let Some(message) = self.message {
            message.end(status, Vec::new(), items, events);
        }
    }
}

impl OpenOutput {
    fn push(&mut self, json: String, items: &mut Items, events: &mut Vec<UpstreamEvent>) {
        self.first = None;
        self.is_empty = false;
        self.text.push(json, items, events);
    }
}

impl OpenInput {
    fn push_first(
        &mut self,
        tools: &ToolNames,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) {
        if let Some(first) = self.first.take() {
            items.count(first.len());
            self.call.push(first, tools, items, events);
        }
    }
}

impl OpenBlock {
    /// Returns the kind of the block.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Thinking(_) => Kind::Thinking,
            Self::Call(_) | Self::Output(_) => Kind::Input,
            Self::Skipped => Kind::Skipped,
        }
    }

    /// Adds a piece of thinking.
    pub(super) fn think(
        &mut self,
        piece: ReasoningPiece,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) {
        if let Self::Thinking(item) = self {
            items.count(piece.length());
            item.get_or_insert_with(|| OpenReasoning::new(None, items, events))
                .push(piece, false, events);
        }
    }

    /// Adds a piece of the input of a tool.
    pub(super) fn input(
        &mut self,
        piece: String,
        tools: &ToolNames,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) {
        match self {
            Self::Call(input) => {
                items.count(piece.len());
                input.first = None;
                input.call.push(piece, tools, items, events);
            }
            Self::Output(output) => output.push(piece, items, events),
            Self::Text(_) | Self::Thinking(_) | Self::Skipped => {}
        }
    }

    /// The upstream has ended the block. Its item may go on. Returns `false` if the block needs no
    /// further event.
    pub(super) fn stop(
        &mut self,
        tools: &ToolNames,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) -> bool {
        match self {
            Self::Text(text) => {
                text.end_part(events);
                text.message.is_some()
            }
            Self::Output(output) => {
                if let Some(first) = output.first.take() {
                    output.push(first, items, events);
                }
                output.text.end_part(events);
                true
            }
            Self::Thinking(item) => item.is_some(),
            Self::Call(input) => {
                input.push_first(tools, items, events);
                if input.call.can_end_early() {
                    input.call.end(ItemStatus::Completed, items, events);
                    return false;
                }
                true
            }
            Self::Skipped => false,
        }
    }

    /// Ends the item of the block. If the reply is not `complete`, the item is incomplete, except for
    /// a call whose input is complete.
    pub(super) fn end(
        mut self,
        complete: bool,
        tools: &ToolNames,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) {
        if !self.stop(tools, items, events) {
            return;
        }
        let status = |complete: bool| {
            if complete {
                ItemStatus::Completed
            } else {
                ItemStatus::Incomplete
            }
        };
        match self {
            Self::Text(text) => text.end(status(complete), items, events),
            Self::Output(mut output) => {
                if output.is_empty && complete {
                    // No input is an empty object.
                    output.push("{}".to_owned(), items, events);
                }
                output.text.end(status(complete), items, events);
            }
            Self::Thinking(item) => {
                if let Some(item) = item {
                    item.end(status(complete), items, events);
                }
            }
            Self::Call(mut input) => {
                let whole = complete || input.call.is_complete();
                input.call.end(status(whole), items, events);
            }
            Self::Skipped => {}
        }
    }

    /// Returns `true` unless the block is a call whose input is cut.
    pub(super) fn is_whole(&mut self) -> bool {
        match self {
            Self::Call(input) => {
                input.call.arguments().trim().is_empty() || input.call.is_complete()
            }
            Self::Text(_) | Self::Thinking(_) | Self::Output(_) | Self::Skipped => true,
        }
    }
}
