//! Spans and events of a call: OpenTelemetry's names, without keys and content.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![cfg(feature = "tracing")]

mod support;

use std::{
    collections::BTreeMap,
    fmt::Debug,
    sync::{Arc, Mutex},
};

use orouter::testing::Reply;
use support::{CREATED, RESPONSE, events, replay, request};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

/// A subscriber that records the fields of spans and the text of events.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Recorded>>);

#[derive(Default)]
struct Recorded {
    spans: Vec<(String, BTreeMap<String, String>)>,
    events: Vec<String>,
    /// Fields that were recorded twice on a span. Most subscribers show both.
    repeated: Vec<String>,
    closed: usize,
}

struct Fields<'a>(&'a mut BTreeMap<String, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(
            field.name().to_owned(),
            format!("{value:?}").trim_matches('"').to_owned(),
        );
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("orouter")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = BTreeMap::new();
        span.record(&mut Fields(&mut fields));
        let mut recorded = self.0.lock().unwrap();
        recorded
            .spans
            .push((span.metadata().name().to_owned(), fields));
        Id::from_u64(recorded.spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut recorded = self.0.lock().unwrap();
        let index = usize::try_from(span.into_u64()).unwrap() - 1;
        let mut fields = BTreeMap::new();
        values.record(&mut Fields(&mut fields));
        for (name, value) in fields {
            if recorded.spans[index]
                .1
                .insert(name.clone(), value)
                .is_some()
            {
                recorded.repeated.push(name);
            }
        }
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = BTreeMap::new();
        event.record(&mut Fields(&mut fields));
        self.0.lock().unwrap().events.push(format!("{fields:?}"));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}

    fn try_close(&self, _: Id) -> bool {
        self.0.lock().unwrap().closed += 1;
        false
    }
}

/// Returns the spans and events of one call.
async fn recorded<F: Future<Output = ()>>(call: F) -> Recorded {
    let recorder = Recorder::default();
    let guard = tracing::subscriber::set_default(recorder.clone());
    call.await;
    drop(guard);
    let recorded = std::mem::take(&mut *recorder.0.lock().unwrap());
    assert_eq!(recorded.repeated, [""; 0]);
    let all = format!("{:?} {:?}", recorded.spans, recorded.events);
    assert!(
        !all.contains("test-key") && !all.contains("Hello") && !all.contains("\"hi\""),
        "{all}"
    );
    recorded
}

