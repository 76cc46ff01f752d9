//! A small language model in this process: chat messages in, text out.
//!
//! SmolLM2-135M-Instruct (Apache-2.0) runs on the CPU, without an API key, an account or system
//! packages.
//!
//! ```no_run
//! use orouter_local::weights::{WeightsOptions, ensure};
//! use orouter_local::{Engine, EngineOptions, GenerationEvent, Prompt};
//!
//! // Finds the model's file, or downloads it (98 MB) once.
//! let path = ensure(&WeightsOptions::new(), &mut |_| {})?;
//! let engine = Engine::load(&path, EngineOptions::new())?;
//! let mut generation = engine.generate(Prompt::user("What is the capital of France?"))?;
//! while let Some(event) = generation.blocking_next() {
//!     if let GenerationEvent::Text(text) = event? {
//!         print!("{text}");
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Map
//!
//! | Step | Items |
//! |---|---|
//! | find or download the model's file | [`weights::ensure`], [`weights::WeightsOptions`] |
//! | load it | [`Engine::load`], [`EngineOptions`] |
//! | describe the input | [`Prompt`], [`Message`], [`Constraint`] |
//! | generate | [`Engine::generate`], [`Generation`], [`GenerationEvent`], [`FinishReason`] |
//! | relax a JSON schema until it can be enforced | [`Engine::relax`], [`Relaxed`], [`Change`] |
//! | read the load | [`Engine::status`], [`Status`] |
//! | handle errors | [`weights::WeightsError`], [`LoadError`], [`GenerateError`] |
//!
//! The crate does not depend on the Responses API or on HTTP servers: `orouter-server` translates
//! requests to prompts, and generation events to responses.
//!
//! # Async code
//!
//! [`Generation::next`] works under any async runtime and is cancel-safe. Dropping a [`Generation`]
//! stops its work within one token.
//!
//! These calls block, so call them from a thread that may block:
//!
//! | Call | Time |
//! |---|---|
//! | [`weights::ensure`] | tens of milliseconds; minutes for a download |
//! | [`Engine::load`] | a fraction of a second |
//! | [`Engine::generate`] | below a millisecond; tens of milliseconds for a long prompt or a complex constraint |
//!
//! # Constraints
//!
//! A [`Constraint`] restricts the output to a JSON schema, a regular expression or a grammar.
//!
//! - Output that ends with [`FinishReason::Stop`] satisfies the constraint. Output that ends with
//!   [`FinishReason::Length`] or [`FinishReason::StopString`] is a prefix of text that satisfies it.
//! - [`Engine::generate`] refuses a constraint that cannot be enforced with
//!   [`GenerateError::BadConstraint`], before the model runs: one that is malformed, that no text
//!   satisfies, or that has a keyword that llguidance does not support, such as `not`.
//! - A string in a schema may be as long as the context. Set `max_output_tokens` to limit it.
//!
//! **A forced tool call** is a schema: an object with a constant name and the tool's parameters.
//! For several tools, use `anyOf`.
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
//! // An optional call: the call, or text that does not begin with a brace.
//! let either = Constraint::Lark(format!(
//!     "start: TEXT | call\nTEXT: /[^{{\\s](.|\\n)*/\ncall: {}",
//!     Constraint::lark_json(&call)
//! ));
//! # drop((forced, either));
//! ```
//!
//! The model was not trained to call tools. A system message must describe the tools and the format
//! of a call, and the model often writes text even so.
//!
//! # Implementation
//!
//! The weights stay quantized to 4 and 8 bits, as in the file, and are multiplied by 32-bit
//! activations. candle-core computes attention and the products of long prompts. Running generations
//! share each pass over the weights, and their results are bit-identical to those of a generation
//! that runs alone. `docs/design/embedded-model.md` explains the choice of the model and of this
//! forward pass; `docs/benchmarks.md` has measurements.

mod constraint;
mod engine;
mod error;
mod forbidden;
mod generation;
mod gguf;
mod model;
mod model_file;
mod options;
mod prompt;
mod queue;
mod repetition;
mod sampler;
mod scheduler;
mod schema;
mod sequence;
mod template;
mod text;
mod tokenizer;
pub mod weights;

pub use engine::{CONTEXT_LIMIT, Engine};
pub use error::{GenerateError, LoadError};
pub use generation::{Done, FinishReason, Generation, GenerationEvent};
pub use options::{EngineOptions, Status};
pub use prompt::{Constraint, DEFAULT_OUTPUT_LIMIT, Message, Prompt};
pub use schema::{Change, Relaxed, SchemaRoot};

/// Compiles the code of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
