//! A small language model in this process: chat in, text out.
//!
//! SmolLM2-135M-Instruct (Apache-2.0) runs on the CPU, without keys, accounts or system
//! packages. [`weights::ensure`] finds or fetches the model's file, [`Engine::load`] reads it,
//! [`Engine::generate`] answers a [`Prompt`] piece by piece.
//!
//! This crate knows nothing of what travels over HTTP: requests, responses and events are the
//! business of the crates that use it.
//!
//! ```no_run
//! use orouter_local::weights::{WeightsOptions, ensure};
//! use orouter_local::{Engine, EngineOptions, Prompt, Step};
//!
//! let path = ensure(&WeightsOptions::new(), &mut |_| {})?;
//! let engine = Engine::load(&path, EngineOptions::new())?;
//! let mut generation = engine.generate(Prompt::user("What is the capital of France?"))?;
//! while let Some(step) = generation.blocking_next() {
//!     if let Step::Text(text) = step? {
//!         print!("{text}");
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Under an async runtime
//!
//! [`Generation::next`] needs no particular runtime, and dropping it while it waits loses nothing.
//! [`weights::ensure`] and [`Engine::load`] block for long, and [`Engine::generate`] for up to some
//! tens of milliseconds when the prompt fills the context or a constraint is intricate: call them
//! from a thread that may block. Dropping a [`Generation`] is how a client that hung up is told.
//!
//! # Shapes of answers
//!
//! A [`Constraint`] that cannot be compiled (malformed, unsatisfiable, or with a keyword that
//! llguidance does not enforce, such as `not`) is [`GenerateError::BadConstraint`] from
//! [`Engine::generate`], before the model is asked. The shape holds for every answer that ends
//! with [`FinishReason::Stop`]; one that ends with [`FinishReason::Length`] or
//! [`FinishReason::StopString`] is the beginning of it. A schema's own strings may be as long as
//! the context, so give `max_output_tokens` where that matters.
//!
//! **A tool call that has to be made** is a schema: an object with a constant name and the tool's
//! parameters, and `anyOf` such objects where there are several tools.
//!
//! ```
//! use orouter_local::Constraint;
//! use serde_json::json;
//!
//! let call = json!({
//!     "type": "object",
//!     "properties": {
//!         "name": { "const": "get_weather" },
//!         "arguments": { "type": "object", "properties": { "city": { "type": "string" } } }
//!     },
//!     "required": ["name", "arguments"],
//!     "additionalProperties": false
//! });
//! let forced = Constraint::JsonSchema(call.clone());
//!
//! // A call that may be made: text, which does not begin with a brace, or that.
//! let either = Constraint::Lark(format!(
//!     "start: TEXT | call\nTEXT: /[^{{\\s](.|\\n)*/\ncall: {}",
//!     Constraint::lark_json(&call)
//! ));
//! # drop((forced, either));
//! ```
//!
//! The model was not trained to call tools: it has to be told in a system message which there are
//! and what a call looks like, and will often answer in text all the same.
//!
//! # The engine
//!
//! The weights stay in the 4 and 8 bits that the file has for them and are multiplied with
//! unrounded activations; attention and the products of prompts go through candle-core. Answers
//! in the making share each pass over the weights, and what one says depends on none of the
//! others, to the last bit. Numbers are in `docs/benchmarks.md`.

mod constraint;
mod engine;
mod error;
mod generation;
mod gguf;
mod markup;
mod model;
mod prompt;
mod repetition;
mod sampler;
mod scheduler;
mod schema;
mod template;
mod text;
mod tokenizer;
pub mod weights;

pub use engine::{CONTEXT_LIMIT, Engine, EngineOptions, Status};
pub use error::{GenerateError, LoadError};
pub use generation::{Done, FinishReason, Generation, Step};
pub use prompt::{Constraint, DEFAULT_OUTPUT_LIMIT, Message, Prompt};
pub use schema::{Change, Relaxed, SchemaRoot};

/// Compiles the code of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
