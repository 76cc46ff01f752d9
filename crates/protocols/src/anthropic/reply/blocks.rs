//! [`Blocks`]: the blocks of a reply, and which of them a piece belongs to.

use std::sync::Arc;

use orouter_wire::{Item, ItemStatus};

use super::block::{Kind, OpenBlock, OpenInput, OpenOutput, OpenText};
use super::model::{Block, Delta, Input};
use crate::output::{
    Items, OpenCall, OpenMessage, PartKind, ReasoningPiece, ReplyContext, TextKind, add_reasoning,
};
use crate::reply::UpstreamEvent;

/// Maximum number of blocks that are open at once.
const MAX_OPEN_BLOCKS: usize = 1024;

/// The blocks of a reply.
///
/// A piece belongs to the block with its number. Some servers reuse or mix up numbers: a block that
/// begins with the number of an open one ends that one, and a piece of another kind than the block
/// with its number continues the last open block of its kind, or begins one.
///
/// The item of a block ends when the next block begins, because only then it is known that the reply
/// did not break off in it, and because the texts of blocks that follow each other are parts of one
/// message. Calls end as soon as their input is complete.
#[derive(Debug)]
pub(super) struct Blocks {
    context: Arc<ReplyContext>,
    items: Items,
    open: Vec<(i64, OpenBlock)>,
    /// The last block that the upstream has ended, while its item is open.
    tail: Option<(i64, OpenBlock)>,
    /// Numbers of blocks that the beginning of the message contained.
    given: Vec<i64>,
    call_ids: Vec<String>,
    next: i64,
    has_answer: bool,
}

impl Blocks {
    /// Creates the blocks of the reply to a request.
    pub(super) fn new(context: Arc<ReplyContext>) -> Self {
        Self {
            context,
            items: Items::default(),
            open: Vec::new(),
            tail: None,
            given: Vec::new(),
            call_ids: Vec::new(),
            next: 0,
            has_answer: false,
        }
    }

    /// Begins a block.
    pub(super) fn start(
        &mut self,
        index: Option<i64>,
        block: Block,
        events: &mut Vec<UpstreamEvent>,
    ) {
        let index = index.unwrap_or(self.next);
        self.stop(Some(index), events);
        let Some(kind) = kind_of(&block) else {
            return;
        };
        if self.given.contains(&index) {
            self.add(index, OpenBlock::Skipped);
            return;
        }
        match kind {
            Kind::Text => self.start_text(index, block, events),
            Kind::Thinking => self.start_thinking(index, block, events),
            Kind::Input => self.start_call(index, block, events),
            Kind::Skipped => {
                if !matches!(self.tail, Some((_, OpenBlock::Text(_)))) {
                    self.end_tail(events);
                }
                self.add(index, OpenBlock::Skipped);
            }
        }
    }

    /// Adds a block that is complete.
    pub(super) fn add_whole(&mut self, index: i64, block: Block, events: &mut Vec<UpstreamEvent>) {
        self.start(Some(index), block, events);
        self.stop(Some(index), events);
    }

    /// Adds a block that the beginning of the message contains. A block that begins with its number
    /// later is the same one.
    pub(super) fn add_given(&mut self, index: i64, block: Block, events: &mut Vec<UpstreamEvent>) {
        let before = self.items.len();
        self.add_whole(index, block, events);
        if self.items.len() > before {
            self.given.push(index);
        }
    }

    fn add(&mut self, index: i64, block: OpenBlock) {
        self.next = self.next.max(index.saturating_add(1));
        self.open.push((index, block));
    }

    fn start_text(&mut self, index: i64, block: Block, events: &mut Vec<UpstreamEvent>) {
        let mut text = OpenText {
            message: self.continued(events),
            ..OpenText::default()
        };
        for citation in block.citations.into_iter().flatten() {
            self.items.count(text.citations.add(citation));
        }
        if let Some(first) = filled(block.text) {
            self.has_answer = true;
            text.push(first, &mut self.items, events);
        }
        self.add(index, OpenBlock::Text(text));
    }

