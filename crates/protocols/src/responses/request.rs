//! The request: the client's text with the members replaced that must change.

use std::borrow::Cow;

use bytes::Bytes;
use orouter_wire::{Input, Item, ResponsesRequest, Tool};

use super::members::{OF_THIS_SERVER, PARAMETERS};
use crate::json_text::{Edit, edit, elements};
use crate::notes::Notes;
use crate::refusal::Refusal;
use crate::target::{RequestSource, Target};

/// Returns the body for the upstream.
pub(super) fn translate(
    source: &RequestSource<'_>,
    target: &Target<'_>,
    notes: &Notes,
) -> Result<Bytes, Refusal> {
    check_tools(source.request)?;
    let given = std::str::from_utf8(source.body).unwrap_or_default();
    let text = match given.trim_ascii() {
        "" => Cow::Owned(orouter_wire::to_string(source.request)),
        text => Cow::Borrowed(text),
    };
    let model = orouter_wire::to_string(&target.model.to_owned());
    let mut edits = vec![Edit::set("model", model), Edit::set("store", "false")];
    edits.extend(OF_THIS_SERVER.iter().map(|name| Edit::remove(name)));
    edits.extend(unsupported(target).map(Edit::remove));
    if let Some(input) = readable_input(source, target, &text, notes) {
        edits.push(Edit::set("input", input));
    }
    if let Some(settings) = without_verbosity(target, &text) {
        edits.push(Edit::set("text", settings));
    }
    edit(&text, &edits)
        .map(Bytes::from)
        .ok_or_else(|| Refusal::new("", "the request is not a JSON object"))
}

/// Refuses tools that no upstream accepts: a function or a custom tool without a name.
fn check_tools(request: &ResponsesRequest) -> Result<(), Refusal> {
    for (position, tool) in request.tools.iter().enumerate() {
        let nameless = match tool {
            Tool::Function(tool) => tool.name.is_empty(),
            Tool::Custom(tool) => tool.name.is_empty(),
            _ => false,
        };
        if nameless {
            let param = format!("tools[{position}].name");
            let message = format!("`{param}` is required: the model calls the tool by it");
            return Err(Refusal::new(param, message));
        }
    }
    Ok(())
}

/// Returns the members that the endpoint does not support. The caller has noted them.
fn unsupported<'a>(target: &'a Target<'_>) -> impl Iterator<Item = &'static str> + use<'a> {
    PARAMETERS
        .iter()
        .filter(|(_, name)| !supports(target, name))
        .map(|(member, _)| *member)
}

fn supports(target: &Target<'_>, name: &str) -> bool {
    let supported = target.supported_parameters;
    supported.is_none_or(|list| list.iter().any(|supported| supported == name))
}

/// Returns the text settings without a verbosity that the endpoint does not support. `None` if
/// they stay.
fn without_verbosity(target: &Target<'_>, text: &str) -> Option<String> {
    if supports(target, "verbosity") {
        return None;
    }
    let settings = crate::json_text::get(text, "text")?;
    crate::json_text::get(settings, "verbosity")?;
    edit(settings, &[Edit::remove("verbosity")])
}

/// Returns the input without the items that are encrypted for another endpoint. `None` if all items
/// stay.
///
/// A reasoning item is removed as a whole: an upstream that stores nothing looks for an item
/// without its encrypted content by its id, and refuses the request.
fn readable_input(
    source: &RequestSource<'_>,
    target: &Target<'_>,
    text: &str,
    notes: &Notes,
) -> Option<String> {
    let Some(Input::Items(items)) = &source.request.input else {
        return None;
    };
    let is_foreign = |item: &Item| {
        let content = encrypted_content(item).filter(|content| !content.is_empty());
        content.is_some_and(|content| !(target.accepts_encrypted)(content))
    };
    let foreign: Vec<bool> = items.iter().map(is_foreign).collect();
    if !foreign.contains(&true) {
        return None;
    }
    for (position, _) in foreign.iter().enumerate().filter(|(_, foreign)| **foreign) {
        notes.skipped(
            format!("input[{position}]"),
            "it is encrypted for another endpoint, which alone can read it",
        );
    }
    let input = crate::json_text::get(text, "input").unwrap_or_default();
    let elements = elements(input).filter(|elements| elements.len() == items.len());
    let kept: Vec<Cow<'_, str>> = match elements {
        Some(elements) => {
            let texts = elements.into_iter().map(Cow::Borrowed);
            readable(texts, &foreign).collect()
        }
        None => {
            let texts = items
                .iter()
                .map(|item| orouter_wire::to_string(item).into());
            readable(texts, &foreign).collect()
        }
    };
    Some(format!("[{}]", kept.join(",")))
}

/// Returns the items that are not foreign.
fn readable<'a>(
    items: impl Iterator<Item = Cow<'a, str>>,
    foreign: &[bool],
) -> impl Iterator<Item = Cow<'a, str>> {
    items
        .zip(foreign)
        .filter(|(_, foreign)| !**foreign)
        .map(|(item, _)| item)
}

fn encrypted_content(item: &Item) -> Option<&str> {
    match item {
        Item::Reasoning(item) => item.encrypted_content.as_deref(),
        Item::Compaction(item) => Some(&item.encrypted_content),
        Item::ContextCompaction(item) => item.encrypted_content.as_deref(),
        _ => None,
    }
}
