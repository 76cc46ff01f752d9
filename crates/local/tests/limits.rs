//! Limits of length: `max_output_tokens` and the context.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::{Duration, Instant};

use orouter_local::{CONTEXT_LIMIT, FinishReason, GenerateError, Prompt};
use support::{ask, engine, plain, reason};

#[test]
fn max_output_tokens_limits_the_output() {
    let Some(engine) = engine() else { return };
    for limit in [1, 2, 17] {
        let prompt = Prompt {
            max_output_tokens: Some(limit),
            ..plain("Write a long poem.")
        };
        let answer = ask(&engine, prompt);
        assert_eq!(answer.done.output_tokens, limit);
        assert_eq!(reason(&answer), FinishReason::Length);
        assert!(!answer.text.is_empty());
    }
}

#[test]
fn a_prompt_past_the_context_is_refused_with_its_length() {
    let Some(engine) = engine() else { return };
    let error = engine
        .generate(Prompt::user("word ".repeat(5000)))
        .unwrap_err();
    let GenerateError::ContextLength { tokens, limit } = error else {
        panic!("{error:?}")
    };
    assert_eq!(limit, CONTEXT_LIMIT);
    assert!((5000..5100).contains(&tokens), "{tokens}");
    assert_eq!(
        engine.status().queued,
        0,
        "a refused prompt releases its slot"
    );

    // The longest prompt that fits.
    let count = |words: usize| engine.count_tokens(&Prompt::user("word ".repeat(words)));
    let own = count(0).unwrap();
    let fits = (CONTEXT_LIMIT - own - 20..CONTEXT_LIMIT).take_while(|words| count(*words).is_ok());
    let last = fits.last().unwrap();
    assert_eq!(count(last).unwrap(), CONTEXT_LIMIT - 1);
}

#[test]
fn a_prompt_of_megabytes_is_refused_without_tokenizing() {
    let Some(engine) = engine() else { return };
    let text = "All work and no play makes Jack a dull boy. ".repeat(10_000_000 / 44);
    let start = Instant::now();
    let error = engine.generate(Prompt::user(text)).unwrap_err();
    assert!(
        matches!(error, GenerateError::ContextLength { .. }),
        "{error:?}"
    );
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
}
