//! Sampling parameters: the same seed gives the same text under any load.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter_local::Prompt;
use support::{ask, engine, finish};

fn wild(seed: Option<u64>) -> Prompt {
    Prompt {
        temperature: Some(1.2),
        top_p: Some(0.95),
        seed,
        max_output_tokens: Some(30),
        ..Prompt::user("Tell me a story about a lighthouse.")
    }
}

#[test]
fn equal_seeds_give_equal_text() {
    let Some(engine) = engine() else { return };
    let first = ask(&engine, wild(Some(1)));
    assert_eq!(ask(&engine, wild(Some(1))), first);
    assert_ne!(ask(&engine, wild(Some(2))).text, first.text);
}

#[test]
fn equal_seeds_give_equal_text_in_a_batch() {
    let Some(engine) = engine() else { return };
    let alone = ask(&engine, wild(Some(7)));
    let company: Vec<_> = (20..23)
        .map(|seed| engine.generate(wild(Some(seed))).unwrap())
        .collect();
    let again = engine.generate(wild(Some(7))).unwrap();
    assert_eq!(finish(again), alone);
    for other in company {
        finish(other);
    }
}

#[test]
fn without_a_seed_the_same_prompt_gives_different_texts() {
    let Some(engine) = engine() else { return };
    let texts: std::collections::HashSet<_> =
        (0..4).map(|_| ask(&engine, wild(None)).text).collect();
    assert!(texts.len() > 1, "{texts:?}");
}

#[test]
fn penalties_change_the_text() {
    let Some(engine) = engine() else { return };
    let prompt = |frequency, presence| Prompt {
        temperature: Some(0.0),
        frequency_penalty: Some(frequency),
        presence_penalty: Some(presence),
        max_output_tokens: Some(60),
        ..Prompt::user("Write a short poem about the sea.")
    };
    let plain = ask(&engine, prompt(0.0, 0.0)).text;
    for (frequency, presence) in [(2.0, 0.0), (0.0, 2.0)] {
        let text = ask(&engine, prompt(frequency, presence)).text;
        assert_ne!(text, plain, "{frequency} {presence}");
    }
    for prompt in [prompt(2.1, 0.0), prompt(0.0, f64::NAN)] {
        assert!(engine.generate(prompt).is_err());
    }
}

#[test]
fn top_k_1_is_deterministic() {
    let Some(engine) = engine() else { return };
    let narrow = |seed| Prompt {
        top_k: Some(1),
        ..wild(Some(seed))
    };
    assert_eq!(ask(&engine, narrow(1)).text, ask(&engine, narrow(2)).text);
}

#[test]
fn temperature_0_and_top_p_0_are_deterministic() {
    let Some(engine) = engine() else { return };
    let prompt = |seed| Prompt {
        temperature: Some(0.0),
        ..wild(Some(seed))
    };
    assert_eq!(ask(&engine, prompt(1)).text, ask(&engine, prompt(2)).text);
    // `top_p` 0 leaves only the likeliest token.
    let narrow = |seed| Prompt {
        top_p: Some(0.0),
        ..wild(Some(seed))
    };
    assert_eq!(ask(&engine, narrow(1)).text, ask(&engine, narrow(2)).text);
}
