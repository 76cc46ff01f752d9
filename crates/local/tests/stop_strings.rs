//! A stop string ends the output and is never part of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter_local::{FinishReason, Prompt};
use support::{ask, engine, plain, reason};

#[test]
fn the_output_ends_before_a_stop_string() {
    let Some(engine) = engine() else { return };
    let prompt = Prompt {
        max_output_tokens: Some(40),
        ..plain("Describe a dog in a sentence.")
    };
    let whole = ask(&engine, prompt.clone());
    for stop in whole.text.split_whitespace().take(8) {
        let stopped = ask(
            &engine,
            Prompt {
                stop: vec![stop.to_owned()],
                ..prompt.clone()
            },
        );
        let (before, _) = whole.text.split_once(stop).unwrap();
        assert_eq!(stopped.text, before, "{stop}");
        assert_eq!(reason(&stopped), FinishReason::StopString);
        assert!(stopped.done.output_tokens <= whole.done.output_tokens);
    }
}

#[test]
fn a_stop_string_across_tokens_is_found() {
    let Some(engine) = engine() else { return };
    let prompt = Prompt {
        max_output_tokens: Some(40),
        ..plain("Describe a dog in a sentence.")
    };
    let whole = ask(&engine, prompt.clone());
    let from = whole.text.char_indices().nth(8).unwrap().0;
    let stop: String = whole.text[from..].chars().take(12).collect();
    let stopped = ask(
        &engine,
        Prompt {
            stop: vec!["@@@".into(), stop.clone()],
            ..prompt
        },
    );
    assert_eq!(stopped.text, whole.text.split_once(&stop).unwrap().0);
}

#[test]
fn a_stop_string_that_does_not_occur_has_no_effect() {
    let Some(engine) = engine() else { return };
    let prompt = Prompt {
        max_output_tokens: Some(20),
        ..plain("Describe a dog in a sentence.")
    };
    let whole = ask(&engine, prompt.clone());
    let stop = vec![String::new(), "§§".to_owned(), whole.text.clone() + "§"];
    let other = ask(&engine, Prompt { stop, ..prompt });
    assert_eq!(other.text, whole.text);
    assert_eq!(other.done, whole.done);
}