    fn start_thinking(&mut self, index: i64, block: Block, events: &mut Vec<UpstreamEvent>) {
        self.end_tail(events);
        let piece = ReasoningPiece {
            text: filled(block.thinking).map(|text| (TextKind::Text, text)),
            encrypted: filled(block.data),
            signature: filled(block.signature),
            ..ReasoningPiece::default()
        }
        .with_anthropic_format();
        if piece.encrypted.is_some() {
            // It comes as a whole.
            self.items.count(piece.length());
            add_reasoning(piece, &mut self.items, events);
            self.add(index, OpenBlock::Skipped);
            return;
        }
        let mut open = OpenBlock::Thinking(None);
        if !piece.is_empty() {
            open.think(piece, &mut self.items, events);
        }
        self.add(index, open);
    }

    fn start_call(&mut self, index: i64, block: Block, events: &mut Vec<UpstreamEvent>) {
        let name = block.name.unwrap_or_default();
        let first = block.input.and_then(Input::into_text);
        self.has_answer = true;
        if self.context.answers_with(&name) {
            let text = OpenText {
                message: self.continued(events),
                ..OpenText::default()
            };
            let output = OpenOutput {
                text,
                first,
                is_empty: true,
            };
            self.add(index, OpenBlock::Output(Box::new(output)));
            return;
        }
        self.end_tail(events);
        let mut call = OpenCall::new(false);
        if let Some(id) = filled(block.id).filter(|id| !self.call_ids.contains(id)) {
            self.call_ids.push(id.clone());
            call.set_call_id(id);
        }
        self.items.count(name.len());
        call.push_name(&name);
        call.announce(&self.context.tools, &mut self.items, events);
        let input = Box::new(OpenInput { call, first });
        self.add(index, OpenBlock::Call(input));
    }

    /// Adds a piece of a block.
    pub(super) fn delta(
        &mut self,
        index: Option<i64>,
        delta: Delta,
        events: &mut Vec<UpstreamEvent>,
    ) {
        let named = self.open.iter().rev().find(|(own, _)| Some(*own) == index);
        if named.is_some_and(|(_, block)| block.kind() == Kind::Skipped) {
            return;
        }
        if let Some(text) = filled(delta.text) {
            self.has_answer = true;
            let at = self.place(index, Kind::Text, events);
            if let Some((OpenBlock::Text(open), items)) = self.block(at) {
                open.push(text, items, events);
            }
        }
        if let Some(citation) = delta.citation {
            let at = self.place(index, Kind::Text, events);
            if let Some((OpenBlock::Text(open), items)) = self.block(at) {
                items.count(open.citations.add(*citation));
            }
        }
        let piece = ReasoningPiece {
            text: filled(delta.thinking).map(|text| (TextKind::Text, text)),
            signature: filled(delta.signature),
            ..ReasoningPiece::default()
        }
        .with_anthropic_format();
        if !piece.is_empty() {
            let at = self.place(index, Kind::Thinking, events);
            if let Some((open, items)) = self.block(at) {
                open.think(piece, items, events);
            }
        }
        if let Some(json) = filled(delta.partial_json) {
            let at = self.place(index, Kind::Input, events);
            let context = Arc::clone(&self.context);
            if let Some((open, items)) = self.block(at) {
                open.input(json, &context.tools, items, events);
            }
        }
    }

    fn block(&mut self, at: Option<usize>) -> Option<(&mut OpenBlock, &mut Items)> {
        let (_, block) = self.open.get_mut(at?)?;
        Some((block, &mut self.items))
    }

    /// Returns the place of the open block that a piece of this kind belongs to. Begins one if there
    /// is none. `None` for the input of an unknown tool.
    fn place(
        &mut self,
        index: Option<i64>,
        kind: Kind,
        events: &mut Vec<UpstreamEvent>,
    ) -> Option<usize> {
        let is = |(own, block): &(i64, OpenBlock)| Some(*own) == index && block.kind() == kind;
        if let Some(at) = self.open.iter().rposition(is) {
            return Some(at);
        }
        if let Some(tail) = self.tail.take_if(|tail| is(tail)) {
            // A piece after the end of its block.
            self.open.push(tail);
            return self.open.len().checked_sub(1);
        }
        let of_kind = |(_, block): &(i64, OpenBlock)| block.kind() == kind;
        if let Some(at) = self.open.iter().rposition(of_kind) {
            return Some(at);
        }
        let index = index.unwrap_or(self.next);
        match kind {
            Kind::Text => self.start_text(index, Block::default(), events),
            Kind::Thinking => self.start_thinking(index, Block::default(), events),
            Kind::Input | Kind::Skipped => return None,
        }
        self.open.len().checked_sub(1)
    }

