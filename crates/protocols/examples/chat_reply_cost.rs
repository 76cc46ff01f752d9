//! Prints the CPU time that the translator of Chat Completions takes for one chunk of a stream.
//!
//! ```text
//! cargo run --release -p orouter-protocols --example chat_reply_cost
//! ```

use std::hint::black_box;
use std::time::{Duration, Instant};

use orouter_protocols::ToolNames;
use orouter_protocols::chat::reader;

const CHUNKS: u32 = 200_000;

fn main() {
    let head = r#"{"id":"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG","object":"chat.completion.chunk","created":1741570283,"model":"gpt-4o-2024-08-06","service_tier":"default","system_fingerprint":"fp_50cad350e4","choices":[{"index":0,"delta":"#;
    let tail = r#","logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"aB3xYz"}"#;
    for (title, delta) in [
        ("text", r#"{"content":" world"}"#),
        ("reasoning", r#"{"reasoning_content":" world"}"#),
        (
            "reasoning in blocks",
            r#"{"content":"","reasoning":" world","reasoning_details":[{"type":"reasoning.text","text":" world","format":"anthropic-claude-v1","index":0}]}"#,
        ),
        (
            "arguments",
            r#"{"tool_calls":[{"index":0,"function":{"arguments":"\"city"}}]}"#,
        ),
    ] {
        let chunk = format!("{head}{delta}{tail}");
        let first = format!(
            r#"{head}{{"tool_calls":[{{"index":0,"id":"call_1","function":{{"name":"f","arguments":""}}}}]}}{tail}"#
        );
        let mut translator = reader(ToolNames::default()).stream();
        let mut events = Vec::new();
        if title == "arguments" {
            translator.frame("", &first, &mut events);
        }
        let start = Clock::now();
        for _ in 0..CHUNKS {
            translator.frame("", black_box(&chunk), &mut events);
            black_box(&events);
            events.clear();
        }
        let time = start.elapsed() / CHUNKS;
        println!(
            "{title:>20}: {:>5} ns for a chunk of {} bytes",
            time.as_nanos(),
            chunk.len()
        );
    }
}

/// A point in the CPU time of this thread, or in real time where the system does not tell it.
struct Clock(Option<Duration>, Instant);

impl Clock {
    fn now() -> Self {
        Self(cpu_time(), Instant::now())
    }

    fn elapsed(&self) -> Duration {
        match (self.0, cpu_time()) {
            (Some(start), Some(now)) => now.saturating_sub(start),
            _ => self.1.elapsed(),
        }
    }
}

fn cpu_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}
