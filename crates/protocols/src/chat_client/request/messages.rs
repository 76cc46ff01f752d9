//! `messages`: the items of the conversation.

use std::borrow::Cow;

use orouter_wire::json::Writer;

use super::assistant;
use super::content::{self, Reader};
use super::conversation::Conversation;
use super::object::{Object, is_filled, join, missing, wrong_type};
use crate::chat_client::names::{Names, Origin};
use crate::notes::Notes;
use crate::quote::quote;
use crate::refusal::Refusal;

/// Writes the list of items.
pub(super) fn write(
    request: &Object<'_>,
    notes: &Notes,
    names: &mut Names,
    out: &mut Writer,
) -> Result<(), Refusal> {
    let Some(messages) = request.list("messages", "")? else {
        return Err(match request.get("input") {
            Some(_) => Refusal::new(
                "input",
                "`input` is a member of the Responses API; send `messages`, or send the request to \
                 POST /api/v1/responses",
            ),
            None => missing("messages", "a list of messages"),
        });
    };
    if messages.is_empty() {
        return Err(Refusal::new(
            "messages",
            "`messages` must have at least one message",
        ));
    }
    let mut conversation = Conversation::new(messages.len(), notes, out);
    conversation.out.open_array();
    for (index, text) in messages.into_iter().enumerate() {
        write_message(&mut conversation, index, text)?;
    }
    conversation.out.close_array();
    names.items = conversation.items;
    Ok(())
}

fn write_message<'a>(
    conversation: &mut Conversation<'a, '_>,
    index: usize,
    text: &'a str,
) -> Result<(), Refusal> {
    let path = format!("messages[{index}]");
    let Some(message) = Object::read(text, &path)? else {
        return Err(wrong_type(&path, "an object with a `role`", text));
    };
    let role = message.string("role");
    match role.as_deref() {
        Some(role @ ("system" | "developer" | "user")) => {
            write_input(conversation, index, role, &message, &path)
        }
        Some("assistant" | "model") => assistant::write(conversation, index, &message, &path),
        Some("tool") => {
            let id = match message.string_text("tool_call_id", &path)? {
                Some(text) if is_filled(text) => message.string("tool_call_id"),
                _ => None,
            };
            write_result(conversation, index, id, &message, &path)
        }
        Some("function") => {
            let open = conversation.next_open(message.string("name").as_deref());
            let id = open.unwrap_or_else(|| Cow::Owned(format!("call_{index}")));
            write_result(conversation, index, Some(id), &message, &path)
        }
        other => {
            let path = join(&path, "role");
            let is = match other {
                Some(role) => format!(" is `{}`; it", quote(role)),
                None => String::new(),
            };
            let message = format!(
                "`{path}`{is} must be `system`, `developer`, `user`, `assistant` or `tool`"
            );
            Err(Refusal::new(path, message))
        }
    }
}

/// Writes a message that the model reads.
fn write_input<'a>(
    conversation: &mut Conversation<'a, '_>,
    index: usize,
    role: &str,
    message: &Object<'a>,
    path: &str,
) -> Result<(), Refusal> {
    conversation.note_others(message, path, &["role", "content", "cache_control"]);
    conversation.begin("message", Origin::Content(index, None));
    conversation.out.member("role");
    conversation.out.string(role);
    conversation.out.member("content");
    write_content(conversation, message, Reader::Message, path)?;
    conversation.out.close_object();
    Ok(())
}

/// Writes the result of a call. One without the id of its call is that of the next open call: some
/// servers make no ids.
fn write_result<'a>(
    conversation: &mut Conversation<'a, '_>,
    index: usize,
    id: Option<Cow<'a, str>>,
    message: &Object<'a>,
    path: &str,
) -> Result<(), Refusal> {
    let known = ["role", "content", "cache_control", "tool_call_id", "name"];
    conversation.note_others(message, path, &known);
    let id = match id {
        Some(id) => {
            conversation.answered(&id);
            id
        }
        None => match conversation.next_open(message.string("name").as_deref()) {
            Some(id) => id,
            None => {
                let path = join(path, "tool_call_id");
                let expected = "the `id` of a call in `tool_calls` before it";
                return Err(missing(&path, expected));
            }
        },
    };
    let kind = match conversation.is_custom(&id) {
        true => "custom_tool_call_output",
        false => "function_call_output",
    };
    conversation.begin(kind, Origin::Output(index));
    conversation.out.member("call_id");
    conversation.out.string(&id);
    conversation.out.member("output");
    write_content(conversation, message, Reader::Output, path)?;
    conversation.out.close_object();
    Ok(())
}

fn write_content<'a>(
    conversation: &mut Conversation<'a, '_>,
    message: &Object<'a>,
    reader: Reader,
    path: &str,
) -> Result<(), Refusal> {
    let content = message.get("content");
    let mark = message.get("cache_control");
    content::write(
        content,
        reader,
        mark,
        path,
        conversation.notes,
        conversation.out,
    )
}
