//! A provider of a scripted server, and its events.

use std::sync::Arc;
use std::time::Duration;

use orouter_http::testing::{ScriptedServer, Step, http_response};
use orouter_wire::{ResponsesRequest, StreamEvent};

use crate::config::{Protocol, ProviderConfig, Secret, UpstreamTimeouts};
use crate::failure::Failure;
use crate::provider::{EventStream, Provider, ProviderRequest, UpstreamModel};
use crate::upstream::Upstreams;

pub(super) const CREATED: &str =
    r#"{"type":"response.created","response":{"id":"resp_1","status":"in_progress"}}"#;
pub(super) const DELTA: &str = r#"{"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"Hi"}"#;
pub(super) const COMPLETED: &str =
    r#"{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[]}}"#;

/// A server that plays scripts, and a provider for it.
pub(super) struct Setup {
    pub(super) server: ScriptedServer,
    pub(super) upstreams: Upstreams,
    pub(super) provider: Arc<dyn Provider>,
}

impl Setup {
    pub(super) async fn new(scripts: impl IntoIterator<Item = Vec<Step>>) -> Self {
        Self::with_timeouts(scripts, UpstreamTimeouts::default()).await
    }

    pub(super) async fn with_timeouts(
        scripts: impl IntoIterator<Item = Vec<Step>>,
        timeouts: UpstreamTimeouts,
    ) -> Self {
        Self::configured(scripts, |config| config.timeouts = timeouts).await
    }

    pub(super) async fn configured(
        scripts: impl IntoIterator<Item = Vec<Step>>,
        change: impl FnOnce(&mut ProviderConfig),
    ) -> Self {
        let server = ScriptedServer::start(scripts).await.unwrap();
        let upstreams = Upstreams::new().unwrap();
        let mut config = config(&server.url());
        change(&mut config);
        let provider = upstreams.provider(&config).unwrap();
        Self {
            server,
            upstreams,
            provider,
        }
    }

    /// Sends a streaming request and returns its outcome.
    pub(super) async fn call(&self) -> Result<EventStream, Failure> {
        self.provider.generate(request("a")).await
    }

    /// Waits until the server has this number of open connections.
    pub(super) async fn open_connections(&self, count: usize) {
        for _ in 0..400 {
            if self.server.open_connections() == count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{} connections are open", self.server.open_connections());
    }
}

pub(super) fn config(url: &str) -> ProviderConfig {
    let mut config = ProviderConfig::new("acme", Protocol::Responses, url);
    config.api_key = Some(Secret::new("sk-upstream-0123456789abcdef"));
    config.headers = vec![("x-team".to_owned(), Secret::new("search"))];
    config
}

/// A streaming request for the endpoint of this name.
pub(super) fn request(endpoint: &str) -> ProviderRequest {
    request_of(r#"{"model":"m","input":"hi","stream":true}"#, endpoint)
}

pub(super) fn request_of(json: &str, endpoint: &str) -> ProviderRequest {
    let request: ResponsesRequest = orouter_wire::from_str(json).unwrap();
    let model = UpstreamModel {
        endpoint: endpoint.to_owned(),
        name: "gpt".to_owned(),
        ..UpstreamModel::default()
    };
    ProviderRequest::new(Arc::new(request), "acme/gpt").upstream(Some(Arc::new(model)))
}

pub(super) fn timeouts(first_byte: u64, idle: u64) -> UpstreamTimeouts {
    UpstreamTimeouts {
        first_byte: Duration::from_millis(first_byte),
        idle: Duration::from_millis(idle),
        ..UpstreamTimeouts::default()
    }
}

/// The events up to the end of the stream, and the failure that ended it.
pub(super) async fn collect(mut events: EventStream) -> (Vec<StreamEvent>, Option<Failure>) {
    let mut seen = Vec::new();
    while let Some(event) = events.next().await {
        match event {
            Ok(event) => seen.push(event),
            Err(failure) => {
                assert!(
                    events.next().await.is_none(),
                    "the failure is the last item"
                );
                return (seen, Some(failure));
            }
        }
    }
    (seen, None)
}

/// A complete reply with `content-length`.
pub(super) fn json(status: u16, body: &str) -> Vec<Step> {
    let headers = [("content-type", "application/json")];
    vec![Step::Send(http_response(status, &headers, body))]
}

/// The head of a chunked event stream.
pub(super) const STREAM_HEAD: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

/// One chunk with an event of these data.
pub(super) fn chunk(data: &str) -> String {
    let frame = format!("data: {data}\n\n");
    format!("{:x}\r\n{frame}\r\n", frame.len())
}

/// A complete chunked event stream in one write, which leaves the connection open.
pub(super) fn stream(events: &[&str]) -> Vec<Step> {
    let frames: String = events.iter().map(|data| chunk(data)).collect();
    vec![Step::send(format!("{STREAM_HEAD}{frames}0\r\n\r\n"))]
}
