//! The conversation that a request belongs to, for sticky routing: the request should reach the
//! endpoint whose prompt cache has the conversation.

use std::hash::{Hash, Hasher};

use orouter_wire::{ContentPart, Input, Item, Message, MessageContent, ResponsesRequest, Role};

use crate::catalog::{Conversation, Conversations};

/// The identity of a conversation. A session's id means the same in the body and in the header.
#[derive(Hash)]
enum Identity<'a> {
    Session(&'a str),
    CacheKey(&'a str),
    Messages(Opening<'a>),
}

/// Number of bytes of a text that are hashed, in addition to its length.
const HASHED_BYTES: usize = 16 << 10;

/// The first system message and the first other message of a request.
struct Opening<'a> {
    request: &'a ResponsesRequest,
}

/// Returns the conversation that the request belongs to: that of its `session_id`, of the header
/// `x-session-id`, of its `prompt_cache_key`, or of its first messages. `caller` is the caller's key.
///
/// `None` if `provider.order` decides about the endpoints.
pub(super) fn conversation(
    request: &ResponsesRequest,
    caller: &[u8],
    session_header: Option<&str>,
    table: &Conversations,
) -> Option<Conversation> {
    let provider = request.provider.as_deref();
    if provider.is_some_and(|provider| !provider.order.is_empty()) {
        return None;
    }
    let given = |text: &'_ &str| !text.is_empty();
    let session = request.session_id.as_deref().filter(given);
    let session = session.or(session_header.filter(given));
    let cache_key = request.prompt_cache_key.as_deref().filter(given);
    let identity = match (session, cache_key) {
        (Some(session), _) => Identity::Session(session),
        (None, Some(key)) => Identity::CacheKey(key),
        (None, None) => Identity::Messages(Opening { request }),
    };
    let named = !matches!(identity, Identity::Messages(_));
    Some(table.of(caller, identity, named))
}

impl Hash for Opening<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let input = self.request.input.as_ref();
        let items = match input {
            Some(Input::Items(items)) => items.as_slice(),
            _ => &[],
        };
        let messages = || {
            items.iter().filter_map(|item| match item {
                Item::Message(message) => Some(message),
                _ => None,
            })
        };
        match &self.request.instructions {
            Some(text) => hash_text(text, state),
            None => match messages().find(|message| is_system(message)) {
                Some(message) => hash_content(message, state),
                None => hash_text("", state),
            },
        }
        match (input, messages().find(|message| !is_system(message))) {
            // Later requests of the conversation repeat the text as a message.
            (Some(Input::Text(text)), _) => hash_text(text, state),
            (_, Some(message)) => hash_content(message, state),
            _ => hash_text("", state),
        }
    }
}

fn is_system(message: &Message) -> bool {
    matches!(message.role, Role::System | Role::Developer)
}

/// Hashes the content of a message. A string and one part with the same text are equal. Of images
/// and files, only the kind counts, because a hash of their data takes long.
fn hash_content<H: Hasher>(message: &Message, state: &mut H) {
    match &message.content {
        Some(MessageContent::Text(text)) => hash_text(text, state),
        Some(MessageContent::Parts(parts)) => {
            for part in parts {
                match part {
                    ContentPart::InputText(part) => hash_text(&part.text, state),
                    other => std::mem::discriminant(other).hash(state),
                }
            }
        }
        Some(_) | None => hash_text("", state),
    }
}

fn hash_text<H: Hasher>(text: &str, state: &mut H) {
    let bytes = text.as_bytes();
    bytes.get(..HASHED_BYTES).unwrap_or(bytes).hash(state);
    bytes.len().hash(state);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn of(table: &Conversations, members: &Value, header: Option<&str>) -> Option<String> {
        let request = orouter_wire::from_str(&members.to_string()).unwrap();
        let conversation = conversation(&request, b"key", header, table)?;
        Some(format!("{conversation:?}"))
    }

    #[test]
    fn a_session_has_one_conversation_and_comes_before_the_cache_key() {
        let table = Conversations::default();
        let session = of(&table, &json!({"session_id": "s", "input": "a"}), None);
        for (members, header) in [
            (
                json!({"session_id": "s", "prompt_cache_key": "k", "input": "b"}),
                None,
            ),
            (json!({"session_id": "s"}), Some("other")),
            (json!({"prompt_cache_key": "k"}), Some("s")),
            (json!({"session_id": ""}), Some("s")),
        ] {
            assert_eq!(of(&table, &members, header), session, "{members}");
        }
        for (members, header) in [
            (json!({"session_id": "t"}), Some("s")),
            (json!({"prompt_cache_key": "s"}), None),
            (json!({"input": "s"}), Some("")),
        ] {
            assert_ne!(of(&table, &members, header), session, "{members}");
        }
    }

    #[test]
    fn without_a_name_the_first_messages_identify_the_conversation() {
        let table = Conversations::default();
        let first = json!({"instructions": "be brief", "input": "hi"});
        let first = of(&table, &first, None);
        let user = json!({"role": "user", "content": [{"type": "input_text", "text": "hi"}]});
        let reply = json!({"role": "assistant", "content": "hello"});
        let more = json!({"role": "user", "content": "more"});
        for members in [
            json!({"instructions": "be brief", "input": [user, reply, more]}),
            json!({"instructions": "be brief", "input": [{"role": "user", "content": "hi"}]}),
            json!({"input": [{"role": "system", "content": "be brief"}, user]}),
            json!({"input": [user, {"role": "developer", "content": "be brief"}]}),
        ] {
            assert_eq!(of(&table, &members, None), first, "{members}");
        }
        for members in [
            json!({"instructions": "be long", "input": "hi"}),
            json!({"instructions": "be brief", "input": "ho"}),
            json!({"input": "hi"}),
            json!({"instructions": "be brief", "input": [reply, user]}),
            json!({"instructions": "be brief", "input": [{"role": "user", "content": [
                {"type": "input_text", "text": "hi"},
                {"type": "input_image", "image_url": "https://a.example/b.png"}]}]}),
        ] {
            assert_ne!(of(&table, &members, None), first, "{members}");
        }
    }

    #[test]
    fn an_order_of_the_request_has_no_conversation() {
        let table = Conversations::default();
        let members = json!({"session_id": "s", "provider": {"order": ["a"]}});
        assert_eq!(of(&table, &members, None), None);
    }
}
