//! The members that payloads of events share.

use super::change::{Change, ItemChange, PartChange, PartList};
use super::class::EventClass;
use super::debug::DebugEvent;
use super::failure::ErrorEvent;
use super::fusion::{
    FusionAnalysisCompleted, FusionAnalysisStarted, FusionPanelAdded, FusionPanelCompleted,
    FusionPanelDelta, FusionPanelFailed,
};
use super::lifecycle::{ItemEvent, Keepalive, ResponseEvent};
use super::part::{
    AnnotationEvent, PartDelta, PartEvent, RefusalDone, SummaryPartEvent, SummaryTextDelta,
    SummaryTextDone, TextDelta, TextDone,
};
use super::progress::{
    ArgumentsDone, AudioDelta, AudioDone, CodeDone, DiffDone, InputDone, ItemDelta, ItemProgress,
    PartialImage, TranscriptDelta,
};
use super::shell::{ShellCommandDelta, ShellCommandEvent, ShellOutputDelta, ShellOutputDone};
use super::steer::{SteerAccepted, SteerFailed, SteerPending};
use crate::content::ContentPart;
use crate::item::{Item, SummaryPart};
use crate::response::Response;

/// The payload of an event. The methods read the members that several payloads have; the defaults
/// are those of a payload that is not about an item.
pub(super) trait Payload: Sized {
    /// The whole response.
    fn response(&self) -> Option<&Response> {
        None
    }

    fn into_response(self) -> Option<Response> {
        None
    }

    /// The whole item.
    fn item(&self) -> Option<&Item> {
        None
    }

    fn into_item(self) -> Option<Item> {
        None
    }

    /// The failure of the stream.
    fn error(&self) -> Option<&ErrorEvent> {
        None
    }

    fn output_index(&self) -> Option<u32> {
        None
    }

    /// The item's id as it was sent; it can be empty.
    fn item_id(&self) -> Option<&str> {
        None
    }

    /// The part that the event is about: its list and its number there.
    fn part(&self) -> Option<(PartList, u32)> {
        None
    }

    /// The text that the event adds, or the part's text as a whole.
    fn text(&self) -> Option<&str> {
        None
    }

    /// The change to an item that an event of this class and with this payload describes.
    fn change(&self, class: EventClass) -> Option<ItemChange<'_>> {
        let change = match class {
            EventClass::PartAdded => Change::Added(self.text().unwrap_or_default()),
            EventClass::PartDone => Change::Done(self.text()),
            EventClass::ContentDelta => self.text().map_or(Change::Other, Change::Delta),
            EventClass::ContentDone => self.text().map_or(Change::Other, Change::Text),
            EventClass::Progress => Change::Other,
            EventClass::Lifecycle
            | EventClass::Terminal
            | EventClass::Error
            | EventClass::KeepAlive
            | EventClass::Debug
            | EventClass::ItemAdded
            | EventClass::ItemDone
            | EventClass::Unknown => return None,
        };
        Some(ItemChange {
            output_index: self.output_index()?,
            item_id: self.item_id(),
            part: self.part().map(|(list, index)| PartChange {
                list,
                index,
                change,
            }),
        })
    }
}

/// Implements [`Payload`] for types with these members.
macro_rules! payload {
    // Not about an item.
    ($type:ident) => { impl Payload for $type {} };
    // About an item: whose id is required or optional, and then its part and its text.
    (
        $type:ident; item_id: $id:tt
        $(, part: $list:ident[$index:ident])?
        $(, text: $text:expr)?
    ) => {
        impl Payload for $type {
            #[inline]
            fn output_index(&self) -> Option<u32> {
                Some(self.output_index)
            }

            #[inline]
            fn item_id(&self) -> Option<&str> {
                payload!(@id self $id)
            }

            $(
                #[inline]
                fn part(&self) -> Option<(PartList, u32)> {
                    Some((PartList::$list, payload!(@index self $index)))
                }
            )?

            $(
                #[inline]
                fn text(&self) -> Option<&str> {
                    let text: fn(&Self) -> Option<&str> = $text;
                    text(self)
                }
            )?
        }
    };
    (@id $self:ident required) => { Some(&$self.item_id) };
    (@id $self:ident optional) => { $self.item_id.as_deref() };
    (@index $self:ident only) => { 0 };
    (@index $self:ident $index:ident) => { $self.$index };
}

