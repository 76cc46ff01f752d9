//! The parts of a translation that do not depend on the API of the upstream: reading the items, the
//! parts and the tools of a request.
//!
//! | File | Contents |
//! |---|---|
//! | `api.rs`, `support.rs` | the abilities of the upstream's API and of the endpoint |
//! | `conversation.rs`, `turn.rs` | the items as turns, in order, with the results of calls at their calls |
//! | `content.rs`, `part.rs`, `media.rs`, `part_error.rs`, `replacement.rs` | contents of messages and outputs |
//! | `call.rs`, `call_reader.rs`, `hosted.rs`, `outputs.rs` | calls and their outputs |
//! | `tools.rs`, `offered.rs`, `names.rs`, `choice.rs` | tools, their names at the upstream, the choice among them |
//! | `settings.rs`, `undecoded.rs`, `place.rs` | members that are refused or noted, and their paths |
//!
//! A protocol writes the turns and tools in its own form.

pub(crate) mod api;
pub(crate) mod call;
mod call_reader;
pub(crate) mod choice;
mod content;
pub(crate) mod conversation;
mod hosted;
pub(crate) mod media;
pub(crate) mod names;
pub(crate) mod offered;
mod outputs;
pub(crate) mod part;
mod part_error;
pub(crate) mod place;
mod replacement;
pub(crate) mod settings;
pub(crate) mod support;
pub(crate) mod tools;
pub(crate) mod turn;
mod undecoded;
