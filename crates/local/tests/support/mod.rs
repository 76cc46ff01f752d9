//! The engine with real weights for tests, which skip if the weights are not available.

#![allow(dead_code, unreachable_pub)]

use std::path::PathBuf;
use std::sync::OnceLock;

use orouter_local::weights::{WeightsOptions, ensure};
use orouter_local::{
    Done, Engine, EngineOptions, FinishReason, Generation, GenerationEvent, Prompt,
};

/// Returns the model's file, downloaded if necessary. `None`, with a message, if that fails.
pub fn weights() -> Option<PathBuf> {
    static PATH: OnceLock<Option<PathBuf>> = OnceLock::new();
    PATH.get_or_init(|| match ensure(&WeightsOptions::new(), &mut |_| {}) {
        Ok(path) => Some(path),
        Err(error) => {
            eprintln!("SKIPPED, the model's weights are not available: {error}");
            None
        }
    })
    .clone()
}

/// Returns the engine that all tests of a program share.
pub fn engine() -> Option<Engine> {
    static ENGINE: OnceLock<Option<Engine>> = OnceLock::new();
    ENGINE
        .get_or_init(|| engine_with(EngineOptions::new()))
        .clone()
}

/// Returns an engine for one test.
pub fn engine_with(options: EngineOptions) -> Option<Engine> {
    weights().map(|path| Engine::load(&path, options).unwrap())
}

/// The complete output of a generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    pub text: String,
    pub pieces: usize,
    pub done: Done,
}

/// Generates, and waits for the complete output.
pub fn ask(engine: &Engine, prompt: Prompt) -> Output {
    finish(engine.generate(prompt).unwrap())
}

/// Waits for the rest of a generation, and checks the order of its events.
pub fn finish(mut generation: Generation) -> Output {
    let mut text = String::new();
    let mut pieces = 0;
    let mut read = None;
    while let Some(step) = generation.blocking_next() {
        match step.unwrap() {
            GenerationEvent::PromptRead { tokens } => {
                assert_eq!(
                    (read, pieces),
                    (None, 0),
                    "the prompt is read once, and first"
                );
                read = Some(tokens);
            }
            GenerationEvent::Text(piece) => {
                assert!(read.is_some() && !piece.is_empty());
                text.push_str(&piece);
                pieces += 1;
            }
            GenerationEvent::Done(done) => {
                assert_eq!(read, Some(done.input_tokens));
                assert!(done.output_tokens > 0);
                assert_eq!(generation.blocking_next(), None, "nothing follows the end");
                return Output { text, pieces, done };
            }
            other => panic!("{other:?}"),
        }
    }
    panic!("a generation without an end: {text}");
}

/// Returns a prompt that gives the same output every time.
pub fn plain(text: &str) -> Prompt {
    Prompt {
        temperature: Some(0.0),
        ..Prompt::user(text)
    }
}

/// Returns the reason why a generation ended.
pub fn reason(answer: &Output) -> FinishReason {
    answer.done.reason
}
