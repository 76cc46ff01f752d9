//! Measures the embedded model: load time, time to the first text, prefill and decode speed, memory.
//!
//! Run `cargo run --release -p orouter-local --example measure [THREADS]` on an idle machine. On a
//! busy machine, only the processor time with one thread is comparable. Memory and processor time
//! are read from `/proc`, which only Linux has; on other systems they are not measured.

use std::error::Error;
use std::time::{Duration, Instant};

use orouter_local::weights::{Progress, WeightsOptions, ensure};
use orouter_local::{Done, Engine, EngineOptions, Generation, GenerationEvent, Prompt};

fn main() -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let mut fetched = false;
    let path = ensure(&WeightsOptions::new(), &mut |step| {
        fetched |= matches!(step, Progress::Fetched { .. });
    })?;
    let found = start.elapsed();
    let mut options = EngineOptions::new();
    if let Some(threads) = std::env::args().nth(1) {
        options = options.threads(threads.parse()?);
    }
    let engine = Engine::load(&path, options)?;
    let loaded = start.elapsed();
    let first = run(&engine, "What is the capital of France?", 1)?;
    if fetched {
        println!("the weights were downloaded first; run it again for times from a warm cache");
    }
    row("weights found and checked", &format!("{:.0} ms", ms(found)));
    row("model loaded", &format!("{:.0} ms", ms(loaded - found)));
    row(
        "first text after the program's start",
        &format!("{:.0} ms", ms(first.end - start)),
    );
    row("memory after it", &megabytes("VmRSS"));

    let story = "Write a long story about a lighthouse keeper.";
    let before = processor_seconds();
    let written = (0..3)
        .map(|_| run(&engine, story, 256).map(|run| run.writing_speed()))
        .collect::<Result<Vec<_>, _>>()?;
    row("writing, tokens/s in three runs of 256", &join(&written));
    if let (Some(before), Some(after)) = (before, processor_seconds()) {
        let milliseconds = (after - before) * 1000.0 / (3.0 * 256.0);
        row(
            "  processor time for each token",
            &format!("{milliseconds:.1} ms"),
        );
    }

    let thousand = run(&engine, &tale(20), 300)?;
    row(
        "one request of",
        &format!(
            "{} + {} tokens",
            thousand.done.input_tokens, thousand.done.output_tokens
        ),
    );
    row(
        "  reading, tokens/s",
        &format!("{:.0}", thousand.reading_speed()),
    );
    row(
        "  writing, tokens/s",
        &format!("{:.0}", thousand.writing_speed()),
    );
    row("  peak memory", &megabytes("VmHWM"));

    let before = kilobytes("VmHWM");
    let long = run(&engine, &tale(80), 300)?;
    let after = kilobytes("VmHWM");
    row(
        "one request of",
        &format!(
            "{} + {} tokens",
            long.done.input_tokens, long.done.output_tokens
        ),
    );
    row(
        "  reading, tokens/s",
        &format!("{:.0}", long.reading_speed()),
    );
    row(
        "  writing, tokens/s",
        &format!("{:.0}", long.writing_speed()),
    );
    row("  peak memory", &megabytes("VmHWM"));
    if let (Some(before), Some(after)) = (before, after) {
        let tokens = f64::from(long.total() - thousand.total());
        row(
            "  memory for each further token",
            &format!("{:.1} KB", (after - before) * 1.024 / tokens),
        );
    }

    let together = Instant::now();
    let generations = (0..4)
        .map(|_| engine.generate(prompt(story, 128)))
        .collect::<Result<Vec<Generation>, _>>()?;
    let mut tokens = 0;
    for generation in generations {
        tokens += finish(generation)?.0.output_tokens;
    }
    let speed = f64::from(tokens) / together.elapsed().as_secs_f64();
    row(
        "four answers at once, tokens/s together",
        &format!("{speed:.0}"),
    );
    Ok(())
}

/// Times and token counts of one generation.
struct Run {
    done: Done,
    asked: Instant,
    read: Instant,
    end: Instant,
}

impl Run {
    fn reading_speed(&self) -> f64 {
        f64::from(self.done.input_tokens) / (self.read - self.asked).as_secs_f64()
    }

    /// Decoded tokens per second. The first token is part of the prefill.
    fn writing_speed(&self) -> f64 {
        f64::from(self.done.output_tokens - 1) / (self.end - self.read).as_secs_f64()
    }

    fn total(&self) -> u32 {
        self.done.input_tokens + self.done.output_tokens
    }
}

/// Returns the beginning of a story, about 36 tokens for each repetition.
fn tale(times: usize) -> String {
    let part = "The keeper climbed the hundred steps, lit the lamp and looked out over the sea. \
                A ship with grey sails came slowly out of the fog, and nobody stood at her helm. ";
    format!("Continue this story at length: {}", part.repeat(times))
}

fn prompt(text: &str, tokens: u32) -> Prompt {
    Prompt {
        max_output_tokens: Some(tokens),
        temperature: Some(0.8),
        seed: Some(1),
        ..Prompt::user(text)
    }
}

fn run(engine: &Engine, text: &str, tokens: u32) -> Result<Run, Box<dyn Error>> {
    let asked = Instant::now();
    let (done, read) = finish(engine.generate(prompt(text, tokens))?)?;
    Ok(Run {
        done,
        asked,
        read,
        end: Instant::now(),
    })
}

fn finish(mut generation: Generation) -> Result<(Done, Instant), Box<dyn Error>> {
    let mut read = Instant::now();
    while let Some(step) = generation.blocking_next() {
        match step? {
            GenerationEvent::PromptRead { .. } => read = Instant::now(),
            GenerationEvent::Done(done) => return Ok((done, read)),
            _ => {}
        }
    }
    Err("a generation without an end".into())
}

fn row(label: &str, value: &str) {
    println!("{label:<42} {value}");
}

fn join(speeds: &[f64]) -> String {
    speeds
        .iter()
        .map(|speed| format!("{speed:.0}"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Returns a figure of this process from `/proc/self/status`.
fn kilobytes(name: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Returns the processor time of all threads of this process in seconds.
fn processor_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    // The unit of the kernel is 1/100 s.
    Some((user + system) / 100.0)
}

fn megabytes(name: &str) -> String {
    kilobytes(name).map_or_else(
        || "unknown".to_owned(),
        |kilobytes| format!("{:.0} MB", kilobytes * 1.024 / 1000.0),
    )
}
