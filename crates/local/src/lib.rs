//! A small language model in this process: chat in, text out.
//!
//! SmolLM2-135M-Instruct (Apache-2.0) runs on the CPU, without keys, accounts or system
//! packages. [`weights::ensure`] finds or fetches the model's file, [`Engine::load`] reads it,
//! [`Engine::generate`] answers a [`Prompt`] piece by piece.
//!
//! This crate knows nothing of what travels over HTTP: requests, responses and events are the
//! business of the crates that use it.

mod engine;
mod error;
mod generation;
mod prompt;
pub mod weights;

pub use engine::{Engine, EngineOptions, Status};
pub use error::{GenerateError, LoadError};
pub use generation::{Done, FinishReason, Generation, Step};
pub use prompt::{Constraint, Message, Prompt};
