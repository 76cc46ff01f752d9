//! The reply: from events or a response of the Responses API to chunks or a body of Chat
//! Completions.
//!
//! `chunks.rs` turns the events of a stream into chunks, `body.rs` a whole response into a body. The
//! other files write the parts that both have.

mod blocks;
mod body;
mod calls;
mod chunks;
mod finish;
mod message;
mod reasoning;
mod usage;

pub use body::body;
pub use chunks::ChatChunks;

/// The members of a reply that the request asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplyOptions {
    /// The usage is in a chunk of its own, without choices. Otherwise it is in the chunk with the
    /// finish reason.
    pub usage_chunk: bool,
    /// The reply does not have the reasoning.
    pub hides_reasoning: bool,
}

/// The members that all chunks of a reply have.
#[derive(Clone, Copy, Debug)]
pub struct ReplyHead<'a> {
    /// The id of the generation.
    pub id: &'a str,
    /// The id of the model that serves the request.
    pub model: &'a str,
    /// The name of the provider; empty if none serves the request.
    pub provider: &'a str,
    /// Time of the request's arrival, in seconds since 1970.
    pub created: u64,
}

impl ReplyHead<'_> {
    /// Writes the members into the open object.
    fn write(&self, object: &str, out: &mut orouter_wire::json::Writer) {
        for (name, value) in [("id", self.id), ("object", object)] {
            out.member(name);
            out.string(value);
        }
        out.member("created");
        out.unsigned(self.created);
        out.member("model");
        out.string(self.model);
        if !self.provider.is_empty() {
            out.member("provider");
            out.string(self.provider);
        }
    }
}
