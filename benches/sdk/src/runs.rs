//! Cost of runs with tools beside single calls, and the memory that many runs leave behind.

use std::process::Command;

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use orouter::{FnTool, FunctionTool, OpenRouter, ResponsesRequest};
use serde_json::{Value, json};

use crate::{
    idle::resident,
    measure::{Row, table, time},
    per, runtime,
    server::Server,
};

const CALLS: usize = 250;
const ROUNDS: usize = 61;

/// Number of runs, and of runs at a time, in the measurement of memory.
const RUNS: usize = 10_000;
const AT_A_TIME: usize = 1_000;

fn client(server: &Server, path: &str) -> OpenRouter {
    let builder = OpenRouter::builder().api_key("k").env(|_| None);
    let builder = builder.server_url(format!("{}/{path}", server.url));
    builder.build().expect("a client")
}

fn request() -> ResponsesRequest {
    ResponsesRequest::new("m").input("hi")
}

fn weather() -> FnTool {
    let schema = json!({"type": "object", "properties": {"city": {"type": "string"}}});
    FnTool::new(
        FunctionTool::new("get_weather", schema),
        |arguments: Value| async move { Ok(json!({"city": arguments["city"], "celsius": 21})) },
    )
}

/// Prints the CPU time of a run of one step beside `create`, and of a run of two steps beside two calls
/// of `create`.
pub fn print() {
    let server = Server::start();
    let runtime = runtime();
    let (small, tools) = (client(&server, "small"), client(&server, "tools"));
    let tool = weather();
    let create = async || {
        for _ in 0..CALLS {
            small
                .responses()
                .create(request())
                .await
                .expect("a response");
        }
    };
    let one = async || {
        for _ in 0..CALLS {
            let run = small.call_model(request()).await.expect("a run");
            assert_eq!(run.steps().len(), 1);
        }
    };
    let one_with_tool = async || {
        for _ in 0..CALLS {
            let run = small.call_model(request()).tool(tool.clone());
            assert_eq!(run.await.expect("a run").steps().len(), 1);
        }
    };
    let two = async || {
        for _ in 0..CALLS {
            let run = tools.call_model(request()).tool(tool.clone());
            assert_eq!(run.await.expect("a run").steps().len(), 2);
        }
    };
    let names = [
        "`create`",
        "a run of one step",
        "a run of one step, with a tool in the request",
        "a run of two steps, which runs the tool",
    ];
    let mut rows: Vec<Row> = names.into_iter().map(Row::new).collect();
    for _ in 0..=ROUNDS {
        rows[0].times.push(runtime.block_on(time(create())));
        rows[1].times.push(runtime.block_on(time(one())));
        rows[2].times.push(runtime.block_on(time(one_with_tool())));
        rows[3].times.push(runtime.block_on(time(two())));
    }
    for row in &mut rows {
        // The first round opens the connections.
        row.times.remove(0);
    }
    per(&mut rows, CALLS);
    table("Runs", "µs a run", 1000.0, 2, &rows);

    println!("\n**{RUNS} runs with a tool, {AT_A_TIME} at a time: resident memory**\n");
    println!(
        "| | after the first {AT_A_TIME} | after all | ratio | open files |\n|---|---:|---:|---:|---:|"
    );
    for operation in ["run", "two calls of create"] {
        // Each has its own process and server.
        let server = Server::start();
        let program = std::env::current_exe().expect("this program");
        let output = Command::new(program)
            .args(["runs-memory", &server.url, operation])
            .output()
            .expect("a client");
        print!("{}", String::from_utf8_lossy(&output.stdout));
    }
}

/// Makes `count` runs of this many steps, 0 to 2, and nothing else, for a profiler.
pub fn work(steps: &str, count: usize) {
    let server = Server::start();
    let path = if steps == "2" { "tools" } else { "small" };
    let client = client(&server, path);
    let tool = weather();
    runtime().block_on(async {
        for _ in 0..count {
            match steps {
                "0" => assert_eq!(
                    client
                        .responses()
                        .create(request())
                        .await
                        .expect("a response")
                        .output
                        .len(),
                    1
                ),
                "1" => assert_eq!(
                    client
                        .call_model(request())
                        .await
                        .expect("a run")
                        .steps()
                        .len(),
                    1
                ),
                _ => {
                    let run = client.call_model(request()).tool(tool.clone());
                    assert_eq!(run.await.expect("a run").steps().len(), 2);
                }
            }
        }
    });
}

/// Makes the runs, or calls of `create` in their place, and prints the resident memory after the first
/// thousand and after all, and the number of open connections.
pub fn memory(url: &str, operation: &str) {
    let builder = OpenRouter::builder().api_key("k").env(|_| None);
    let builder = builder.server_url(format!("{url}/tools"));
    let client = builder.build().expect("a client");
    let tool = weather();
    let one = async || match operation {
        "run" => {
            let run = client.call_model(request()).tool(tool.clone());
            assert_eq!(run.await.expect("a run").steps().len(), 2);
        }
        _ => {
            for _ in 0..2 {
                client
                    .responses()
                    .create(request())
                    .await
                    .expect("a response");
            }
        }
    };
    runtime().block_on(async {
        let mut first = 0.0;
        for round in 0..RUNS / AT_A_TIME {
            let mut runs: FuturesUnordered<_> = (0..AT_A_TIME).map(|_| one()).collect();
            while runs.next().await.is_some() {}
            drop(runs);
            if round == 0 {
                first = resident();
            }
        }
        let last = resident();
        let connections = std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
        let mebibytes = |bytes: f64| bytes / f64::from(1 << 20);
        println!(
            "| {operation} | {:.1} MiB | {:.1} MiB | {:.2} | {connections} |",
            mebibytes(first),
            mebibytes(last),
            last / first
        );
    });
}
