//! The other direction of Chat Completions: clients that speak it, in front of a server whose stages
//! speak the Responses API.
//!
//! [`request()`] turns the JSON text of a Chat Completions request into that of a request of the
//! Responses API. [`ChatChunks`] turns the events of a response into chunks, and [`body`] a whole
//! response into one `chat.completion`.
//!
//! The texts of a conversation are not decoded: they are copied from one JSON text to the other. The
//! server then admits the result like any other request, and [`Names`] gives the members in its
//! messages the names that the client knows.
//!
//! ```
//! use orouter_protocols::{MemberNames as _, Notes, chat_client};
//!
//! let body = br#"{"model": "a/b", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 9}"#;
//! let request = chat_client::request(body, &Notes::default())?;
//! assert_eq!(
//!     request.body,
//!     r#"{"model":"a/b","input":[{"type":"message","role":"user","content":"Hi"}],"max_output_tokens":9}"#
//! );
//! let name = request.names.of("max_output_tokens");
//! assert_eq!(name.as_deref(), Some("max_tokens"));
//! # Ok::<(), orouter_protocols::Refusal>(())
//! ```

mod names;
mod reply;
mod request;

pub use names::Names;
pub use reply::{ChatChunks, ReplyHead, ReplyOptions, body};
pub use request::{ChatRequest, request};
