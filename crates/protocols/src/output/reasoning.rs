//! [`OpenReasoning`]: the reasoning item that is being written.

use orouter_wire::{
    ContentPart, Item, ItemStatus, PartEvent, ReasoningFormat, ReasoningItem, ReasoningText,
    StreamEvent, SummaryPart, SummaryPartEvent, SummaryText, SummaryTextDelta, SummaryTextDone,
    TextDelta, TextDone,
};

use super::ids::mint;
use super::items::Items;
use super::reasoning_piece::{ReasoningPiece, TextKind};
use crate::reply::UpstreamEvent;

/// The reasoning item that is being written.
///
/// A provider that signs or encrypts its reasoning wants each block back as it was, so an item holds
/// at most one signature and one encrypted text, and a signed block is an item of its own.
#[derive(Debug)]
pub(crate) struct OpenReasoning {
    item: ReasoningItem,
    id: String,
    index: u32,
    open: Option<OpenText>,
    /// `true` as long as all text came from members without blocks.
    plain: bool,
}

#[derive(Debug)]
struct OpenText {
    kind: TextKind,
    block: Option<i64>,
    text: String,
}

impl OpenReasoning {
    /// Announces a reasoning item with the provider's id, or with a new one if the provider has none
    /// or has used it before.
    pub(crate) fn new(
        id: Option<String>,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) -> Self {
        let (id, item) = blank(id, items);
        let index = items.add(Item::from(item.clone()), events);
        Self {
            item,
            id,
            index,
            open: None,
            plain: true,
        }
    }

    /// Returns the text if all of it came from members without blocks.
    pub(crate) fn plain_text(&self) -> Option<&str> {
        let open = self.open.as_ref()?;
        (self.plain && self.item.content.is_none() && self.item.summary.as_ref()?.is_empty())
            .then_some(open.text.as_str())
    }

    /// Returns `true` if the piece belongs to this item.
    pub(crate) fn takes(&self, piece: &ReasoningPiece) -> bool {
        let signed = self.item.signature.is_some();
        let encrypted = self.item.encrypted_content.is_some();
        let differs = |own: Option<&str>, new: &Option<String>| match (own, new) {
            (Some(own), Some(new)) => own != new,
            _ => false,
        };
        let own_format = self.item.format.as_ref().map(ReasoningFormat::as_str);
        if differs(own_format, &piece.format) {
            return false;
        }
        if let Some((kind, _)) = &piece.text {
            let other_block = self.open.as_ref().is_some_and(|open| {
                let both = open.block.is_some() && piece.block.is_some();
                both && open.block != piece.block && *kind == TextKind::Text
            });
            if signed || encrypted || other_block {
                return false;
            }
        }
        if piece.encrypted.is_some() {
            let other_id = piece.id.as_ref().is_some_and(|id| *id != self.id);
            if signed || encrypted || other_id || piece.signature.is_some() {
                return false;
            }
        }
        !(piece.signature.is_some() && (signed || encrypted))
    }

    /// Adds a piece that the item [takes](Self::takes).
    pub(crate) fn push(
        &mut self,
        piece: ReasoningPiece,
        plain: bool,
        events: &mut Vec<UpstreamEvent>,
    ) {
        if let Some((kind, delta)) = piece.text {
            self.plain &= plain;
            self.push_text(kind, piece.block, delta, events);
        }
        attach(
            &mut self.item,
            piece.encrypted,
            piece.signature,
            piece.format,
        );
    }

