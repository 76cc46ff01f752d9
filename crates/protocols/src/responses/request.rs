//! The request: the client's text with the members replaced that must change.

use std::borrow::Cow;

use bytes::Bytes;
use orouter_wire::{Input, Item, ResponsesRequest, Tool};

use super::members::{OF_THIS_SERVER, PARAMETERS};
use crate::function_schema;
use crate::json_text::{self, Edit, edit, elements};
use crate::notes::Notes;
use crate::refusal::Refusal;
use crate::seals;
use crate::target::{RequestSource, Target};

/// The reason why a member is not sent.
const UNLISTED: &str = "the endpoint does not list this parameter";

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
    remove_unsupported(&text, target, &mut edits, notes);
    if !source.request.client_metadata.is_empty() {
        notes.ignored("client_metadata", "this server does not pass it on");
    }
    if let Some(input) = readable_input(source, target, &text, notes) {
        edits.push(Edit::set("input", input));
    }
    if let Some(settings) = without_verbosity(target, &text) {
        notes.ignored("text.verbosity", UNLISTED);
        edits.push(Edit::set("text", settings));
    }
    edit(&text, &edits)
        .map(Bytes::from)
        .ok_or_else(|| Refusal::new("", "the request is not a JSON object"))
}

/// Refuses tools that no upstream accepts: a function or a custom tool without a name, and a function
/// whose parameters are not a schema.
fn check_tools(request: &ResponsesRequest) -> Result<(), Refusal> {
    for (position, tool) in request.tools.iter().enumerate() {
        let path = format!("tools[{position}]");
        check_schemas(tool, &path)?;
        let nameless = match tool {
            Tool::Function(tool) => tool.name.is_empty(),
            Tool::Custom(tool) => tool.name.is_empty(),
            _ => false,
        };
        if nameless {
            let param = format!("{path}.name");
            let message = format!("`{param}` is required: the model calls the tool by it");
            return Err(Refusal::new(param, message));
        }
    }
    Ok(())
}

fn check_schemas(tool: &Tool, path: &str) -> Result<(), Refusal> {
    match tool {
        Tool::Function(tool) => function_schema::check(tool, path),
        Tool::Namespace(space) => {
            (0..)
                .zip(&space.tools)
                .try_for_each(|(number, tool): (usize, _)| {
                    check_schemas(tool, &format!("{path}.tools[{number}]"))
                })
        }
        _ => Ok(()),
    }
}

/// Removes the members that the endpoint does not support, and notes those that ask for something.
fn remove_unsupported(text: &str, target: &Target<'_>, edits: &mut Vec<Edit<'_>>, notes: &Notes) {
    let unlisted: Vec<&'static str> = PARAMETERS
        .iter()
        .filter(|(_, names)| !names.iter().any(|name| supports(target, name)))
        .map(|(member, _)| *member)
        .collect();
    if unlisted.is_empty() {
        return;
    }
    for member in json_text::members(text).into_iter().flatten() {
        let value = text.get(member.value).unwrap_or("null");
        if unlisted.contains(&&*member.name) && asks(&member.name, value) {
            notes.ignored(member.name, UNLISTED);
        }
    }
    edits.extend(unlisted.into_iter().map(Edit::remove));
}

/// Returns `true` if the value of a parameter asks for something. No penalty, no limit to the most
/// probable tokens and no log probabilities are what every endpoint does.
fn asks(member: &str, value: &str) -> bool {
    let zero_is_none =
        member.ends_with("_penalty") || member == "top_k" || member == "top_logprobs";
    let is_zero = || value.parse().is_ok_and(|number: f64| number == 0.0);
    value != "null" && !(zero_is_none && is_zero())
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
    let settings = json_text::get(text, "text")?;
    json_text::get(settings, "verbosity")?;
    edit(settings, &[Edit::remove("verbosity")])
}

/// Returns the input without what another endpoint encrypted or signed. `None` if all of it stays.
///
/// A reasoning item is removed as a whole: an upstream that stores nothing looks for an item
/// without its encrypted content by its id, and refuses the request, and reasoning without its
/// signature is refused too. A member attached to a call is removed from it, because the call has
/// an output.
fn readable_input(
    source: &RequestSource<'_>,
    target: &Target<'_>,
    text: &str,
    notes: &Notes,
) -> Option<String> {
    let Some(Input::Items(items)) = &source.request.input else {
        return None;
    };
    let removals: Vec<Removal> = items.iter().map(|item| Removal::of(item, target)).collect();
    if removals.iter().all(Removal::is_nothing) {
        return None;
    }
    for (position, removal) in removals.iter().enumerate() {
        removal.note(position, notes);
    }
    let input = json_text::get(text, "input").unwrap_or_default();
    let elements = elements(input).filter(|elements| elements.len() == items.len());
    let kept: Vec<Cow<'_, str>> = match elements {
        Some(elements) => {
            let texts = elements.into_iter().map(Cow::Borrowed);
            readable(texts, &removals).collect()
        }
        None => {
            let texts = items
                .iter()
                .map(|item| orouter_wire::to_string(item).into());
            readable(texts, &removals).collect()
        }
    };
    Some(format!("[{}]", kept.join(",")))
}

/// The part of an item that is not sent.
enum Removal {
    Item,
    /// Members of the item; usually none.
    Members(Vec<&'static str>),
}

impl Removal {
    /// Returns the part of an item that another endpoint than the target encrypted or signed.
    fn of(item: &Item, target: &Target<'_>) -> Self {
        let is_foreign = |seal: &str| !(target.accepts_encrypted)(seal);
        if seals::own(item).iter().any(|seal| is_foreign(seal)) {
            return Self::Item;
        }
        let attached = seals::attached(item).filter(|(_, seal)| is_foreign(seal));
        Self::Members(attached.map(|(name, _)| name).collect())
    }

    fn is_nothing(&self) -> bool {
        matches!(self, Self::Members(names) if names.is_empty())
    }

    fn note(&self, position: usize, notes: &Notes) {
        let reason = "another endpoint encrypted or signed it, which alone can read it";
        match self {
            Self::Item => notes.skipped(format!("input[{position}]"), reason),
            Self::Members(names) => {
                for name in names {
                    notes.skipped(format!("input[{position}].{name}"), reason);
                }
            }
        }
    }
}

/// Returns the items without the parts that are not sent.
fn readable<'a>(
    items: impl Iterator<Item = Cow<'a, str>>,
    removals: &[Removal],
) -> impl Iterator<Item = Cow<'a, str>> {
    items
        .zip(removals)
        .filter_map(|(item, removal)| match removal {
            Removal::Item => None,
            Removal::Members(names) if names.is_empty() => Some(item),
            Removal::Members(names) => {
                let edits: Vec<Edit<'_>> = names.iter().map(|name| Edit::remove(name)).collect();
                Some(edit(&item, &edits).map_or(item, Cow::Owned))
            }
        })
}
