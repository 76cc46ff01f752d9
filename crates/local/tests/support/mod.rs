//! What the tests with real weights share: the engine, or word that they cannot run.

#![allow(dead_code, unreachable_pub)]

use std::path::PathBuf;
use std::sync::OnceLock;

use orouter_local::weights::{WeightsOptions, ensure};
use orouter_local::{Done, Engine, EngineOptions, FinishReason, Generation, Prompt, Step};

/// The model's file, fetched if need be; `None`, said once a program, when it cannot be had.
pub fn weights() -> Option<PathBuf> {
    static PATH: OnceLock<Option<PathBuf>> = OnceLock::new();
    PATH.get_or_init(|| match ensure(&WeightsOptions::new(), &mut |_| {}) {
        Ok(path) => Some(path),
        Err(error) => {
            eprintln!("SKIPPED, for want of the model's weights: {error}");
            None
        }
    })
    .clone()
}

/// An engine that all tests of a program share.
pub fn engine() -> Option<Engine> {
    static ENGINE: OnceLock<Option<Engine>> = OnceLock::new();
    ENGINE
        .get_or_init(|| engine_with(EngineOptions::new()))
        .clone()
}

/// An engine of one's own.
pub fn engine_with(options: EngineOptions) -> Option<Engine> {
    weights().map(|path| Engine::load(&path, options).unwrap())
}

/// An answer, all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub text: String,
    pub pieces: usize,
    pub done: Done,
}

/// Asks, and waits for the whole answer.
pub fn ask(engine: &Engine, prompt: Prompt) -> Answer {
    finish(engine.generate(prompt).unwrap())
}

/// Waits for the rest of an answer, checking the order of its steps.
pub fn finish(mut generation: Generation) -> Answer {
    let mut text = String::new();
    let mut pieces = 0;
    let mut read = None;
    while let Some(step) = generation.blocking_next() {
        match step.unwrap() {
            Step::Prompt { tokens } => {
                assert_eq!(
                    (read, pieces),
                    (None, 0),
                    "the prompt is read once, and first"
                );
                read = Some(tokens);
            }
            Step::Text(piece) => {
                assert!(read.is_some() && !piece.is_empty());
                text.push_str(&piece);
                pieces += 1;
            }
            Step::Done(done) => {
                assert_eq!(read, Some(done.input_tokens));
                assert!(done.output_tokens > 0);
                assert_eq!(generation.blocking_next(), None, "nothing follows the end");
                return Answer { text, pieces, done };
            }
            other => panic!("{other:?}"),
        }
    }
    panic!("an answer without an end: {text}");
}

/// A prompt that has the same answer every time.
pub fn plain(text: &str) -> Prompt {
    Prompt {
        temperature: Some(0.0),
        ..Prompt::user(text)
    }
}

/// Why an answer ended.
pub fn reason(answer: &Answer) -> FinishReason {
    answer.done.reason
}
