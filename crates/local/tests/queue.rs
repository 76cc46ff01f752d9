//! Concurrent generations: they share the engine, wait in a bounded queue, and stop when dropped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::{Duration, Instant};

use orouter_local::{
    EngineOptions, FinishReason, GenerateError, Generation, GenerationEvent, Prompt,
};
use support::{ask, engine_with, finish, plain, reason};

/// Returns a prompt whose generation does not end by itself soon.
fn endless() -> Prompt {
    let mut prompt = plain("Count: 1, 2, 3 and so on, to a million.");
    prompt.constraint = Some(orouter_local::Constraint::Regex("([0-9]+, )*".to_owned()));
    prompt
}

/// Waits for the next piece of text.
fn first_text(generation: &mut Generation) {
    while !matches!(
        generation.blocking_next().unwrap().unwrap(),
        GenerationEvent::Text(_)
    ) {}
}

fn wait_until(condition: impl Fn() -> bool) -> Duration {
    let start = Instant::now();
    while !condition() {
        assert!(
            start.elapsed() < Duration::from_secs(120),
            "the condition was not met within two minutes"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
    start.elapsed()
}

#[test]
fn eight_concurrent_generations_complete() {
    let Some(engine) = engine_with(EngineOptions::new().parallel(3).queue(8)) else {
        return;
    };
    let prompt = |n: u64| Prompt {
        seed: Some(n),
        max_output_tokens: Some(10 + n as u32),
        ..Prompt::user(format!("Write a story about the number {n}."))
    };
    let generations: Vec<_> = (0..8)
        .map(|n| engine.generate(prompt(n)).unwrap())
        .collect();
    let status = engine.status();
    assert_eq!(status.active + status.queued, 8, "{status:?}");
    assert!(status.active <= 3, "{status:?}");
    let answers: Vec<_> = generations.into_iter().map(finish).collect();
    for (n, answer) in (0..8).zip(&answers) {
        assert!(matches!(
            reason(answer),
            FinishReason::Length | FinishReason::Stop
        ));
        assert!(answer.done.output_tokens <= 10 + n, "{answer:?}");
    }
    wait_until(|| engine.status().active == 0);
    // Each generation got its own text.
    assert_eq!(ask(&engine, prompt(5)), answers[5]);
}

#[test]
fn a_full_queue_refuses_with_a_retry_time() {
    let Some(engine) = engine_with(EngineOptions::new().parallel(1).queue(2)) else {
        return;
    };
    let mut first = engine.generate(endless()).unwrap();
    first_text(&mut first);
    let waiting: Vec<_> = (0..2)
        .map(|_| engine.generate(endless()).unwrap())
        .collect();
    let status = engine.status();
    assert_eq!((status.active, status.queued), (1, 2));
    assert_eq!((status.parallel, status.queue_limit), (1, 2));

    let error = engine.generate(endless()).unwrap_err();
    let GenerateError::Busy { retry_after } = error else {
        panic!("{error:?}")
    };
    assert!((1..=60).contains(&retry_after.as_secs()), "{retry_after:?}");
    assert_eq!(retry_after.subsec_nanos(), 0);

    // Dropping a waiting generation releases its slot at once.
    drop(waiting);
    wait_until(|| engine.status().queued == 0);
    assert!(engine.generate(endless()).is_ok());
}

#[test]
fn dropping_stops_the_work_within_a_token() {
    let Some(engine) = engine_with(EngineOptions::new().parallel(8)) else {
        return;
    };
    let mut generations: Vec<_> = (0..8)
        .map(|_| engine.generate(endless()).unwrap())
        .collect();
    for generation in &mut generations {
        first_text(generation);
    }
    assert_eq!(engine.status().active, 8);
    drop(generations);
    let took = wait_until(|| engine.status().active == 0);
    // A token of all eight takes a tenth of a second; a busy machine takes longer.
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn dropping_stops_the_prefill() {
    let Some(engine) = engine_with(EngineOptions::new()) else {
        return;
    };
    let generation = engine.generate(Prompt::user("word ".repeat(4000))).unwrap();
    wait_until(|| engine.status().active == 1);
    drop(generation);
    wait_until(|| engine.status().active == 0);
    // The engine accepts other prompts.
    ask(
        &engine,
        Prompt {
            max_output_tokens: Some(1),
            ..plain("Hi")
        },
    );
}

#[test]
fn a_long_prompt_does_not_block_running_generations() {
    let Some(engine) = engine_with(EngineOptions::new()) else {
        return;
    };
    let mut first = engine.generate(endless()).unwrap();
    first_text(&mut first);
    let mut long = engine.generate(Prompt::user("word ".repeat(1500))).unwrap();
    // The first generation continues while the other prompt is read.
    let reader = std::thread::spawn(move || {
        while !matches!(
            long.blocking_next().unwrap().unwrap(),
            GenerationEvent::PromptRead { .. }
        ) {}
        Instant::now()
    });
    let mut texts = 0;
    while !reader.is_finished() {
        first_text(&mut first);
        texts += 1;
    }
    reader.join().unwrap();
    assert!(texts >= 5, "{texts}");
}

#[test]
fn accepted_generations_complete_after_the_engine_is_dropped() {
    let Some(engine) = engine_with(EngineOptions::new().parallel(1)) else {
        return;
    };
    let prompt = Prompt {
        max_output_tokens: Some(3),
        ..plain("Hi")
    };
    let generations: Vec<_> = (0..3)
        .map(|_| engine.generate(prompt.clone()).unwrap())
        .collect();
    drop(engine);
    for generation in generations {
        assert_eq!(finish(generation).done.output_tokens, 3);
    }
}
