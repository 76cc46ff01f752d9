//! Prompts and responses in spans, if the server is configured to export them.

use serde_json::{Value, json};

use crate::collector::{Collector, Exported};
use crate::serving::{CLIENT_KEY, COLLECTOR_KEY, PROMPT, REPLY, Upstreams, ask, sorted};
use crate::support::router::UPSTREAM_KEY;

#[tokio::test]
async fn content_is_exported_if_it_is_asked_for() {
    let collector = Collector::start().await;
    let upstreams = Upstreams::start().await;
    let variable = (
        "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
        "SPAN_ONLY",
    );
    let server = upstreams.server(&collector.endpoint(), &[variable]).await;
    ask(&server, true, &["down", "works"], &[]).await;
    let (request, attempts) = sorted(collector.wait(3).await);
    let json = |span: &Exported, name: &str| -> Value {
        serde_json::from_str(&span.get(name)).unwrap_or_default()
    };
    let input = json!([{"role": "user", "parts": [{"type": "text", "content": PROMPT}]}]);
    let output = json!([{
        "role": "assistant",
        "parts": [{"type": "text", "content": REPLY}],
        "finish_reason": "stop",
    }]);
    for (span, input, output) in [
        (&request, Value::Null, Value::Null),
        (&attempts[0], input.clone(), Value::Null),
        (&attempts[1], input, output),
    ] {
        assert_eq!(json(span, "gen_ai.input.messages"), input);
        assert_eq!(json(span, "gen_ai.output.messages"), output);
    }
    let text = collector.text();
    for secret in [CLIENT_KEY, UPSTREAM_KEY, COLLECTOR_KEY] {
        assert!(!text.contains(secret), "{secret}");
    }
}
