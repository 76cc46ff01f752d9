//! Reasoning in OpenRouter's form: the text, and details with all that providers want back.

use orouter_wire::json::Writer;
use orouter_wire::{ContentPart, ReasoningFormat, ReasoningItem, SummaryPart};

/// Separates the parts of the text.
pub(super) const PARAGRAPH: &str = "\n\n";

/// A detail of reasoning.
#[derive(Clone, Copy, Debug)]
pub(super) enum Detail<'a> {
    Text(&'a str),
    Summary(&'a str),
    /// A text with its signature.
    Signed(&'a str, &'a str),
    /// The signature of a text that was sent before.
    Signature(&'a str),
    /// Encrypted data, and the id of its item.
    Encrypted(&'a str, Option<&'a str>),
}

impl Detail<'_> {
    /// Writes the detail as an element. Details with the same `index` are one block.
    pub(super) fn write(&self, format: Option<&ReasoningFormat>, index: u64, out: &mut Writer) {
        let (kind, members) = match self {
            Self::Text(text) => ("reasoning.text", [Some(("text", *text)), None]),
            Self::Summary(text) => ("reasoning.summary", [Some(("summary", *text)), None]),
            Self::Signed(text, signature) => {
                let signature = Some(("signature", *signature));
                ("reasoning.text", [Some(("text", *text)), signature])
            }
            Self::Signature(text) => ("reasoning.text", [Some(("signature", *text)), None]),
            Self::Encrypted(data, id) => {
                let id = id.map(|id| ("id", id));
                ("reasoning.encrypted", [Some(("data", *data)), id])
            }
        };
        out.element();
        out.open_object();
        out.member("type");
        out.string(kind);
        for (name, value) in members.into_iter().flatten() {
            out.member(name);
            out.string(value);
        }
        if let Some(format) = format {
            out.member("format");
            out.string(format.as_str());
        }
        out.member("index");
        out.unsigned(index);
        out.close_object();
    }
}

/// Returns the details of a whole item, in order. The item's signature is that of its last text.
pub(super) fn details(item: &ReasoningItem) -> Vec<Detail<'_>> {
    let mut details = Vec::new();
    let summaries = item.summary.iter().flatten().filter_map(SummaryPart::text);
    details.extend(
        summaries
            .filter(|text| !text.is_empty())
            .map(Detail::Summary),
    );
    for part in item.content.iter().flatten() {
        let Some(text) = part.reasoning_text().filter(|text| !text.is_empty()) else {
            continue;
        };
        details.push(match signature_of(part) {
            Some(signature) => Detail::Signed(text, signature),
            None => Detail::Text(text),
        });
    }
    if let Some(signature) = filled(&item.signature) {
        match details.last_mut() {
            Some(Detail::Signed(..)) => {}
            Some(last) => match *last {
                Detail::Text(text) => *last = Detail::Signed(text, signature),
                _ => details.push(Detail::Signature(signature)),
            },
            None => details.push(Detail::Signature(signature)),
        }
    }
    details.extend(encrypted(item));
    details
}

/// Returns the texts of a whole item, or those of its summary if it has no text.
pub(super) fn paragraphs(item: &ReasoningItem) -> Vec<&str> {
    let content = item.content.iter().flatten();
    let texts = content.filter_map(ContentPart::reasoning_text);
    let texts: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
    if !texts.is_empty() {
        return texts;
    }
    let summaries = item.summary.iter().flatten().filter_map(SummaryPart::text);
    summaries.filter(|text| !text.is_empty()).collect()
}

/// Returns the encrypted form of an item.
pub(super) fn encrypted(item: &ReasoningItem) -> Option<Detail<'_>> {
    let data = filled(&item.encrypted_content)?;
    Some(Detail::Encrypted(data, item.id.as_deref()))
}

/// Returns the signature of a part.
pub(super) fn signature_of(part: &ContentPart) -> Option<&str> {
    match part {
        ContentPart::ReasoningText(part) => filled(&part.signature),
        _ => None,
    }
}

/// Returns a text that is not empty.
pub(super) fn filled(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}
