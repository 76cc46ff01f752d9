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
    time::Duration,
};

use orouter::{FnTool, FunctionTool, OnToolError, ToolError, testing::Reply};
use serde_json::{Value, json};
use support::{CREATED, RESPONSE, events, replay, request};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

/// A subscriber that records the fields of spans and the text of events.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Recorded>>);

#[derive(Default)]
struct Recorded {
    spans: Vec<(String, BTreeMap<String, String>)>,
    /// Indexes of the spans in which the spans were created.
    parents: Vec<Option<usize>>,
    entered: Vec<Id>,
    events: Vec<String>,
    /// Level, span and fields of each event.
    logged: Vec<(Level, Option<usize>, BTreeMap<String, String>)>,
    /// Fields that were recorded twice on a span. Most subscribers show both.
    repeated: Vec<String>,
    closed: usize,
}

fn index(span: &Id) -> usize {
    usize::try_from(span.into_u64()).unwrap() - 1
}

impl Recorded {
    /// Returns the index of the span that is current on this thread.
    fn current(&self) -> Option<usize> {
        self.entered.last().map(index)
    }

    /// Returns span and fields of the events with this message, all of which are at `debug`.
    fn debug_events(&self, message: &str) -> Vec<(usize, BTreeMap<String, String>)> {
        let with_message = self
            .logged
            .iter()
            .filter(|(.., it)| it["message"] == message);
        with_message
            .map(|(level, span, fields)| {
                assert_eq!(*level, Level::DEBUG);
                let mut fields = fields.clone();
                fields.remove("message");
                (span.unwrap(), fields)
            })
            .collect()
    }
}

fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let own = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
    pairs.iter().map(own).collect()
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
        let parent = recorded.current();
        recorded.parents.push(parent);
        recorded
            .spans
            .push((span.metadata().name().to_owned(), fields));
        Id::from_u64(recorded.spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut recorded = self.0.lock().unwrap();
        let index = index(span);
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
        let mut recorded = self.0.lock().unwrap();
        recorded.events.push(format!("{fields:?}"));
        let span = event.parent().map(index).or(recorded.current());
        let level = *event.metadata().level();
        recorded.logged.push((level, span, fields));
    }

    fn enter(&self, span: &Id) {
        self.0.lock().unwrap().entered.push(span.clone());
    }

    fn exit(&self, _: &Id) {
        self.0.lock().unwrap().entered.pop();
    }

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

#[tokio::test]
async fn a_success_logs_status_time_tokens_and_cost() {
    let (head, tail) = RESPONSE.split_at(40);
    let pause = Duration::from_secs(2);
    let whole = Reply::json(head).then_pause(pause).body(tail);
    let stream = Reply::events(&events()[..3]).then_pause(pause).body(
        events()[3..]
            .iter()
            .map(|data| format!("data: {data}\n\n"))
            .collect::<String>(),
    );
    // The server responds to `stream` with one body.
    let unexpected = Reply::json(head).then_pause(pause).body(tail);
    for (streams, reply) in [(false, whole), (true, stream), (true, unexpected)] {
        let recorded = recorded(async {
            let (client, ..) = replay([reply]);
            let request = request().stream(streams);
            client.responses().create(request).await.unwrap();
        })
        .await;
        let expected = fields(&[
            ("status", "200"),
            ("outcome", "completed"),
            ("attempts", "1"),
            ("elapsed", "2s"),
            ("input_tokens", "3"),
            ("output_tokens", "2"),
            ("cost", "0.5"),
        ]);
        assert_eq!(recorded.debug_events("call succeeded"), [(0, expected)]);
    }
}

