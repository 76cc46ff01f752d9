//! [`seals`]: the parts of an item that only the endpoint that made them can read or verify.

use std::borrow::Cow;

use orouter_wire::{ContentPart, Extra, Item, ReasoningItem};

use crate::json_text;

/// Members without a typed field in which services return such parts: Gemini's signature of a call
/// and OpenRouter's signed blocks of reasoning.
const ATTACHED: &[&str] = &["extra_content", "reasoning_details"];

/// Maximum nesting of an attached member that is searched for texts.
const MAX_DEPTH: usize = 16;

/// Returns the encrypted contents and signatures of an item. Another endpoint than the one that
/// made them refuses a request that contains them.
///
/// The seal of a member whose value is an object or a list is the texts in it, in sorted order:
/// clients send such a member with other white space, escapes and order.
///
/// ```
/// use orouter_protocols::seals;
/// use orouter_wire::Item;
///
/// let item: Item = orouter_wire::from_str(
///     r#"{"type": "reasoning", "encrypted_content": "gAAA", "signature": "EqQB"}"#,
/// )?;
/// assert_eq!(seals(&item), ["gAAA", "EqQB"]);
/// # Ok::<(), orouter_wire::DecodeError>(())
/// ```
#[must_use]
pub fn seals(item: &Item) -> Vec<Cow<'_, str>> {
    let mut found = own(item);
    found.extend(attached(item).map(|(_, seal)| seal));
    found
}

/// Returns the seals without which the item has no meaning for the endpoint that made them.
pub(crate) fn own(item: &Item) -> Vec<Cow<'_, str>> {
    let mut found: Vec<Cow<'_, str>> = Vec::new();
    match item {
        Item::Reasoning(item) => found.extend(of_reasoning(item).map(Cow::Borrowed)),
        Item::Compaction(item) => found.push(Cow::Borrowed(&item.encrypted_content)),
        Item::ContextCompaction(item) => {
            found.extend(item.encrypted_content.as_deref().map(Cow::Borrowed));
        }
        Item::AgentMessage(item) => {
            found.extend(item.content.iter().filter_map(|part| match part {
                ContentPart::EncryptedContent(part) => {
                    Some(Cow::Borrowed(&*part.encrypted_content))
                }
                _ => None,
            }));
        }
        Item::Unknown(item) => {
            let encrypted = json_text::get(item.raw().get(), "encrypted_content");
            found.extend(encrypted.and_then(json_text::string));
        }
        _ => {}
    }
    found.retain(|seal| !seal.is_empty());
    found
}

/// Returns the encrypted content and the signatures of reasoning.
pub(crate) fn of_reasoning(item: &ReasoningItem) -> impl Iterator<Item = &str> {
    let parts = item.content.iter().flatten();
    let of_parts = parts.filter_map(|part| match part {
        ContentPart::ReasoningText(part) => part.signature.as_deref(),
        _ => None,
    });
    let of_item = [&item.encrypted_content, &item.signature];
    let of_item = of_item.into_iter().filter_map(Option::as_deref);
    of_item.chain(of_parts).filter(|seal| !seal.is_empty())
}

/// Returns the seals that an endpoint attached to the item, with the names of their members. The
/// item can be sent without them.
pub(crate) fn attached(item: &Item) -> impl Iterator<Item = (&'static str, Cow<'_, str>)> {
    let extra = match item {
        Item::Message(item) => Some(&item.extra),
        Item::Reasoning(item) => Some(&item.extra),
        Item::FunctionCall(item) => Some(&item.extra),
        Item::CustomToolCall(item) => Some(&item.extra),
        _ => None,
    };
    let extra = extra.filter(|extra| !extra.is_empty());
    ATTACHED
        .iter()
        .filter_map(move |name| Some((*name, of_member(extra?, name)?)))
}

