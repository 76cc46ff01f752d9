//! The members that clients need of an event about an item or a part of it: its place, and the text
//! that it adds. Some upstreams leave them out or send `null`; the types then have the default, and
//! the text that the client gets must say the same.

use std::borrow::Cow;

use orouter_wire::StreamEvent;

use crate::json_text::{self, Edit};

/// A member that an event must have.
struct Required {
    /// The name with its quotes and the colon after it.
    key: &'static str,
    form: Form,
}

/// The JSON type of a member.
#[derive(Clone, Copy)]
enum Form {
    Number,
    Text,
    /// A list that most upstreams leave out. Only another value in its place is wrong.
    OptionalList,
}

impl Required {
    const fn new(key: &'static str, form: Form) -> Self {
        Self { key, form }
    }

    fn name(&self) -> &'static str {
        self.key.trim_matches(['"', ':'])
    }
}

impl Form {
    /// Returns `true` if a value that begins with this byte has the type.
    fn begins_with(self, byte: u8) -> bool {
        match self {
            Self::Number => byte.is_ascii_digit(),
            Self::Text => byte == b'"',
            Self::OptionalList => byte == b'[',
        }
    }

    /// Returns the value of a member that is not there.
    fn default(self) -> &'static str {
        match self {
            Self::Number => "0",
            Self::Text => "\"\"",
            Self::OptionalList => "[]",
        }
    }

    fn is_optional(self) -> bool {
        matches!(self, Self::OptionalList)
    }
}

const OUTPUT: Required = Required::new("\"output_index\":", Form::Number);
const CONTENT: Required = Required::new("\"content_index\":", Form::Number);
const SUMMARY: Required = Required::new("\"summary_index\":", Form::Number);
const COMMAND: Required = Required::new("\"command_index\":", Form::Number);
const ANNOTATION: Required = Required::new("\"annotation_index\":", Form::Number);
const IMAGE: Required = Required::new("\"partial_image_index\":", Form::Number);
const IMAGE_DATA: Required = Required::new("\"partial_image_b64\":", Form::Text);
const DELTA: Required = Required::new("\"delta\":", Form::Text);
const TEXT: Required = Required::new("\"text\":", Form::Text);
const REFUSAL: Required = Required::new("\"refusal\":", Form::Text);
const ARGUMENTS: Required = Required::new("\"arguments\":", Form::Text);
const INPUT: Required = Required::new("\"input\":", Form::Text);
const DIFF: Required = Required::new("\"diff\":", Form::Text);
const CODE: Required = Required::new("\"code\":", Form::Text);
const COMMAND_TEXT: Required = Required::new("\"command\":", Form::Text);
const MODEL: Required = Required::new("\"model\":", Form::Text);
const MODEL_TEXT: Required = Required::new("\"content\":", Form::Text);
const LOGPROBS: Required = Required::new("\"logprobs\":", Form::OptionalList);

/// Returns an event's text with all members that the event must have. `item_id` and the name of a
/// function are not among them: they have no default.
pub(super) fn completed<'a>(event: &StreamEvent, text: &'a str) -> Cow<'a, str> {
    let required = required(event);
    // A name before a colon is a member of the event itself unless the event has objects in it.
    let is_flat = !text.get(1..).unwrap_or_default().contains('{');
    if required.is_empty() || is_flat && required.iter().all(|member| is_there(text, member)) {
        return Cow::Borrowed(text);
    }
    let edits: Vec<Edit<'_>> = required
        .iter()
        .filter(|member| match json_text::get(text, member.name()) {
            Some(value) => !value
                .bytes()
                .next()
                .is_some_and(|b| member.form.begins_with(b)),
            None => !member.form.is_optional(),
        })
        .map(|member| Edit::set(member.name(), member.form.default()))
        .collect();
    if edits.is_empty() {
        return Cow::Borrowed(text);
    }
    json_text::edit(text, &edits).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Returns `true` if the text of a flat object has the member, with a value of its type. `false`
/// also if it may be there in a form that only a reader of JSON finds.
fn is_there(text: &str, member: &Required) -> bool {
    let Some(at) = text.rfind(member.key) else {
        return member.form.is_optional() && !text.contains(member.name());
    };
    let value = text.get(at + member.key.len()..).unwrap_or_default();
    let first = value.bytes().find(|byte| *byte != b' ');
    first.is_some_and(|byte| member.form.begins_with(byte))
}

/// Returns the members that an event of this kind must have.
fn required(event: &StreamEvent) -> &'static [Required] {
    use StreamEvent as E;
    match event {
        E::OutputTextDelta(_) => &[OUTPUT, CONTENT, DELTA, LOGPROBS],
        E::ContentPartDelta(_)
        | E::RefusalDelta(_)
        | E::ReasoningTextDelta(_)
        | E::ReasoningDelta(_) => &[OUTPUT, CONTENT, DELTA],
        E::OutputTextDone(_) => &[OUTPUT, CONTENT, TEXT, LOGPROBS],
        E::ReasoningTextDone(_) | E::ReasoningDone(_) => &[OUTPUT, CONTENT, TEXT],
        E::RefusalDone(_) => &[OUTPUT, CONTENT, REFUSAL],
        E::ContentPartAdded(_)
        | E::ContentPartDone(_)
        | E::ReasoningPartAdded(_)
        | E::ReasoningPartDone(_) => &[OUTPUT, CONTENT],
        E::OutputTextAnnotationAdded(_) => &[OUTPUT, CONTENT, ANNOTATION],
        E::ReasoningSummaryPartAdded(_) | E::ReasoningSummaryPartDone(_) => &[OUTPUT, SUMMARY],
        E::ReasoningSummaryTextDelta(_) | E::ReasoningSummaryDelta(_) => &[OUTPUT, SUMMARY, DELTA],
        E::ReasoningSummaryTextDone(_) | E::ReasoningSummaryDone(_) => &[OUTPUT, SUMMARY, TEXT],
        E::FunctionCallArgumentsDelta(_)
        | E::CustomToolCallInputDelta(_)
        | E::ApplyPatchCallOperationDiffDelta(_)
        | E::CodeInterpreterCallCodeDelta(_)
        | E::McpCallArgumentsDelta(_) => &[OUTPUT, DELTA],
        E::FunctionCallArgumentsDone(_) | E::McpCallArgumentsDone(_) => &[OUTPUT, ARGUMENTS],
        E::CustomToolCallInputDone(_) => &[OUTPUT, INPUT],
        E::ApplyPatchCallOperationDiffDone(_) => &[OUTPUT, DIFF],
        E::CodeInterpreterCallCodeDone(_) => &[OUTPUT, CODE],
        E::ShellCallCommandDelta(_) => &[OUTPUT, COMMAND, DELTA],
        E::ShellCallCommandAdded(_) | E::ShellCallCommandDone(_) => {
            &[OUTPUT, COMMAND, COMMAND_TEXT]
        }
        E::ShellCallOutputContentDelta(_) | E::ShellCallOutputContentDone(_) => &[OUTPUT, COMMAND],
        E::ImageGenerationCallPartialImage(_) => &[OUTPUT, IMAGE, IMAGE_DATA],
        E::FusionCallPanelAdded(_) => &[OUTPUT, MODEL],
        E::FusionCallPanelDelta(_) | E::FusionCallPanelReasoningDelta(_) => &[OUTPUT, MODEL, DELTA],
        E::FusionCallPanelCompleted(_) => &[OUTPUT, MODEL, MODEL_TEXT],
        event if event.item_change().is_some() => &[OUTPUT],
        // `Repair` sets the index of an item's beginning and end.
        _ => &[],
    }
}