#[tokio::test]
async fn a_success_without_usage_is_logged_without_tokens() {
    let recorded = recorded(async {
        let body = r#"{"id":"r","status":"test-key","output":[]}"#;
        let (client, ..) = replay([
            Reply::status(503),
            Reply::json(body),
            Reply::json(r#"{"data":[]}"#),
        ]);
        client.responses().create(request()).await.unwrap();
        client.models().list().await.unwrap();
    })
    .await;
    let mut events = recorded.debug_events("call succeeded");
    for (_, fields) in &mut events {
        assert!(fields.remove("elapsed").is_some());
    }
    let call = fields(&[
        ("status", "200"),
        ("outcome", "(key hidden)"),
        ("attempts", "2"),
    ]);
    let list = fields(&[("status", "200"), ("attempts", "1")]);
    assert_eq!(events, [(0, call), (1, list)]);
}

#[tokio::test]
async fn failures_log_no_success() {
    let recorded = recorded(async {
        let failed = r#"{"type":"response.failed","response":{"id":"r","status":"failed","output":[],"error":{"code":"server_error","message":"no"}}}"#;
        let (client, ..) = replay([
            Reply::error(400, "{}"),
            Reply::json("[]"),
            Reply::events([CREATED]),
            Reply::events([CREATED, failed]),
        ]);
        for streams in [false, false, true, true] {
            let request = request().stream(streams);
            client.responses().create(request).await.unwrap_err();
        }
        // A stream that is left before its end is not a success either.
        let (client, ..) = replay([Reply::events(events())]);
        client.responses().stream(request()).await.unwrap().next().await.unwrap().unwrap();
    })
    .await;
    assert_eq!(recorded.spans.len(), 5);
    assert_eq!(recorded.debug_events("call succeeded"), []);
}

/// A tool of this name; its error, if any, is `Hello`.
fn tool(name: &str, fails: bool) -> FnTool {
    let definition = FunctionTool::new(name, json!({"type": "object"}));
    FnTool::new(definition, move |_: Value| async move {
        if fails {
            Err(ToolError::new("Hello"))
        } else {
            Ok("Hello")
        }
    })
}

#[tokio::test]
async fn a_run_is_a_span_around_its_calls_and_tools() {
    let recorded = recorded(async {
        let (client, ..) = replay([
            Reply::tool_calls([
                ("look", r#"{"q":"Hello"}"#),
                ("fail", "{}"),
                ("look", "Hello"),
            ]),
            Reply::text("Hello"),
        ]);
        let run = client
            .call_model(request())
            .tools([tool("look", false), tool("fail", true)]);
        run.await.unwrap();
    })
    .await;
    let names: Vec<_> = recorded
        .spans
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "orouter.run",
            "orouter.call",
            "orouter.tool",
            "orouter.tool",
            "orouter.tool",
            "orouter.call"
        ]
    );
    let inside = Some(0);
    assert_eq!(
        recorded.parents,
        [None, inside, inside, inside, inside, inside]
    );

    let run = &recorded.spans[0].1;
    for (field, value) in [
        ("otel.name", "invoke_agent"),
        ("gen_ai.operation.name", "invoke_agent"),
        ("gen_ai.provider.name", "openrouter"),
        ("gen_ai.request.model", "m"),
        ("gen_ai.usage.input_tokens", "20"),
        ("gen_ai.usage.output_tokens", "10"),
        ("orouter.steps", "2"),
        ("orouter.stop_reason", "Finished"),
    ] {
        assert_eq!(run.get(field).map(String::as_str), Some(value), "{field}");
    }
    assert!(!run.contains_key("error.type") && !run.contains_key("otel.status_code"));

    let outcomes = [
        ("look", "call_1", None),
        ("fail", "call_2", Some("tool_error")),
        ("look", "call_3", Some("invalid_arguments")),
    ];
    for ((_, span), (name, id, error)) in recorded.spans[2..5].iter().zip(outcomes) {
        assert_eq!(span["otel.name"], format!("execute_tool {name}"));
        assert_eq!(span["otel.kind"], "internal");
        assert_eq!(span["gen_ai.operation.name"], "execute_tool");
        assert_eq!(span["gen_ai.tool.type"], "function");
        assert_eq!(span["gen_ai.tool.name"], name);
        assert_eq!(span["gen_ai.tool.call.id"], id);
        assert_eq!(span["orouter.step"], "1");
        assert_eq!(span.get("error.type").map(String::as_str), error);
        assert_eq!(
            span.get("otel.status_code").map(String::as_str),
            error.map(|_| "ERROR")
        );
    }
    assert_eq!(recorded.debug_events("tool finished"), [(2, fields(&[]))]);
    let failed = recorded.debug_events("tool failed");
    let reasons: Vec<_> = failed
        .iter()
        .map(|(span, fields)| (*span, fields["reason"].as_str()))
        .collect();
    assert_eq!(reasons, [(4, "invalid_arguments"), (3, "tool_error")]);
    let stopped = fields(&[
        ("steps", "2"),
        ("stop_reason", "Finished"),
        ("total_tokens", "30"),
    ]);
    assert_eq!(recorded.debug_events("run stopped"), [(0, stopped)]);
    assert_eq!(recorded.debug_events("call succeeded").len(), 2);
}

#[tokio::test]
async fn a_run_that_fails_records_the_kind_and_no_content() {
    let recorded = recorded(async {
        let (client, ..) = replay([Reply::tool_call("fail", "{}")]);
        let run = client.call_model(request()).tool(tool("fail", true));
        run.on_tool_error(OnToolError::EndRun).await.unwrap_err();
    })
    .await;
    let run = &recorded.spans[0].1;
    assert_eq!(run["error.type"], "tool");
    assert_eq!(run["otel.status_code"], "ERROR");
    assert_eq!(run["orouter.stop_reason"], "Failed");
    let failed = fields(&[("kind", "tool"), ("steps", "1"), ("total_tokens", "15")]);
    assert_eq!(recorded.debug_events("run failed"), [(0, failed)]);
}

#[tokio::test]
async fn names_that_a_model_wrote_are_one_bounded_line() {
    let name = format!("{}\n{}", "a".repeat(150), "b".repeat(150));
    let recorded = recorded(async {
        let (client, ..) = replay([Reply::tool_call(name.as_str(), "{}"), Reply::text("Hello")]);
        client
            .call_model(request())
            .tool(tool(&name, false))
            .await
            .unwrap();
    })
    .await;
    let shown = &recorded.spans[2].1["gen_ai.tool.name"];
    assert!(shown.starts_with("aaa") && shown.contains("bbb"), "{shown}");
    assert!(
        !shown.contains('\n') && shown.chars().count() <= 201,
        "{shown}"
    );
}