/// Returns the seal in a member without a typed field.
pub(crate) fn of_member<'a>(extra: &'a Extra, name: &str) -> Option<Cow<'a, str>> {
    let mut texts = Vec::new();
    add_texts(extra.get(name)?.get(), 0, &mut texts);
    texts.retain(|text| !text.is_empty());
    texts.sort_unstable();
    match texts.len() {
        0 | 1 => texts.pop(),
        _ => Some(Cow::Owned(texts.join("\n"))),
    }
}

fn add_texts<'a>(value: &'a str, depth: usize, texts: &mut Vec<Cow<'a, str>>) {
    if depth > MAX_DEPTH {
        return;
    }
    match value.as_bytes().first() {
        Some(b'"') => texts.extend(json_text::string(value)),
        Some(b'{') => {
            for member in json_text::members(value).into_iter().flatten() {
                let value = value.get(member.value).unwrap_or_default();
                add_texts(value, depth + 1, texts);
            }
        }
        Some(b'[') => {
            for element in json_text::elements(value).unwrap_or_default() {
                add_texts(element, depth + 1, texts);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Vec<String> {
        let item: Item = orouter_wire::from_str(json).unwrap();
        seals(&item).into_iter().map(Cow::into_owned).collect()
    }

    #[test]
    fn each_kind_of_item_has_its_seals() {
        for (item, expected) in [
            (
                r#"{"type":"reasoning","encrypted_content":"a","signature":"b","content":[{"type":"reasoning_text","text":"t","signature":"c"},{"type":"reasoning_text","text":"t"}]}"#,
                vec!["a", "b", "c"],
            ),
            (
                r#"{"type":"reasoning","encrypted_content":"","signature":null}"#,
                vec![],
            ),
            (
                r#"{"type":"compaction","encrypted_content":"a"}"#,
                vec!["a"],
            ),
            (
                r#"{"type":"context_compaction","encrypted_content":"a"}"#,
                vec!["a"],
            ),
            (
                r#"{"type":"agent_message","author":"x","recipient":"y","content":[{"type":"input_text","text":"t"},{"type":"encrypted_content","encrypted_content":"a"}]}"#,
                vec!["a"],
            ),
            (r#"{"type":"new_kind","encrypted_content":"a"}"#, vec!["a"]),
            (
                r#"{"type":"function_call","call_id":"c","name":"f","arguments":"{}","extra_content":{"google":{"thought_signature":"a"}}}"#,
                vec!["a"],
            ),
            (
                r#"{"type":"custom_tool_call","call_id":"c","name":"f","input":"","extra_content":"a"}"#,
                vec!["a"],
            ),
            (
                r#"{"type":"message","role":"assistant","content":"x","reasoning_details":[{"type":"reasoning.encrypted","data":"a"}]}"#,
                vec!["a\nreasoning.encrypted"],
            ),
            (
                r#"{"type":"message","role":"user","content":"x","signature":"a"}"#,
                vec![],
            ),
            (
                r#"{"type":"function_call","call_id":"c","name":"f","arguments":"{}","extra_content":{"n":1,"b":[true,null]}}"#,
                vec![],
            ),
            (
                r#"{"type":"function_call","call_id":"c","name":"f","arguments":"{}","extra_content":null}"#,
                vec![],
            ),
        ] {
            assert_eq!(of(item), expected, "{item}");
        }
    }

    #[test]
    fn an_attached_seal_does_not_depend_on_the_layout() {
        let call = |extra: &str| {
            of(&format!(
                r#"{{"type":"function_call","call_id":"c","name":"f","arguments":"{{}}","extra_content":{extra}}}"#
            ))
        };
        let first = call(r#"{"google":{"thought_signature":"a/b=","kind":"é"},"n":1}"#);
        let again = call(
            "{ \"n\": 1.0,\n \"google\": {\"kind\": \"\\u00e9\", \"thought_signature\": \"a\\/b\\u003d\"} }",
        );
        assert_eq!(first, again);
        assert_ne!(
            first,
            call(r#"{"google":{"thought_signature":"a","kind":"é"}}"#)
        );
        let deep = format!("{}\"a\"{}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(call(&deep), Vec::<String>::new());
    }
}
