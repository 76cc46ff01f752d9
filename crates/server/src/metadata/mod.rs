//! The path of one request through the server, and the `openrouter_metadata` with it.
//!
//! [`Routing`] is the handle that the stages share. [`document`] writes the metadata from what they
//! recorded in [`path`].

mod document;
mod path;
mod routing;
mod strategy;

pub(crate) use routing::Routing;
