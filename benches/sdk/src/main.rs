//! Our SDK beside what a user would pick instead, over loopback, in one run.
//!
//! `cargo run --release --manifest-path benches/sdk/Cargo.toml --target-dir target/benches`
//!
//! Each client reads the same stream of 20,000 text deltas and makes the same small call, all on one thread;
//! the server has threads of its own. They take turns, and the best of the rounds counts. `reqwest` reads
//! bytes and understands none of them: it is the floor.

mod server;

use std::time::{Duration, Instant};

use async_openai::types::responses::{CreateResponseArgs, ResponseStreamEvent};
use futures_util::StreamExt as _;
use openrouter_rs::api::responses::ResponsesRequest as PeerRequest;
use orouter::{OpenRouter, ResponsesRequest, StreamEvent};

const ROUNDS: usize = 9;
const CALLS: u32 = 2_000;

type Peer = async_openai::Client<async_openai::config::OpenAIConfig>;

struct Clients {
    url: String,
    floor: reqwest::Client,
}

impl Clients {
    fn ours(&self, path: &str) -> OpenRouter {
        let url = format!("{}/{path}", self.url);
        OpenRouter::builder().api_key("k").env(|_| None).server_url(url).build().expect("a client")
    }

    fn async_openai(&self, path: &str) -> Peer {
        let config = async_openai::config::OpenAIConfig::new()
            .with_api_base(format!("{}/{path}", self.url))
            .with_api_key("k");
        async_openai::Client::with_config(config)
    }

    fn openrouter_rs(&self, path: &str) -> openrouter_rs::OpenRouterClient {
        openrouter_rs::OpenRouterClient::builder()
            .base_url(format!("{}/{path}", self.url))
            .api_key("k")
            .build()
            .expect("a client")
    }
}

fn peer_request() -> PeerRequest {
    PeerRequest::builder().model("m").input(serde_json::json!("hi")).build().expect("a request")
}

/// Reads the stream under `path` with each client; nanoseconds per event.
async fn streams(clients: &Clients, path: &str) -> [(&'static str, f64); 4] {
    let floor = || async {
        let url = format!("{}/{path}/responses", clients.url);
        let mut response = clients.floor.post(url).body("{}").send().await.expect("an answer");
        let mut bytes = 0;
        while let Some(chunk) = response.chunk().await.expect("a chunk") {
            bytes += chunk.len();
        }
        assert!(bytes > server::DELTAS * 100);
    };
    let ours = clients.ours(path);
    let ours = || async {
        let request = ResponsesRequest::new("m").input("hi");
        let mut stream = ours.responses().stream(request).await.expect("a stream");
        let mut deltas = 0;
        while let Some(event) = stream.next().await {
            if let StreamEvent::OutputTextDelta(delta) = event.expect("an event") {
                deltas += usize::from(!delta.delta.is_empty());
            }
        }
        assert_eq!(deltas, server::DELTAS);
    };
    let openai = clients.async_openai(path);
    let openai = || async {
        let request = CreateResponseArgs::default().model("m").input("hi").build().expect("a request");
        let mut stream = openai.responses().create_stream(request).await.expect("a stream");
        let mut deltas = 0;
        while let Some(event) = stream.next().await {
            if let Ok(ResponseStreamEvent::ResponseOutputTextDelta(delta)) = event {
                deltas += usize::from(!delta.delta.is_empty());
            }
        }
        assert_eq!(deltas, server::DELTAS);
    };
    let peer = clients.openrouter_rs(path);
    let peer = || async {
        let mut stream = peer.responses().stream(&peer_request()).await.expect("a stream");
        let mut deltas = 0;
        while let Some(event) = stream.next().await {
            let event = event.expect("an event");
            if event.event_type == "response.output_text.delta" {
                deltas += usize::from(event.data.contains_key("delta"));
            }
        }
        assert_eq!(deltas, server::DELTAS);
    };
    let per = server::DELTAS as f64;
    let mut best = [f64::MAX; 4];
    for _ in 0..ROUNDS {
        best[0] = best[0].min(timed(floor()).await / per);
        best[1] = best[1].min(timed(ours()).await / per);
        best[2] = best[2].min(timed(openai()).await / per);
        best[3] = best[3].min(timed(peer()).await / per);
    }
    named(best)
}

/// Makes small calls, one after the other over one connection; nanoseconds per call.
async fn calls(clients: &Clients) -> [(&'static str, f64); 4] {
    let ours = clients.ours("small");
    let openai = clients.async_openai("small");
    let peer = clients.openrouter_rs("small");
    let mut best = [f64::MAX; 4];
    for _ in 0..ROUNDS {
        let floor = async {
            for _ in 0..CALLS {
                let url = format!("{}/small/responses", clients.url);
                let response = clients.floor.post(url).body(r#"{"model":"m","input":"hi"}"#).send();
                response.await.expect("an answer").bytes().await.expect("a body");
            }
        };
        best[0] = best[0].min(timed(floor).await / f64::from(CALLS));
        let ours = async {
            for _ in 0..CALLS {
                let request = ResponsesRequest::new("m").input("hi");
                ours.responses().create(request).await.expect("a response");
            }
        };
        best[1] = best[1].min(timed(ours).await / f64::from(CALLS));
        let openai = async {
            for _ in 0..CALLS {
                let request =
                    CreateResponseArgs::default().model("m").input("hi").build().expect("a request");
                openai.responses().create(request).await.expect("a response");
            }
        };
        best[2] = best[2].min(timed(openai).await / f64::from(CALLS));
        let peer = async {
            for _ in 0..CALLS {
                peer.responses().create(&peer_request()).await.expect("a response");
            }
        };
        best[3] = best[3].min(timed(peer).await / f64::from(CALLS));
    }
    named(best)
}

fn named(best: [f64; 4]) -> [(&'static str, f64); 4] {
    [
        ("reqwest, bytes only", best[0]),
        ("orouter", best[1]),
        ("async-openai 0.43", best[2]),
        ("openrouter-rs 0.23", best[3]),
    ]
}

async fn timed(work: impl Future<Output = ()>) -> f64 {
    let started = Instant::now();
    work.await;
    tokio::time::sleep(Duration::from_millis(5)).await;
    (started.elapsed() - Duration::from_millis(5)).as_nanos() as f64
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let clients = Clients { url: server::start(), floor: reqwest::Client::new() };
    runtime.block_on(async {
        let tables = [
            ("a stream in bursts, ns an event", streams(&clients, "burst").await),
            ("a stream, one event a write, ns an event", streams(&clients, "paced").await),
            ("a small call, ns", calls(&clients).await),
        ];
        for (title, rows) in tables {
            println!("\n| {title} | | above the floor |\n|---|---|---|");
            for (name, time) in rows {
                println!("| {name} | {time:.0} | {:.0} |", time - rows[0].1);
            }
        }
    });
}
