//! Errors of loading a model and of generating from it.

use std::path::PathBuf;
use std::time::Duration;

/// Error of [`Engine::load`](crate::Engine::load): the model file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file cannot be opened or read.
    #[error("cannot read the model file {}: {source}", path.display())]
    Read {
        /// Path of the file.
        path: PathBuf,
        /// Error of the operating system.
        source: std::io::Error,
    },
    /// The file is not a GGUF file.
    #[error("the model file {} is not a GGUF file; download the model again or name another file", path.display())]
    NotGguf {
        /// Path of the file.
        path: PathBuf,
    },
    /// The file is shorter than its header says.
    #[error("the model file {} is truncated ({detail}); delete it and download the model again", path.display())]
    Truncated {
        /// Path of the file.
        path: PathBuf,
        /// Position where the file ends.
        detail: String,
    },
    /// The file is a GGUF file of a model that this engine does not support.
    #[error("the model in {} is not supported: {detail}", path.display())]
    Unsupported {
        /// Path of the file.
        path: PathBuf,
        /// Part of the file that is not supported.
        detail: String,
    },
    /// The operating system cannot start the engine's threads.
    #[error("cannot start the engine's threads: {0}")]
    Thread(std::io::Error),
}

/// Error of a generation: the prompt is refused, or the generation failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// All slots are taken: [`parallel`](crate::EngineOptions::parallel) generations run and
    /// [`queue`](crate::EngineOptions::queue) prompts wait.
    #[error("the model is busy; try again in {} s", retry_after.as_secs())]
    Busy {
        /// Estimated time until a slot is free: whole seconds, from 1 to 60.
        retry_after: Duration,
    },
    /// The prompt leaves no room for output. A prompt is never cut silently.
    #[error(
        "the prompt has at least {tokens} tokens; the context of the model is {limit} tokens, prompt and output together"
    )]
    ContextLength {
        /// Number of tokens in the prompt. A lower bound for a prompt of many megabytes, which is
        /// not tokenized.
        tokens: usize,
        /// Maximum number of tokens of prompt and output together.
        limit: usize,
    },
    /// The constraint is malformed, or the engine cannot enforce it.
    #[error("the constraint cannot be enforced: {0}")]
    BadConstraint(String),
    /// A parameter is out of range, a role is malformed, or the prompt has no messages.
    #[error("{0}")]
    BadPrompt(String),
    /// The engine failed during the generation, or its thread has ended.
    #[error("the model failed: {0}")]
    Failed(String),
}
