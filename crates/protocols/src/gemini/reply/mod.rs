//! The reply: from generateContent to events of the Responses API.
//!
//! | File | Contents |
//! |---|---|
//! | `model/` | chunks and bodies |
//! | `reader.rs` | the forms of a body: an object, or the list of a stream's chunks |
//! | `translator.rs` | the state of a reply: which items are open, and how the reply ends |
//! | `calls.rs`, `arguments.rs` | calls, whole or in pieces |
//! | `sources.rs`, `logprobs.rs` | citations, log probabilities |
//! | `finish.rs`, `usage.rs` | finish reasons and usage |

mod arguments;
mod calls;
mod finish;
mod logprobs;
mod model;
mod reader;
mod sources;
mod translator;
mod usage;

pub(super) use reader::Reader;
