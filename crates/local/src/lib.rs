//! A small language model in this process: chat in, text out.
//!
//! SmolLM2-135M-Instruct (Apache-2.0) runs on the CPU, without keys, accounts or system
//! packages. [`weights::ensure`] finds or fetches the model's file, [`Engine::load`] reads it,
//! [`Engine::generate`] answers a [`Prompt`] piece by piece.
//!
//! This crate knows nothing of what travels over HTTP: requests, responses and events are the
//! business of the crates that use it.

mod constraint;
mod engine;
mod error;
mod generation;
mod gguf;
mod model;
mod prompt;
mod sampler;
mod scheduler;
mod template;
mod text;
mod tokenizer;
pub mod weights;

pub use engine::{CONTEXT_LIMIT, Engine, EngineOptions, Status};
pub use error::{GenerateError, LoadError};
pub use generation::{Done, FinishReason, Generation, Step};
pub use prompt::{Constraint, Message, Prompt};