    /// Ends a block. Without a number, the last one.
    pub(super) fn stop(&mut self, index: Option<i64>, events: &mut Vec<UpstreamEvent>) {
        let last = self.open.last().map(|(own, _)| *own);
        let Some(index) = index.or(last) else {
            return;
        };
        while let Some(at) = self.open.iter().position(|(own, _)| *own == index) {
            let (_, block) = self.open.remove(at);
            self.settle(index, block, events);
        }
    }

    /// Takes a block that the upstream has ended.
    fn settle(&mut self, index: i64, mut block: OpenBlock, events: &mut Vec<UpstreamEvent>) {
        if block.stop(&self.context.tools, &mut self.items, events) {
            self.end_tail(events);
            self.tail = Some((index, block));
        }
    }

    /// Ends the item of the last block: another one follows.
    fn end_tail(&mut self, events: &mut Vec<UpstreamEvent>) {
        if let Some((_, block)) = self.tail.take() {
            block.end(true, &self.context.tools, &mut self.items, events);
        }
    }

    /// Returns the message that a text continues, or ends the item of the last block.
    fn continued(&mut self, events: &mut Vec<UpstreamEvent>) -> Option<OpenMessage> {
        let message = self.take_last_message();
        if message.is_none() {
            self.end_tail(events);
        }
        message
    }

    /// Returns the message of the last block if it is the last item.
    fn take_last_message(&mut self) -> Option<OpenMessage> {
        let length = self.items.len();
        let Some((_, OpenBlock::Text(text))) = &mut self.tail else {
            return None;
        };
        let is_last = |message: &mut OpenMessage| {
            usize::try_from(message.index()).is_ok_and(|index| index + 1 == length)
        };
        let message = text.message.take_if(is_last)?;
        self.tail = None;
        Some(message)
    }

    /// Forgets the blocks that have no content yet.
    pub(super) fn clear(&mut self) {
        self.open.clear();
        self.next = 0;
    }

    /// Returns `true` if no item was announced.
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Returns `true` if the reply has text or calls, and no call is cut.
    pub(super) fn is_whole_answer(&mut self) -> bool {
        let tail = self.tail.iter_mut();
        let mut blocks = self.open.iter_mut().chain(tail);
        self.has_answer && blocks.all(|(_, block)| block.is_whole())
    }

    /// Returns the reason if the reply is larger than it may be.
    pub(super) fn excess(&self) -> Option<String> {
        if self.open.len() > MAX_OPEN_BLOCKS {
            return Some(format!(
                "the provider's reply has more than {MAX_OPEN_BLOCKS} open blocks"
            ));
        }
        self.items.excess()
    }

    /// Ends all items and returns them. The text of a refusal becomes a part of the last message.
    pub(super) fn end(
        &mut self,
        complete: bool,
        refusal: Option<String>,
        events: &mut Vec<UpstreamEvent>,
    ) -> Vec<Item> {
        let mut open = std::mem::take(&mut self.open);
        let last = open.pop();
        if last.is_some() {
            self.end_tail(events);
        }
        for (_, block) in open {
            block.end(complete, &self.context.tools, &mut self.items, events);
        }
        if let Some((index, block)) = last {
            self.settle(index, block, events);
        }
        let message = refusal.as_ref().and_then(|_| self.take_last_message());
        if let Some((_, block)) = self.tail.take() {
            block.end(complete, &self.context.tools, &mut self.items, events);
        }
        if let Some(text) = refusal {
            let items = &mut self.items;
            let mut message = message.unwrap_or_else(|| OpenMessage::new(items, events));
            let kept = message.push(PartKind::Refusal, text, Vec::new(), events);
            items.count(kept);
            message.end(ItemStatus::Incomplete, Vec::new(), items, events);
        }
        self.items.take()
    }
}

/// Returns the kind of a block by its type, or by its members if it has none.
fn kind_of(block: &Block) -> Option<Kind> {
    match block.r#type.as_deref().unwrap_or_default() {
        "text" => Some(Kind::Text),
        "thinking" | "redacted_thinking" => Some(Kind::Thinking),
        "tool_use" => Some(Kind::Input),
        "" if block.name.is_some() => Some(Kind::Input),
        "" if block.thinking.is_some() || block.data.is_some() => Some(Kind::Thinking),
        "" if block.text.is_some() => Some(Kind::Text),
        "" => None,
        _ => Some(Kind::Skipped),
    }
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
