//! Streams of a run: events, text, snapshots, progress, cancellation.

use std::{sync::Mutex, time::Duration};

use orouter::{RunEvent, StreamEvent, testing::Reply};
use serde_json::{Value, json};

use super::*;
use crate::support::{replay, soon};

/// A short name of an event.
fn name(event: &RunEvent) -> String {
    match event {
        RunEvent::Response { step, event, .. } => format!("{step} {}", event.kind()),
        RunEvent::ToolStarted { step, call, .. } => format!("{step} started {}", call.call_id),
        RunEvent::ToolProgress {
            step,
            call_id,
            value,
            ..
        } => format!("{step} progress {call_id} {value}"),
        RunEvent::ToolFinished {
            step,
            call_id,
            output,
            failed,
            ..
        } => {
            format!("{step} finished {call_id} {} {failed}", output.text())
        }
        RunEvent::StepFinished { step, usage, .. } => format!("{step} end {}", usage.total_tokens),
        _ => "other".to_owned(),
    }
}

#[tokio::test]
async fn events_come_in_order() {
    let reporting = FnTool::with_context(
        definition("index"),
        |_: Value, context: ToolContext| async move {
            for percent in [50, 100] {
                context.progress(json!({"percent": percent})).await?;
            }
            Ok("indexed")
        },
    );
    let failing = returning("fail", || Err::<(), _>(ToolError::new("no")));
    let (client, transport, _) = replay([
        Reply::tool_calls([("index", "{}"), ("fail", "{}")]),
        Reply::text("ok"),
    ]);
    let mut events = client
        .call_model(request())
        .tools([reporting, failing])
        .stream();
    let mut names = Vec::new();
    while let Some(event) = soon(events.next()).await {
        names.push(name(&event.unwrap()));
    }
    let own: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| !name.contains("response."))
        .collect();
    assert_eq!(
        own,
        [
            "1 started call_1",
            "1 started call_2",
            "1 progress call_1 {\"percent\":50}",
            "1 progress call_1 {\"percent\":100}",
            "1 finished call_1 indexed false",
            "1 finished call_2 {\"error\":\"no\"} true",
            "1 end 15",
            "2 end 15",
        ]
    );
    assert_eq!(names[0], "1 response.created");
    let completed = names
        .iter()
        .position(|name| name == "1 response.completed")
        .unwrap();
    assert!(
        completed
            < names
                .iter()
                .position(|name| name == "1 started call_1")
                .unwrap()
    );
    assert!(names.contains(&"2 response.output_text.delta".to_owned()));
    assert!(names.last().unwrap().starts_with("2 end"));
    assert!(
        transport
            .responses_requests()
            .iter()
            .all(|request| request.stream == Some(true))
    );
    let run = events.into_run().await.unwrap();
    assert_eq!((run.text().as_str(), run.steps().len()), ("ok", 2));
}

#[tokio::test]
async fn the_text_of_all_steps_is_streamed() {
    let mut first = orouter::Response::new("", "m");
    first.output = vec![
        orouter::Message::assistant("Let me look. ").into(),
        orouter::FunctionCall::new("a", "get_weather", "{}").into(),
    ];
    let runs = Runs::default();
    let (client, ..) = replay([Reply::response(first), Reply::text("It is 21 °C.")]);
    let text = client
        .call_model(request())
        .tool(weather(&runs))
        .stream_text();
    // It can be sent to another task, as the body of a web handler is.
    let text = tokio::spawn(async move {
        let mut text = text;
        let mut all = Vec::new();
        while let Some(piece) = text.next().await {
            all.push(piece.unwrap());
        }
        (all, text.into_run().await.unwrap().steps().len())
    });
    let (pieces, steps) = soon(text).await.unwrap();
    assert_eq!(pieces.concat(), "Let me look. It is 21 °C.");
    assert!(pieces.iter().all(|piece| !piece.is_empty()));
    assert_eq!(steps, 2);
}

#[tokio::test]
async fn a_snapshot_shows_the_response_so_far() {
    let runs = Runs::default();
    let (client, ..) = replay([call("get_weather"), Reply::text("It is 21 °C.")]);
    let mut events = client.call_model(request()).tool(weather(&runs)).stream();
    assert!(events.snapshot().output.is_empty());
    let mut texts = Vec::new();
    while let Some(event) = events.next().await {
        if let RunEvent::Response {
            step: 2,
            event: StreamEvent::OutputTextDelta(_),
            ..
        } = event.unwrap()
        {
            texts.push(events.snapshot().output_text());
        }
    }
    assert!(!texts.is_empty());
    assert!("It is 21 °C.".starts_with(&texts[0]) && !texts[0].is_empty());
    assert_eq!(events.snapshot().output_text(), "It is 21 °C.");
}

