//! Growth of the parts of messages and of reasoning.

use crate::content::{ContentPart, OutputAudio, OutputText, ReasoningText, Refusal};
use crate::event::kind::Kind;
use crate::event::payload::grown_text;
use crate::event::{
    AnnotationEvent, AudioDelta, PartDelta, PartEvent, RefusalDone, SummaryPartEvent,
    SummaryTextDelta, SummaryTextDone, TextDelta, TextDone, TranscriptDelta,
};
use crate::item::{Item, MessageContent, SummaryPart, SummaryText};
use crate::logprobs::Logprob;

use super::assembler::Assembler;
use super::{base64, fill, parts};

impl Assembler {
    pub(super) fn text_delta(&mut self, e: &TextDelta) {
        let found = self.message_part(e.output_index, &e.item_id, e.content_index, Wanted::Text);
        if let Some((item, at)) = found {
            self.add_text(item, at, &e.delta);
            if let Some(part) = self.part(item, at).filter(|_| e.logprobs.is_some()) {
                add_logprobs(part, e.logprobs.as_deref());
            }
        }
    }

    pub(super) fn text_done(&mut self, e: &TextDone) {
        let found = self.message_part(e.output_index, &e.item_id, e.content_index, Wanted::Text);
        if let Some((item, at)) = found {
            self.set_text(item, at, &e.text);
            if let Some(part) = self.part(item, at) {
                set_logprobs(part, e.logprobs.as_deref());
            }
        }
    }

    pub(super) fn annotation_added(&mut self, e: &AnnotationEvent) {
        let found = self.message_part(e.output_index, &e.item_id, e.content_index, Wanted::Text);
        let part = found.and_then(|(item, at)| self.part(item, at));
        if let (Some(ContentPart::OutputText(part)), Some(annotation)) =
            (part, e.annotation.as_deref())
        {
            let list = part.annotations.get_or_insert_default();
            match list.get_mut(e.annotation_index as usize) {
                Some(known) => known.clone_from(annotation),
                None => list.push(annotation.clone()),
            }
        }
    }

    pub(super) fn refusal_delta(&mut self, e: &TextDelta) {
        let found = self.message_part(e.output_index, &e.item_id, e.content_index, Wanted::Refusal);
        if let Some(part) = found.and_then(|(item, at)| self.part(item, at)) {
            add(part, &e.delta);
        }
    }

    pub(super) fn refusal_done(&mut self, e: &RefusalDone) {
        let found = self.message_part(e.output_index, &e.item_id, e.content_index, Wanted::Refusal);
        if let Some(part) = found.and_then(|(item, at)| self.part(item, at)) {
            set(part, &e.refusal);
        }
    }

    pub(super) fn reasoning_delta(&mut self, e: &TextDelta) {
        if let Some(part) = self.reasoning_part(e.output_index, &e.item_id, e.content_index) {
            add(part, &e.delta);
        }
    }

    pub(super) fn reasoning_done(&mut self, e: &TextDone) {
        if let Some(part) = self.reasoning_part(e.output_index, &e.item_id, e.content_index) {
            set(part, &e.text);
        }
    }

    /// Takes a whole part. `begins` says that deltas may follow.
    pub(super) fn whole_part(&mut self, e: &PartEvent, begins: bool) {
        let Some(part) = e.part.as_deref() else {
            return;
        };
        let (index, id, number) = (e.output_index, &e.item_id, e.content_index);
        if matches!(part, ContentPart::ReasoningText(_)) {
            if let Some(known) = self.reasoning_part(index, id, number) {
                let old = std::mem::replace(known, part.clone());
                fill::part(known, old);
            }
        } else if let Some((item, at)) = self.message_part(index, id, number, Wanted::Part(part)) {
            self.set_part(item, at, part, begins);
        }
    }

    pub(super) fn part_delta(&mut self, e: &PartDelta) {
        let found = self.message_part(e.output_index, &e.item_id, e.content_index, Wanted::Any);
        if let Some((item, at)) = found {
            match self.part(item, at) {
                Some(part) if !Wanted::Text.fits(part) => add(part, &e.delta),
                _ => self.add_text(item, at, &e.delta),
            }
        }
    }

