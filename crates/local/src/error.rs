//! What can go wrong while the model is loaded or asked.

use std::path::PathBuf;
use std::time::Duration;

/// Why a model file could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file could not be opened or read.
    #[error("cannot read the model file {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The file is something else than a GGUF model.
    #[error("{} is not a GGUF model file; pull the model again or name another file", path.display())]
    NotGguf {
        /// The file.
        path: PathBuf,
    },
    /// The file ends early.
    #[error("the model file {} is truncated ({detail}); delete it and pull the model again", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Where it ends.
        detail: String,
    },
    /// The file is a GGUF of a model that this engine does not run.
    #[error("the model file {} cannot be run here: {detail}", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What this engine lacks for it.
        detail: String,
    },
    /// The engine's own thread could not be started.
    #[error("cannot start the engine's thread: {0}")]
    Thread(std::io::Error),
}

/// Why a prompt was refused, or an answer ended early.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// As many answers as the engine takes on are being made or waiting.
    #[error("the model is busy; try again in {} s", retry_after.as_secs())]
    Busy {
        /// When there is likely to be room: at least a second, whole seconds.
        retry_after: Duration,
    },
    /// The prompt leaves no room for an answer. Nothing is cut silently.
    #[error(
        "the prompt has {tokens} tokens or more, and the model's context holds {limit} with the answer"
    )]
    ContextLength {
        /// Tokens in the prompt; a lower bound when it is far too long to be counted.
        tokens: usize,
        /// Tokens that prompt and answer may have together.
        limit: usize,
    },
    /// The constraint is malformed, or uses what the engine cannot enforce.
    #[error("the constraint cannot be enforced: {0}")]
    BadConstraint(String),
    /// A parameter is out of its range, or the prompt has no messages.
    #[error("{0}")]
    BadPrompt(String),
    /// The engine failed while it worked on this prompt, or was shut down.
    #[error("the model failed: {0}")]
    Failed(String),
}