#[tokio::test]
async fn a_call_is_a_span_with_the_names_of_opentelemetry() {
    let recorded = recorded(async {
        let (client, ..) = replay([
            Reply::error(503, r#"{"error":{"message":"busy"}}"#),
            Reply::json(RESPONSE).header("x-generation-id", "gen-1"),
        ]);
        client.responses().create(request()).await.unwrap();
    })
    .await;
    let (name, fields) = &recorded.spans[0];
    assert_eq!((name.as_str(), recorded.spans.len()), ("orouter.call", 1));
    for (field, value) in [
        ("otel.name", "chat m"),
        ("otel.kind", "client"),
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.provider.name", "openrouter"),
        ("gen_ai.request.model", "m"),
        ("gen_ai.response.id", "resp_1"),
        ("gen_ai.response.model", "m"),
        ("gen_ai.usage.input_tokens", "3"),
        ("gen_ai.usage.output_tokens", "2"),
        ("openrouter.cost", "0.5"),
        ("openrouter.generation_id", "gen-1"),
        ("http.response.status_code", "200"),
        ("http.request.resend_count", "1"),
    ] {
        assert_eq!(
            fields.get(field).map(String::as_str),
            Some(value),
            "{field}"
        );
    }
    assert!(!fields.contains_key("error.type"));
    assert!(
        recorded
            .events
            .iter()
            .any(|event| event.contains("trying again")),
        "{:?}",
        recorded.events
    );
}

#[tokio::test]
async fn a_stream_records_its_end_on_the_span_of_its_call() {
    let recorded = recorded(async {
        let (client, ..) = replay([Reply::events(events())]);
        client
            .responses()
            .stream(request())
            .await
            .unwrap()
            .into_response()
            .await
            .unwrap();
    })
    .await;
    let fields = &recorded.spans[0].1;
    assert_eq!(fields["gen_ai.request.stream"], "true");
    assert_eq!(fields["gen_ai.usage.output_tokens"], "2");
}

#[tokio::test]
async fn a_stream_that_is_left_at_its_last_event_has_recorded_it() {
    let recorded = recorded(async {
        let (client, ..) = replay([Reply::events(events()).then_hang()]);
        let mut stream = client.responses().stream(request()).await.unwrap();
        while !stream.next().await.unwrap().unwrap().is_terminal() {}
    })
    .await;
    let fields = &recorded.spans[0].1;
    assert_eq!(fields["gen_ai.response.id"], "resp_1");
    assert_eq!(fields["gen_ai.usage.output_tokens"], "2");
    assert!(recorded.repeated.is_empty(), "{:?}", recorded.repeated);
}

#[tokio::test]
async fn failures_are_recorded_by_kind() {
    let recorded = recorded(async {
        let (client, ..) = replay([Reply::events([CREATED]).then_break()]);
        client
            .responses()
            .stream(request())
            .await
            .unwrap()
            .into_response()
            .await
            .unwrap_err();
    })
    .await;
    assert_eq!(recorded.spans[0].1["error.type"], "transport");
    assert_eq!(recorded.spans[0].1["otel.status_code"], "ERROR");
}

#[tokio::test]
async fn a_key_that_the_server_repeats_is_in_none_of_it() {
    let body = r#"{"error":{"message":"no 'test-key'","error_type":"x:test-key"}}"#;
    let recorded = recorded(async {
        let (client, ..) = replay([
            Reply::error(503, body),
            Reply::error(400, body).header("x-generation-id", "gen-test-key"),
        ]);
        client.responses().create(request()).await.unwrap_err();
    })
    .await;
    let fields = &recorded.spans[0].1;
    assert_eq!(fields["error.type"], "x:(key hidden)");
    assert_eq!(fields["openrouter.generation_id"], "gen-(key hidden)");
    let hidden = |event: &&String| event.contains("no '(key hidden)'");
    assert_eq!(recorded.events.iter().filter(hidden).count(), 2);
}

#[tokio::test]
async fn a_key_in_a_redirect_or_in_a_success_is_in_none_of_it() {
    let recorded = recorded(async {
        let (client, ..) = replay([
            Reply::status(307).header("location", "/test-key/x"),
            Reply::json(
                RESPONSE
                    .replace("resp_1", "resp-test-key")
                    .replace(r#""m""#, r#""test-key""#),
            ),
        ]);
        client.responses().create(request()).await.unwrap();
    })
    .await;
    let fields = &recorded.spans[0].1;
    assert_eq!(fields["gen_ai.response.id"], "resp-(key hidden)");
    assert_eq!(fields["gen_ai.response.model"], "(key hidden)");
    let all = format!("{:?} {:?}", recorded.spans, recorded.events);
    assert!(all.contains("/(key hidden)/x"), "{all}");
    assert!(!all.contains("test-key"), "{all}");
}

#[tokio::test]
async fn a_list_of_models_is_a_span_of_the_same_name() {
    let recorded = recorded(async {
        let list = Reply::json(r#"{"data":[]}"#).header("x-generation-id", "gen-1");
        let (client, ..) = replay([list, Reply::error(404, "{}")]);
        client.models().list().await.unwrap();
        client.models().list().await.unwrap_err();
    })
    .await;
    let spans = &recorded.spans;
    assert_eq!(spans.len(), 2);
    for (name, fields) in spans {
        assert_eq!(name, "orouter.call");
        assert_eq!(fields["otel.name"], "list_models");
        assert_eq!(fields["gen_ai.operation.name"], "list_models");
        assert!(!fields.contains_key("gen_ai.request.model"));
    }
    assert_eq!(spans[0].1["http.response.status_code"], "200");
    assert_eq!(spans[0].1["openrouter.generation_id"], "gen-1");
    assert_eq!(spans[1].1["http.response.status_code"], "404");
    assert_eq!(spans[1].1["otel.status_code"], "ERROR");
}
