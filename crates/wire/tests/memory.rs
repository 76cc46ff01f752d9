//! Memory of a decoded request, measured at the allocator.
//!
//! An allocator cannot be implemented without `unsafe`; this one forwards every call unchanged.

#![allow(
    unsafe_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::path::Path;

use orouter_wire::{Item, ResponsesRequest, Tool, from_slice};
use serde_json::{Value, json};

struct Counting;

thread_local! {
    static NOW: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn add(bytes: isize) {
    NOW.with(|now| {
        now.set(now.get() + bytes);
        PEAK.with(|peak| peak.set(peak.get().max(now.get())));
    });
}

/// Converts a size in bytes, which always fits.
fn signed(size: usize) -> isize {
    isize::try_from(size).unwrap_or(isize::MAX)
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every method passes its arguments on to `System`, which keeps the contract of the trait;
// counting touches thread-local cells without a destructor and allocates nothing. `realloc` is the
// trait's own: allocate, copy, free, so that both buffers count towards the peak.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(signed(layout.size()));
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        add(-signed(layout.size()));
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Returns the peak memory in bytes of decoding a request, without its body.
fn peak(body: &[u8]) -> usize {
    let before = NOW.with(Cell::get);
    PEAK.with(|peak| peak.set(before));
    let request: ResponsesRequest = from_slice(body).unwrap();
    let peak = PEAK.with(Cell::get) - before;
    drop(request);
    assert_eq!(NOW.with(Cell::get), before, "all of it is freed");
    usize::try_from(peak).unwrap()
}

#[track_caller]
fn at_most_four_times(name: &str, body: &[u8]) {
    let peak = peak(body);
    assert!(
        peak <= 4 * body.len(),
        "{name}: {} bytes become {peak}",
        body.len()
    );
}

#[test]
fn recorded_requests_take_at_most_four_times_their_size() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/responses-request");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: no recorded requests, ../shared is not there");
        return;
    };
    let mut measured = 0;
    for file in files {
        let path = file.unwrap().path();
        let body = std::fs::read(&path).unwrap();
        if body.len() >= 16 * 1024 {
            at_most_four_times(&path.display().to_string(), &body);
            measured += 1;
        }
    }
    assert!(measured > 0);
}

/// Conversation as agents send it: a task, then calls, outputs and short comments.
fn history(turns: usize) -> Value {
    let mut items = vec![json!({"type": "message", "role": "user", "content": [
        {"type": "input_text", "text": "Find out why the tests of the parser fail, and fix them."}
    ]})];
    for turn in 0..turns {
        items.extend([
            json!({"type": "reasoning", "id": format!("rs_{turn:032}"), "summary": [
                {"type": "summary_text", "text": "The user wants the tests to pass; look at the file first."}
            ], "encrypted_content": "gAAAAABo".repeat(30)}),
            json!({"type": "function_call", "id": format!("fc_{turn:032}"), "call_id": format!("call_{turn:024}"),
                "name": "shell", "status": "completed",
                "arguments": "{\"command\":[\"bash\",\"-lc\",\"sed -n 1,80p src/parser.rs\"],\"workdir\":\"project\"}"}),
            json!({"type": "function_call_output", "call_id": format!("call_{turn:024}"),
                "output": "fn parse(input: &str) -> Result<Tree, Error> {\n    todo!()\n}\n".repeat(3)}),
            json!({"type": "message", "role": "assistant", "id": format!("msg_{turn:032}"), "status": "completed", "content": [
                {"type": "output_text", "text": "The function is not written yet; I add it now.", "annotations": []}
            ]}),
        ]);
    }
    Value::Array(items)
}

#[test]
fn conversations_and_tools_take_at_most_four_times_their_size() {
    for turns in [16, 100, 1000] {
        let body = json!({"model": "a/b", "input": history(turns)}).to_string();
        assert!(body.len() >= 16 * 1024);
        at_most_four_times(&format!("{turns} turns"), body.as_bytes());
    }
    let tool = |n: usize| {
        json!({"type": "function", "name": format!("tool_{n}"), "description": "Reads a file.", "strict": false,
            "parameters": {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}})
    };
    let tools: Vec<Value> = (0..128).map(tool).collect();
    let body = json!({"model": "a/b", "input": "hi", "tools": tools}).to_string();
    at_most_four_times("tools", body.as_bytes());
    let chat: Vec<Value> = (0..200)
        .map(|n| json!({"role": if n % 2 == 0 { "user" } else { "assistant" }, "content": "A sentence or two, as people write them to each other in a conversation, and no more than that."}))
        .collect();
    let body = json!({"model": "a/b", "input": chat}).to_string();
    at_most_four_times("chat", body.as_bytes());
}

#[test]
fn rare_fields_do_not_enlarge_common_values() {
    assert!(size_of::<Item>() <= 304, "{}", size_of::<Item>());
    assert!(size_of::<Tool>() <= 152, "{}", size_of::<Tool>());
}
