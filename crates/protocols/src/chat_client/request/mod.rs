//! The request: from Chat Completions to the Responses API, as text.
//!
//! `messages.rs` turns the messages into items of a `conversation.rs`; `content.rs`, `assistant.rs`, `calls.rs` and
//! `reasoning.rs` write their parts. `parameters.rs` handles all other members.

mod assistant;
mod calls;
mod content;
mod conversation;
mod messages;
mod object;
mod parameters;
mod reasoning;
mod response_format;
mod tool_choice;
mod tools;

use bytes::{Bytes, BytesMut};
use orouter_wire::json::Writer;
use orouter_wire::{Extra, Wire};

use self::object::Object;
use super::names::Names;
use super::reply::ReplyOptions;
use crate::notes::Notes;
use crate::refusal::Refusal;

/// A Chat Completions request, as one of the Responses API.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChatRequest {
    /// The JSON text of the request of the Responses API.
    pub body: Bytes,
    /// The members of the reply that the client asks for.
    pub reply: ReplyOptions,
    /// The client's names of the members of `body`.
    pub names: Names,
}

/// Translates the JSON text of a Chat Completions request. Adds the members that have no effect to
/// `notes`.
///
/// Values that the Responses API has under the same or another name are not checked here: a server
/// checks the result like any other request.
///
/// # Errors
/// If the text is not JSON, or if a part of it has no equivalent and may not be left out. The
/// refusal of a text that is not a JSON object has an empty `param`.
pub fn request(body: &[u8], notes: &Notes) -> Result<ChatRequest, Refusal> {
    let text = std::str::from_utf8(body).map_err(|_| not_a_request(body))?;
    let Some(object) = Object::read(text, "")? else {
        return Err(not_a_request(body));
    };
    let mut out = Writer::onto(BytesMut::with_capacity(body.len() + body.len() / 4));
    let mut names = Names::default();
    let reply = parameters::write(&object, notes, &mut names, &mut out)?;
    Ok(ChatRequest {
        body: out.finish().freeze(),
        reply,
        names,
    })
}

/// Returns the refusal of a text that is not a JSON object, with the place of the mistake.
fn not_a_request(body: &[u8]) -> Refusal {
    #[derive(Clone, Debug, Default, PartialEq, Wire)]
    struct Anything {
        extra: Extra,
    }
    if body.iter().all(u8::is_ascii_whitespace) {
        return Refusal::new("", "the body is empty; send a JSON object");
    }
    let reason = match orouter_wire::from_slice::<Anything>(body) {
        Err(error) => error.to_string(),
        Ok(_) => "it must be a JSON object in UTF-8".to_owned(),
    };
    Refusal::new("", format!("the body is not a request: {reason}"))
}
