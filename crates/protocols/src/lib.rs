//! Translators between the Responses API and the APIs of model providers. Pure: no I/O, no async.
//!
//! A server admits a [`ResponsesRequest`](orouter_wire::ResponsesRequest), and an upstream speaks
//! one of several [protocols](Protocol). [`Protocol::request`] returns the request for the upstream
//! and a [`ReplyReader`], which turns the upstream's reply back into events of the Responses API:
//! a stream through [`ReplyReader::stream`], a whole body through [`ReplyReader::body`].
//!
//! | Module | Protocol |
//! |---|---|
//! | [`responses`] | the Responses API itself: bytes pass unchanged where they can |
//! | [`anthropic`] | Anthropic Messages |
//! | [`chat`] | Chat Completions and its dialects |
//! | [`gemini`] | generateContent of the Gemini API and of Vertex AI |
//!
//! [`chat_client`] is the other direction: clients that speak Chat Completions.
//!
//! Parts of a request that a protocol cannot express are a [`Refusal`], or are listed in the
//! [`Notes`].

pub mod anthropic;
pub mod chat;
pub mod chat_client;
mod function_schema;
pub mod gemini;
pub mod json_text;
mod notes;
mod output;
mod protocol;
pub mod quote;
mod refusal;
mod repair;
mod reply;
mod request;
pub mod responses;
mod seals;
mod target;
mod tolerant;
mod upstream_request;

pub use notes::{Checkpoint, MemberNames, Note, NoteAction, Notes};
pub use output::{ReplyContext, ToolKind, ToolName, ToolNames};
pub use protocol::{Protocol, UnknownProtocol};
pub use refusal::Refusal;
pub use repair::{Output, Repair};
pub use reply::{Original, ReplyReader, StreamTranslator, UnreadableReply, UpstreamEvent};
pub use seals::seals;
pub use target::{RequestSource, Target};
pub use upstream_request::UpstreamRequest;