    pub(super) fn summary_delta(&mut self, e: &SummaryTextDelta) {
        let part = self.summary_part(e.output_index, &e.item_id, e.summary_index);
        if let Some(text) = part.and_then(SummaryPart::text_mut) {
            text.push_str(&e.delta);
        }
    }

    pub(super) fn summary_done(&mut self, e: &SummaryTextDone) {
        let part = self.summary_part(e.output_index, &e.item_id, e.summary_index);
        if let Some(text) = part.and_then(SummaryPart::text_mut) {
            replace(text, &e.text);
        }
    }

    pub(super) fn whole_summary_part(&mut self, e: &SummaryPartEvent) {
        let known = self.summary_part(e.output_index, &e.item_id, e.summary_index);
        if let (Some(known), Some(part)) = (known, e.part.as_deref()) {
            let old = std::mem::replace(known, part.clone());
            fill::summary(known, old);
        }
    }

    pub(super) fn audio_delta(&mut self, e: &AudioDelta) {
        if let Some(audio) = self.audio() {
            base64::append(&mut audio.data, &e.delta);
        }
    }

    pub(super) fn transcript_delta(&mut self, e: &TranscriptDelta) {
        if let Some(audio) = self.audio() {
            audio.transcript.get_or_insert_default().push_str(&e.delta);
        }
    }

    /// The positions of a message and of a part of it, both begun if they are new.
    fn message_part(
        &mut self,
        index: u32,
        id: &str,
        part: u32,
        wanted: Wanted<'_>,
    ) -> Option<(usize, usize)> {
        let item = self.find(index, id, Kind::Message)?;
        let slot = self.slots.get_mut(item)?;
        let Item::Message(message) = self.response.output.get_mut(item)? else {
            return None;
        };
        parts::make_list(message);
        let Some(MessageContent::Parts(list)) = &mut message.content else {
            return None;
        };
        let known = slot.parts.find(part);
        if let Some(at) = known {
            if list.get(at).is_some_and(|part| wanted.fits(part)) {
                return Some((item, at));
            }
            // Parts of several kinds share a number.
            if let Some(at) = list.iter().rposition(|part| wanted.fits(part)) {
                return Some((item, at));
            }
        }
        let number = known.map_or(part, |_| slot.parts.next());
        let at = slot.parts.insert(number).min(list.len());
        list.insert(at, wanted.blank());
        Some((item, at))
    }

    /// The part at this position of a message.
    fn part(&mut self, item: usize, at: usize) -> Option<&mut ContentPart> {
        match self.response.output.get_mut(item)? {
            Item::Message(message) => match &mut message.content {
                Some(MessageContent::Parts(list)) => list.get_mut(at),
                _ => None,
            },
            _ => None,
        }
    }

    /// Takes a whole part in place of what is known of it. `begins` says that deltas may follow.
    fn set_part(&mut self, item: usize, at: usize, whole: &ContentPart, begins: bool) {
        let Some(part) = self.part(item, at) else {
            return;
        };
        let old = std::mem::replace(part, whole.clone());
        if part.text() == old.text() {
            fill::part(part, old);
            return;
        }
        let (Some(text), true) = (part.text().map(str::to_owned), Wanted::Text.fits(part)) else {
            fill::part(part, old);
            return;
        };
        // `set_text` finds out what of the text is new.
        let before = old.text().unwrap_or_default().to_owned();
        if let Some(text) = parts::text_mut(part) {
            text.clone_from(&before);
        }
        fill::part(part, old);
        let first = self.spans.len();
        self.set_text(item, at, &text);
        if begins && before.is_empty() {
            self.preview(item, first);
        }
    }

