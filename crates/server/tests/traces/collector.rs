//! A collector: receives `POST /v1/traces` with JSON, and keeps the spans.

use std::time::Duration;

use orouter_upstream_double::{Received, Reply, Upstream};
use serde_json::Value;

/// Maximum time for spans to arrive, also on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A collector on a loopback port.
pub(crate) struct Collector(pub(crate) Upstream);

/// A span that was exported, and its resource.
#[derive(Clone, Debug)]
pub(crate) struct Exported {
    pub(crate) span: Value,
    pub(crate) resource: Value,
}

impl Collector {
    /// Starts a collector that takes all spans.
    pub(crate) async fn start() -> Self {
        Self::replying(|_| Reply::json(200, "{}")).await
    }

    /// Starts a collector that replies like this.
    pub(crate) async fn replying(
        reply: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self(Upstream::start(reply).await.unwrap())
    }

    /// Returns the value of `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub(crate) fn endpoint(&self) -> String {
        let url = self.0.base_url();
        url[..url.rfind('/').unwrap()].to_owned()
    }

    /// Returns the spans so far.
    pub(crate) fn spans(&self) -> Vec<Exported> {
        self.0.received().iter().flat_map(decode).collect()
    }

    /// Waits until this number of spans has arrived.
    pub(crate) async fn wait(&self, count: usize) -> Vec<Exported> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let spans = self.spans();
            if spans.len() >= count {
                assert_eq!(spans.len(), count, "{spans:#?}");
                return spans;
            }
            assert!(tokio::time::Instant::now() < deadline, "{spans:#?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Returns all that the collector received.
    pub(crate) fn text(&self) -> String {
        let bodies = self.0.received();
        let text = |received: &Received| String::from_utf8_lossy(&received.body).into_owned();
        bodies.iter().map(text).collect()
    }
}

impl Exported {
    pub(crate) fn name(&self) -> &str {
        self.span["name"].as_str().unwrap()
    }

    pub(crate) fn id(&self) -> &str {
        self.span["spanId"].as_str().unwrap()
    }

    /// Returns the kind: 1 is internal, 2 a server and 3 a client.
    pub(crate) fn kind(&self) -> u64 {
        self.span["kind"].as_u64().unwrap()
    }

    pub(crate) fn failed(&self) -> bool {
        self.span["status"]["code"] == 2
    }

    /// Returns the value of an attribute as text; empty without one.
    pub(crate) fn get(&self, name: &str) -> String {
        value_of(&self.span["attributes"], name)
    }

    /// Returns the value of an attribute of the resource.
    pub(crate) fn resource(&self, name: &str) -> String {
        value_of(&self.resource["attributes"], name)
    }

    /// Checks attributes; an empty value stands for none.
    pub(crate) fn has(&self, expected: &[(&str, &str)]) {
        for (name, value) in expected {
            assert_eq!(self.get(name), *value, "{name} of {:#?}", self.span);
        }
    }
}

fn value_of(attributes: &Value, name: &str) -> String {
    let all = attributes.as_array().unwrap();
    let mut found = all.iter().filter(|attribute| attribute["key"] == name);
    let value = found.next().map(|attribute| shown(&attribute["value"]));
    assert!(found.next().is_none(), "{name} is there twice");
    value.unwrap_or_default()
}

fn shown(value: &Value) -> String {
    let (_, value) = value.as_object().unwrap().iter().next().unwrap();
    match value {
        Value::String(text) => text.clone(),
        Value::Object(array) => {
            let values = array["values"].as_array().unwrap();
            values.iter().map(shown).collect::<Vec<_>>().join(",")
        }
        other => other.to_string(),
    }
}

fn decode(request: &Received) -> Vec<Exported> {
    assert_eq!(request.path(), "/v1/traces");
    assert_eq!(request.header("content-type"), Some("application/json"));
    let mut all = Vec::new();
    for group in request.json()["resourceSpans"].as_array().unwrap() {
        for scope in group["scopeSpans"].as_array().unwrap() {
            for span in scope["spans"].as_array().unwrap() {
                let (span, resource) = (span.clone(), group["resource"].clone());
                all.push(Exported { span, resource });
            }
        }
    }
    all
}
