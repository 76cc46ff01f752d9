//! A server that exports traces, in front of two upstreams of which the first is down.

use orouter_server::config::ServedModels;
use orouter_server::{Server, Traces};
use orouter_upstream_double::{Reply, Upstream, Vendor};
use serde_json::{Value, json};

use crate::collector::Exported;
use crate::support::router::{config, model, ordered, provider};
use crate::support::{Client, HttpResponse, Running};

pub(crate) const PROMPT: &str = "What is the secret of the prompt?";
pub(crate) const REPLY: &str = "The secret of the response.";
pub(crate) const CLIENT_KEY: &str = "sk-clients-own-key-0123456789abcdef";

/// The secret in the variables of the exporter.
pub(crate) const COLLECTOR_KEY: &str = "collector-secret";

/// A delay that no test waits for.
pub(crate) const NEVER: (&str, &str) = ("OTEL_BSP_SCHEDULE_DELAY", "3600000");

/// Exports the spans of a request with one attempt together.
pub(crate) const ONE_REQUEST: (&str, &str) = ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "2");

pub(crate) struct Upstreams {
    pub(crate) down: Upstream,
    pub(crate) works: Upstream,
}

impl Upstreams {
    pub(crate) async fn start() -> Self {
        Self::with(|request: &_| Vendor::Chat.reply(request, REPLY)).await
    }

    /// Starts the upstreams; the second one replies like this.
    pub(crate) async fn with(
        reply: impl Fn(&orouter_upstream_double::Received) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let down = Upstream::start(|_: &_| {
            Reply::json(503, r#"{"error":{"message":"busy","code":"server_error"}}"#)
        });
        Self {
            down: down.await.unwrap(),
            works: Upstream::start(reply).await.unwrap(),
        }
    }

    /// Starts a server that exports to this endpoint at once, with these variables too.
    pub(crate) async fn server(&self, endpoint: &str, variables: &[(&str, &str)]) -> Running {
        let headers = format!("x-collector-key={COLLECTOR_KEY}");
        let standard = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
            ("OTEL_EXPORTER_OTLP_HEADERS", &headers),
            ("OTEL_BSP_SCHEDULE_DELAY", "1"),
        ];
        let traces = Traces::from_variables(&|wanted| {
            let mut all = variables.iter().chain(&standard);
            let found = all.find(|(name, _)| *name == wanted);
            found.map(|(_, value)| (*value).to_owned())
        });
        let down = provider("down", Vendor::Chat, self.down.base_url());
        let mut works = provider("works", Vendor::Chat, self.works.base_url());
        works.models = ServedModels::Any;
        let config = config([down, works], [model("test/model", &["down", "works"])]);
        let mut builder = Server::builder().config(&config).unwrap();
        if let Some(traces) = traces.unwrap() {
            builder = builder.traces(traces);
        }
        Running::start(builder).await
    }
}

/// Returns a request with the prompt, whose endpoints are at these providers.
pub(crate) fn request(stream: bool, providers: &[&str]) -> Value {
    let mut request: Value = ordered("test/model", stream, providers);
    request["input"] = json!(PROMPT);
    request["temperature"] = json!(0.5);
    request["provider"]["allow_fallbacks"] = json!(providers.len() > 1);
    request
}

/// Returns the bytes of a request with a key and these headers.
pub(crate) fn bytes(body: &Value, headers: &[(&str, &str)]) -> Vec<u8> {
    let key = format!("Bearer {CLIENT_KEY}");
    let headers = [headers, &[("authorization", key.as_str())]].concat();
    Client::posted_with("/api/v1/responses", &headers, body.to_string().as_bytes())
}

/// Posts the prompt with a key and these headers.
pub(crate) async fn ask(
    server: &Running,
    stream: bool,
    providers: &[&str],
    headers: &[(&str, &str)],
) -> HttpResponse {
    let bytes = bytes(&request(stream, providers), headers);
    let response = server.client().open(&bytes).await.whole().await;
    assert_eq!(response.status, 200, "{}", response.text());
    response
}

/// Returns the only span of a request, and those of its attempts in order.
pub(crate) fn sorted(mut spans: Vec<Exported>) -> (Exported, Vec<Exported>) {
    spans.sort_by_key(|one| one.span["startTimeUnixNano"].as_str().unwrap().to_owned());
    let (mut requests, attempts): (Vec<_>, Vec<_>) =
        spans.into_iter().partition(|one| one.kind() == 2);
    assert_eq!(requests.len(), 1, "{requests:#?}");
    (requests.remove(0), attempts)
}