    /// A part of the reasoning's own text.
    fn reasoning_part(&mut self, index: u32, id: &str, part: u32) -> Option<&mut ContentPart> {
        let (item, slot) = self.with_slot(index, id, Kind::Reasoning)?;
        let Item::Reasoning(reasoning) = item else {
            return None;
        };
        let list = reasoning.content.get_or_insert_default();
        let at = match slot.parts.find(part) {
            Some(at) => at,
            None => {
                let at = slot.parts.insert(part).min(list.len());
                list.insert(at, ContentPart::ReasoningText(ReasoningText::default()));
                at
            }
        };
        list.get_mut(at)
    }

    /// A part of the reasoning's summary.
    fn summary_part(&mut self, index: u32, id: &str, part: u32) -> Option<&mut SummaryPart> {
        let (item, slot) = self.with_slot(index, id, Kind::Reasoning)?;
        let Item::Reasoning(reasoning) = item else {
            return None;
        };
        let list = reasoning.summary.get_or_insert_default();
        let at = match slot.summary.find(part) {
            Some(at) => at,
            None => {
                let at = slot.summary.insert(part).min(list.len());
                list.insert(at, SummaryPart::SummaryText(SummaryText::default()));
                at
            }
        };
        list.get_mut(at)
    }

    /// The sound of the last message: its events name no item.
    fn audio(&mut self) -> Option<&mut OutputAudio> {
        let (item, slot) = self.last_message()?;
        let Item::Message(message) = item else {
            return None;
        };
        parts::make_list(message);
        let Some(MessageContent::Parts(list)) = &mut message.content else {
            return None;
        };
        let audio = list
            .iter()
            .rposition(|part| matches!(part, ContentPart::OutputAudio(_)));
        let at = match audio {
            Some(at) => at,
            None => {
                let at = slot.parts.insert(slot.parts.next()).min(list.len());
                list.insert(at, ContentPart::OutputAudio(OutputAudio::default()));
                at
            }
        };
        match list.get_mut(at) {
            Some(ContentPart::OutputAudio(audio)) => Some(audio),
            _ => None,
        }
    }
}

/// Which part an event is about.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    Text,
    Refusal,
    /// A part of this kind.
    Part(&'a ContentPart),
    /// A part of any kind; text if it is new.
    Any,
}

impl Wanted<'_> {
    fn fits(self, part: &ContentPart) -> bool {
        match self {
            Wanted::Text => matches!(part, ContentPart::OutputText(_) | ContentPart::Text(_)),
            Wanted::Refusal => matches!(part, ContentPart::Refusal(_)),
            Wanted::Part(whole) => {
                std::mem::discriminant(whole) == std::mem::discriminant(part)
                    || grown_text(part).is_some_and(str::is_empty)
            }
            Wanted::Any => true,
        }
    }

    fn blank(self) -> ContentPart {
        match self {
            Wanted::Refusal => ContentPart::Refusal(Refusal::default()),
            Wanted::Part(part) => {
                let mut part = part.clone();
                if let Some(text) = parts::text_mut(&mut part) {
                    text.clear();
                }
                part
            }
            Wanted::Text | Wanted::Any => ContentPart::OutputText(OutputText::new("")),
        }
    }
}

fn add(part: &mut ContentPart, delta: &str) {
    if let Some(text) = parts::text_mut(part) {
        text.push_str(delta);
    }
}

fn set(part: &mut ContentPart, whole: &str) {
    if let Some(text) = parts::text_mut(part) {
        replace(text, whole);
    }
}

/// Takes the whole text in place of what the deltas made, unless it is empty.
pub(super) fn replace(text: &mut String, whole: &str) {
    if !whole.is_empty() && text != whole {
        whole.clone_into(text);
    }
}

fn add_logprobs(part: &mut ContentPart, logprobs: Option<&[Logprob]>) {
    if let (ContentPart::OutputText(part), Some([_, ..])) = (part, logprobs) {
        let list = part.logprobs.get_or_insert_default();
        list.extend_from_slice(logprobs.unwrap_or_default());
    }
}

fn set_logprobs(part: &mut ContentPart, logprobs: Option<&[Logprob]>) {
    if let (ContentPart::OutputText(part), Some(logprobs @ [_, ..])) = (part, logprobs) {
        part.logprobs = Some(logprobs.to_vec());
    }
}