    fn push_text(
        &mut self,
        kind: TextKind,
        block: Option<i64>,
        delta: String,
        events: &mut Vec<UpstreamEvent>,
    ) {
        if delta.is_empty() {
            return;
        }
        let continues = |open: &OpenText| {
            open.kind == kind && (open.block == block || open.block.is_none() || block.is_none())
        };
        if !self.open.as_ref().is_some_and(continues) {
            self.end_text(events);
        }
        let number = self.number(kind);
        let (id, index) = (self.id.as_str(), self.index);
        let open =
            self.open.get_or_insert_with(|| {
                events.push(UpstreamEvent::from(match kind {
                    TextKind::Text => {
                        let part = ContentPart::ReasoningText(ReasoningText::new(""));
                        StreamEvent::ContentPartAdded(PartEvent::new(id, index, number, part))
                    }
                    TextKind::Summary => StreamEvent::ReasoningSummaryPartAdded(
                        SummaryPartEvent::new(id, index, number, SummaryText::new("")),
                    ),
                }));
                OpenText {
                    kind,
                    block,
                    text: String::new(),
                }
            });
        open.text.push_str(&delta);
        events.push(UpstreamEvent::from(match kind {
            TextKind::Text => {
                StreamEvent::ReasoningTextDelta(TextDelta::new(id, index, number, delta))
            }
            TextKind::Summary => {
                let event = SummaryTextDelta::new(id, index, number, delta);
                StreamEvent::ReasoningSummaryTextDelta(event)
            }
        }));
    }

    fn number(&self, kind: TextKind) -> u32 {
        let length = match kind {
            TextKind::Text => self.item.content.as_ref().map_or(0, Vec::len),
            TextKind::Summary => self.item.summary.as_ref().map_or(0, Vec::len),
        };
        u32::try_from(length).unwrap_or(u32::MAX)
    }

    fn end_text(&mut self, events: &mut Vec<UpstreamEvent>) {
        let Some(OpenText { kind, text, .. }) = self.open.take() else {
            return;
        };
        let number = self.number(kind);
        let (id, index) = (self.id.as_str(), self.index);
        match kind {
            TextKind::Text => {
                let done = TextDone::new(id, index, number, text.as_str());
                events.push(StreamEvent::ReasoningTextDone(done).into());
                let part = ContentPart::ReasoningText(ReasoningText::new(text));
                let event = PartEvent::new(id, index, number, part.clone());
                events.push(StreamEvent::ContentPartDone(event).into());
                self.item.content.get_or_insert_default().push(part);
            }
            TextKind::Summary => {
                let done = SummaryTextDone::new(id, index, number, text.as_str());
                events.push(StreamEvent::ReasoningSummaryTextDone(done).into());
                let part = SummaryPart::SummaryText(SummaryText::new(text));
                let event = SummaryPartEvent::new(id, index, number, part.clone());
                events.push(StreamEvent::ReasoningSummaryPartDone(event).into());
                self.item.summary.get_or_insert_default().push(part);
            }
        }
    }

    /// Ends the item.
    pub(crate) fn end(
        mut self,
        status: ItemStatus,
        items: &mut Items,
        events: &mut Vec<UpstreamEvent>,
    ) {
        self.end_text(events);
        self.item.status = Some(status);
        items.done(self.index, self.item.into(), events);
    }
}

/// Adds a reasoning item without text: encrypted data or a signature that came after the text.
pub(crate) fn add_reasoning(
    piece: ReasoningPiece,
    items: &mut Items,
    events: &mut Vec<UpstreamEvent>,
) {
    let (_, mut item) = blank(piece.id, items);
    item.status = Some(ItemStatus::Completed);
    attach(&mut item, piece.encrypted, piece.signature, piece.format);
    items.add_whole(item.into(), events);
}

fn blank(id: Option<String>, items: &Items) -> (String, ReasoningItem) {
    let own = id.filter(|id| !id.is_empty() && !items.has_id(id));
    let id = own.unwrap_or_else(|| mint("rs_"));
    let mut item = ReasoningItem::default();
    item.id = Some(id.clone());
    item.status = Some(ItemStatus::InProgress);
    item.summary = Some(Vec::new());
    (id, item)
}

fn attach(
    item: &mut ReasoningItem,
    encrypted: Option<String>,
    signature: Option<String>,
    format: Option<String>,
) {
    if encrypted.is_some() {
        item.encrypted_content = encrypted;
    }
    if signature.is_some() {
        item.signature = signature;
    }
    if item.format.is_none() {
        item.format = format.map(ReasoningFormat::from);
    }
}