payload!(Keepalive);
payload!(DebugEvent);
payload!(AudioDelta);
payload!(TranscriptDelta);
payload!(AudioDone);
payload!(SteerAccepted);
payload!(SteerPending);
payload!(SteerFailed);
payload!(ItemProgress; item_id: required);
payload!(PartialImage; item_id: required);
payload!(FusionPanelAdded; item_id: required);
payload!(FusionPanelDelta; item_id: required);
payload!(FusionPanelCompleted; item_id: required);
payload!(FusionPanelFailed; item_id: required);
payload!(FusionAnalysisStarted; item_id: required);
payload!(FusionAnalysisCompleted; item_id: required);
payload!(ShellOutputDelta; item_id: optional);
payload!(ShellOutputDone; item_id: optional);
payload!(PartEvent; item_id: required, part: Content[content_index],
    text: |event| event.part.as_deref().and_then(grown_text));
payload!(PartDelta; item_id: required, part: Content[content_index],
    text: |event| Some(&event.delta));
payload!(TextDelta; item_id: required, part: Content[content_index],
    text: |event| Some(&event.delta));
payload!(TextDone; item_id: required, part: Content[content_index],
    text: |event| Some(&event.text));
payload!(RefusalDone; item_id: required, part: Content[content_index],
    text: |event| Some(&event.refusal));
payload!(AnnotationEvent; item_id: required, part: Content[content_index]);
payload!(SummaryPartEvent; item_id: required, part: Summary[summary_index],
    text: |event| event.part.as_deref().and_then(SummaryPart::text));
payload!(SummaryTextDelta; item_id: required, part: Summary[summary_index],
    text: |event| Some(&event.delta));
payload!(SummaryTextDone; item_id: required, part: Summary[summary_index],
    text: |event| Some(&event.text));
payload!(ItemDelta; item_id: required, part: Whole[only], text: |event| Some(&event.delta));
payload!(ArgumentsDone; item_id: required, part: Whole[only], text: |event| Some(&event.arguments));
payload!(InputDone; item_id: required, part: Whole[only], text: |event| Some(&event.input));
payload!(CodeDone; item_id: required, part: Whole[only], text: |event| Some(&event.code));
payload!(DiffDone; item_id: required, part: Whole[only], text: |event| Some(&event.diff));
payload!(ShellCommandEvent; item_id: optional, part: Commands[command_index],
    text: |event| Some(&event.command));
payload!(ShellCommandDelta; item_id: optional, part: Commands[command_index],
    text: |event| Some(&event.delta));

impl Payload for ResponseEvent {
    fn response(&self) -> Option<&Response> {
        self.response.as_deref()
    }

    fn into_response(self) -> Option<Response> {
        self.response.map(|response| *response)
    }
}

impl Payload for ErrorEvent {
    fn error(&self) -> Option<&ErrorEvent> {
        Some(self)
    }
}

impl Payload for ItemEvent {
    fn item(&self) -> Option<&Item> {
        self.item.as_deref()
    }

    fn into_item(self) -> Option<Item> {
        self.item.map(|item| *item)
    }

    fn output_index(&self) -> Option<u32> {
        self.output_index
    }

    fn item_id(&self) -> Option<&str> {
        self.item.as_deref()?.id()
    }
}

/// The text of a content part that deltas add to.
pub(crate) fn grown_text(part: &ContentPart) -> Option<&str> {
    match part {
        ContentPart::OutputText(part) => Some(&part.text),
        ContentPart::Text(part) => Some(&part.text),
        ContentPart::ReasoningText(part) => Some(&part.text),
        ContentPart::SummaryText(part) => Some(&part.text),
        ContentPart::Refusal(part) => Some(&part.refusal),
        _ => None,
    }
}
