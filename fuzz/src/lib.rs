//! Checks that must hold for any bytes. The fuzz targets run them, and the test `corpus` of
//! `orouter-wire` runs them over the inputs in `corpus/`.
//!
//! ```text
//! cd fuzz
//! RUSTC_BOOTSTRAP=1 cargo fuzz run -s none event -- -dict=wire.dict -max_len=4096 -max_total_time=600
//! ```
//!
//! The targets: `sse` (what is decoded does not depend on how the bytes are cut), `event`,
//! `request`, `response` and `error` (reading, writing and reading again gives the same value, and
//! writing the same JSON), `assembler` (any events make a response that can be written and read).
//!
//! `chat_request` (any request becomes a body that follows the rules of upstreams), `chat_stream` (any
//! chunks become a stream that follows the rules) and `chat_body` test the translator for Chat
//! Completions; `anthropic_stream` and `anthropic_body` test that for replies of Anthropic Messages.
//!
//! `chat_client_request` (any request of a client that speaks Chat Completions is refused with a reason,
//! or becomes a request of the Responses API) tests the translator for such clients.
//!
//! `gemini_request`, `gemini_stream` and `gemini_body` test the translator for generateContent in the
//! same way.
//!
//! `anthropic_request` (any request becomes a body that follows the rules of the API) tests the
//! translator for Anthropic Messages.
//!
//! `responses_request` (the request for a Responses upstream says the same as the client's),
//! `responses_stream` (any frames become a stream that follows the rules) and `responses_body` test
//! `orouter-protocols`; its test `corpus` runs them over the same inputs.

mod responses;

pub use responses::{responses_body, responses_request, responses_stream};

include!("checks.rs");