#[tokio::test]
async fn a_run_advances_only_while_it_is_read() {
    let runs = Runs::default();
    let (client, transport, _) = replay([call("get_weather"), Reply::text("ok")]);
    let mut events = client.call_model(request()).tool(weather(&runs)).stream();
    assert!(transport.requests().is_empty());
    events.next().await.unwrap().unwrap();
    tokio::task::yield_now().await;
    assert_eq!((transport.requests().len(), runs.count()), (1, 0));
}

#[tokio::test]
async fn a_tool_waits_for_the_reader_of_its_progress() {
    let reported = Runs::default();
    let tool = {
        let reported = reported.clone();
        FnTool::with_context(definition("t"), move |_: Value, context: ToolContext| {
            let reported = reported.clone();
            async move {
                // Also from another task.
                let task = tokio::spawn(async move {
                    for number in 0..1000 {
                        context.progress(number).await?;
                        reported.add();
                    }
                    Ok::<_, ToolError>(())
                });
                task.await?.map(|()| "done")
            }
        })
    };
    let client = in_real_time([call("t"), Reply::text("ok")]);
    let mut events = client.call_model(request()).tool(tool.clone()).stream();
    let mut values = Vec::new();
    while let Some(event) = soon(events.next()).await {
        if let RunEvent::ToolProgress { value, .. } = event.unwrap() {
            if values.is_empty() {
                // The reader is slow.
                for _ in 0..200 {
                    tokio::task::yield_now().await;
                }
                assert!(reported.count() <= 66, "{}", reported.count());
            }
            values.push(value);
        }
    }
    let expected: Vec<Value> = (0..1000).map(Value::from).collect();
    assert_eq!(values, expected);

    // A run that is awaited drops progress.
    let client = in_real_time([call("t"), Reply::text("ok")]);
    assert_eq!(
        soon(client.call_model(request()).tool(tool))
            .await
            .unwrap()
            .text(),
        "ok"
    );
}

#[tokio::test]
async fn dropping_the_stream_cancels_the_tools_and_the_request() {
    struct OnDrop(Arc<Mutex<bool>>);
    impl Drop for OnDrop {
        fn drop(&mut self) {
            *self.0.lock().unwrap() = true;
        }
    }
    let dropped = Arc::new(Mutex::new(false));
    let tool = {
        let dropped = Arc::clone(&dropped);
        FnTool::new(definition("t"), move |_: Value| {
            let guard = OnDrop(Arc::clone(&dropped));
            async move {
                let _guard = guard;
                std::future::pending::<()>().await;
                Ok(())
            }
        })
        .timeout(Duration::MAX)
    };
    let (client, ..) = replay([call("t")]);
    let mut events = client.call_model(request()).tool(tool).stream();
    while let Some(event) = events.next().await {
        if let RunEvent::ToolStarted { .. } = event.unwrap() {
            break;
        }
    }
    assert!(!*dropped.lock().unwrap());
    drop(events);
    assert!(*dropped.lock().unwrap());

    let server = orouter::testing::ScriptedServer::start([vec![
        orouter::testing::Step::send(orouter::testing::sse([crate::support::CREATED])),
        orouter::testing::Step::Hang,
    ]])
    .await
    .unwrap();
    let client = crate::support::client(&server);
    let mut events = client.call_model(request()).stream();
    soon(events.next()).await.unwrap().unwrap();
    assert_eq!(server.open_connections(), 1);
    drop(events);
    crate::support::until(|| server.open_connections() == 0).await;
}

#[tokio::test]
async fn debug_output_holds_no_content() {
    let runs = Runs::default();
    let (client, ..) = replay([call("get_weather"), Reply::text("secret text")]);
    let mut events = client.call_model(request()).tool(weather(&runs)).stream();
    let mut shown = format!("{events:?}");
    while let Some(event) = events.next().await {
        shown += &format!("{:?}", event.unwrap());
    }
    let run = events.into_run().await.unwrap();
    shown += &format!("{run:?} {:?} {:?}", run.steps(), run.pending_calls());
    for content in ["Paris", "secret text", "celsius"] {
        assert!(!shown.contains(content), "{shown}");
    }
}
