//! The engine: one model in memory, shared by all answers in the making.

use std::path::Path;

use crate::{GenerateError, Generation, LoadError, Prompt};

/// How much an engine takes on at once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EngineOptions {
    /// Answers made at the same time; they share the weights and take turns. Default 4, at
    /// least 1.
    pub parallel: usize,
    /// Prompts that may wait for their turn beyond those. Default 32.
    pub queue: usize,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self { parallel: 4, queue: 32 }
    }
}

/// What an engine is doing right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// Answers being made.
    pub active: usize,
    /// Prompts waiting for their turn.
    pub queued: usize,
    /// Answers that can be made at the same time.
    pub parallel: usize,
    /// Prompts that may wait.
    pub queue_limit: usize,
}

/// A model in memory. Clones share it; the last one dropped ends its thread.
#[derive(Clone, Debug)]
pub struct Engine {
    options: EngineOptions,
}

impl Engine {
    /// Reads the model at `path` and starts its thread.
    ///
    /// # Errors
    /// [`LoadError`] when the file cannot be read, or is not a model that this engine runs.
    pub fn load(path: &Path, options: EngineOptions) -> Result<Self, LoadError> {
        let _ = path;
        Ok(Self { options })
    }

    /// Takes on a prompt. The answer is made on the engine's thread, whether or not anybody
    /// waits for it, until the [`Generation`] is dropped.
    ///
    /// Tokenising the prompt and compiling its constraint happen in the calling thread.
    ///
    /// # Errors
    /// Before any work: [`GenerateError::Busy`] when the queue is full, otherwise
    /// [`GenerateError::BadPrompt`], [`GenerateError::ContextLength`] or
    /// [`GenerateError::BadConstraint`].
    pub fn generate(&self, prompt: Prompt) -> Result<Generation, GenerateError> {
        drop(prompt);
        Err(GenerateError::Failed("no model is loaded".to_owned()))
    }

    /// What the engine is doing right now.
    #[must_use]
    pub fn status(&self) -> Status {
        Status {
            active: 0,
            queued: 0,
            parallel: self.options.parallel,
            queue_limit: self.options.queue,
        }
    }
}
