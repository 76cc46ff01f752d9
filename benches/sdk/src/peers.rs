//! Clients, each with the same three operations: read a stream to its end, make a small call, and
//! open a stream and read its first two events.

use std::any::Any;

use async_openai::types::responses::{CreateResponse, CreateResponseArgs, ResponseStreamEvent};
use futures_util::StreamExt as _;
use openrouter_rs::api::responses::ResponsesRequest as PeerRequest;
use orouter::{OpenRouter, ResponsesRequest, StreamEvent};

/// Request body of the baseline: the same as that of the others, except for their defaults.
const BODY: &str = r#"{"model":"m","input":"hi","stream":true}"#;

/// Client for one path of the server.
pub enum Peer {
    /// `reqwest` alone: sends the request with a key and reads the bytes. It neither frames nor
    /// decodes.
    Baseline(reqwest::Client, String),
    Ours(OpenRouter),
    AsyncOpenai(Box<async_openai::Client<async_openai::config::OpenAIConfig>>),
    OpenrouterRs(Box<openrouter_rs::OpenRouterClient>),
}

pub const NAMES: [&str; 5] = [
    FLOOR,
    OURS,
    OURS_OVER_HYPER,
    "async-openai 0.43",
    "openrouter-rs 0.23",
];
pub const FLOOR: &str = "reqwest, bytes only";
pub const OURS: &str = "orouter";
pub const OURS_OVER_HYPER: &str = "orouter, `HyperTransport`";

impl Peer {
    /// Creates the client of that name, for `path` on the server at `url`.
    pub fn new(name: &str, url: &str, path: &str) -> Self {
        let base = format!("{url}/{path}");
        match NAMES.iter().position(|known| *known == name) {
            Some(0) => Self::Baseline(reqwest::Client::new(), format!("{base}/responses")),
            Some(1) => {
                let builder = OpenRouter::builder().api_key("k").env(|_| None);
                Self::Ours(builder.server_url(base).build().expect("a client"))
            }
            Some(2) => {
                let transport = orouter::transport::HyperTransport::new().expect("a transport");
                let builder = OpenRouter::builder().api_key("k").env(|_| None);
                let builder = builder.transport(transport).server_url(base);
                Self::Ours(builder.build().expect("a client"))
            }
            Some(3) => {
                let config = async_openai::config::OpenAIConfig::new();
                let config = config.with_api_base(base).with_api_key("k");
                Self::AsyncOpenai(Box::new(async_openai::Client::with_config(config)))
            }
            _ => {
                let mut builder = openrouter_rs::OpenRouterClient::builder();
                let builder = builder.base_url(base).api_key("k");
                Self::OpenrouterRs(Box::new(builder.build().expect("a client")))
            }
        }
    }

    /// Reads a stream to its end and returns the length of its text; the baseline returns the
    /// number of bytes.
    pub async fn stream(&self) -> usize {
        let mut length = 0;
        match self {
            Self::Baseline(client, url) => {
                let mut response = baseline(client, url).await;
                while let Some(chunk) = response.chunk().await.expect("a chunk") {
                    length += chunk.len();
                }
            }
            Self::Ours(client) => {
                let request = ResponsesRequest::new("m").input("hi");
                let mut stream = client.responses().stream(request).await.expect("a stream");
                while let Some(event) = stream.next().await {
                    if let StreamEvent::OutputTextDelta(delta) = event.expect("an event") {
                        length += delta.delta.len();
                    }
                }
            }
            Self::AsyncOpenai(client) => {
                let mut stream = client
                    .responses()
                    .create_stream(openai_request())
                    .await
                    .expect("a stream");
                while let Some(event) = stream.next().await {
                    let event = event.expect("an event");
                    if let ResponseStreamEvent::ResponseOutputTextDelta(delta) = event {
                        length += delta.delta.len();
                    }
                }
            }
            Self::OpenrouterRs(client) => {
                let request = peer_request();
                let mut stream = client.responses().stream(&request).await.expect("a stream");
                while let Some(event) = stream.next().await {
                    let event = event.expect("an event");
                    if event.event_type == "response.output_text.delta" {
                        let delta = event.data.get("delta").and_then(|delta| delta.as_str());
                        length += delta.expect("a delta").len();
                    }
                }
            }
        }
        length
    }

    /// Makes a small call.
    pub async fn call(&self) {
        match self {
            Self::Baseline(client, url) => {
                let body = baseline(client, url).await.bytes().await.expect("a body");
                assert!(body.len() > 100);
            }
            Self::Ours(client) => {
                let request = ResponsesRequest::new("m").input("hi");
                let response = client
                    .responses()
                    .create(request)
                    .await
                    .expect("a response");
                assert_eq!(response.output.len(), 1);
            }
            Self::AsyncOpenai(client) => {
                let response = client
                    .responses()
                    .create(openai_request())
                    .await
                    .expect("a response");
                assert_eq!(response.output.len(), 1);
            }
            Self::OpenrouterRs(client) => {
                let request = peer_request();
                let response = client
                    .responses()
                    .create(&request)
                    .await
                    .expect("a response");
                assert_eq!(response.output.expect("an output").len(), 1);
            }
        }
    }

    /// Opens a stream, reads its first two events (the baseline: its first bytes) and returns the
    /// value that keeps it open.
    pub async fn open(&self) -> Box<dyn Any> {
        match self {
            Self::Baseline(client, url) => {
                let mut response = baseline(client, url).await;
                response.chunk().await.expect("a chunk").expect("bytes");
                Box::new(response)
            }
            Self::Ours(client) => {
                let request = ResponsesRequest::new("m").input("hi");
                let mut stream = client.responses().stream(request).await.expect("a stream");
                for _ in 0..2 {
                    stream.next().await.expect("one").expect("an event");
                }
                Box::new(stream)
            }
            Self::AsyncOpenai(client) => {
                let mut stream = client
                    .responses()
                    .create_stream(openai_request())
                    .await
                    .expect("a stream");
                for _ in 0..2 {
                    stream.next().await.expect("one").expect("an event");
                }
                Box::new(stream)
            }
            Self::OpenrouterRs(client) => {
                let request = peer_request();
                let mut stream = client.responses().stream(&request).await.expect("a stream");
                for _ in 0..2 {
                    stream.next().await.expect("one").expect("an event");
                }
                Box::new(stream)
            }
        }
    }
}

async fn baseline(client: &reqwest::Client, url: &str) -> reqwest::Response {
    let request = client
        .post(url)
        .bearer_auth("k")
        .header("content-type", "application/json");
    request.body(BODY).send().await.expect("an answer")
}

fn openai_request() -> CreateResponse {
    CreateResponseArgs::default()
        .model("m")
        .input("hi")
        .build()
        .expect("a request")
}

fn peer_request() -> PeerRequest {
    PeerRequest::builder()
        .model("m")
        .input(serde_json::json!("hi"))
        .build()
        .expect("a request")
}
