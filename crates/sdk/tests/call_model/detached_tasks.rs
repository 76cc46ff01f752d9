//! Tasks that a tool spawned and that outlive the run or its stream; wakers; connections.

use std::{future::Future, sync::Mutex};

use orouter::{
    AbortHandle, ErrorKind, FunctionCall, Response, ResponseStatus, RunEvent,
    testing::{Reply, ScriptedServer, Step, http_response, sse},
};
use serde_json::Value;

use super::*;
use crate::support::{soon, until};

/// A tool that spawns a task which keeps its context, and returns at once. The task reports progress
/// whenever `go` is notified.
fn spawning(go: &Arc<tokio::sync::Notify>, reported: &Runs) -> FnTool {
    let (go, reported) = (Arc::clone(go), reported.clone());
    FnTool::with_context(definition("t"), move |_: Value, context: ToolContext| {
        let (go, reported) = (Arc::clone(&go), reported.clone());
        tokio::spawn(async move {
            go.notified().await;
            for number in 0..1000 {
                context.progress(number).await?;
                reported.add();
            }
            std::future::pending::<()>().await;
            Ok::<_, ToolError>(())
        });
        async { Ok("started") }
    })
}

#[tokio::test]
async fn progress_after_the_end_of_the_stream_is_dropped_and_does_not_wait() {
    for broken in [false, true] {
        let (go, reported) = (Arc::default(), Runs::default());
        let last = if broken {
            Reply::status(400)
        } else {
            Reply::text("ok")
        };
        let client = in_real_time([call("t"), last]);
        let run = client.call_model(request()).tool(spawning(&go, &reported));
        let mut events = run.stream();
        let mut errors = 0;
        while let Some(event) = soon(events.next()).await {
            errors += usize::from(event.is_err());
        }
        assert_eq!(errors, usize::from(broken));
        go.notify_one();
        until(|| reported.count() == 1000).await;
        assert!(soon(events.next()).await.is_none(), "the stream has ended");
    }

    // The reader is gone.
    let (go, reported) = (Arc::default(), Runs::default());
    let client = in_real_time([call("t"), Reply::text("ok")]);
    let run = client.call_model(request()).tool(spawning(&go, &reported));
    let mut events = run.stream();
    while let Some(event) = soon(events.next()).await {
        if let RunEvent::ToolFinished { .. } = event.unwrap() {
            break;
        }
    }
    go.notify_one();
    until(|| reported.count() > 32).await;
    drop(events);
    until(|| reported.count() == 1000).await;
}

#[tokio::test]
async fn the_connection_closes_although_a_task_keeps_its_context() {
    let mut first = Response::new("resp_1", "m");
    first.status = ResponseStatus::Completed;
    first.output = vec![FunctionCall::new("a", "t", "{}").into()];
    let first = orouter::to_string(&first);
    let json_head = [("content-type", "application/json")];
    let server = ScriptedServer::start([
        vec![
            Step::send(http_response(200, &json_head, &first)),
            Step::Close,
        ],
        vec![Step::send(sse([crate::support::CREATED])), Step::Hang],
    ])
    .await
    .unwrap();
    let client = crate::support::client(&server);
    let (go, reported) = (Arc::default(), Runs::default());
    let run = client.call_model(request()).tool(spawning(&go, &reported));
    let mut events = run.stream();
    loop {
        let event = soon(events.next()).await.unwrap().unwrap();
        if let RunEvent::Response { step: 2, .. } = event {
            break;
        }
    }
    until(|| server.open_connections() == 1).await;
    drop(events);
    until(|| server.open_connections() == 0).await;
}

#[tokio::test]
async fn a_stream_that_ended_with_an_error_keeps_no_connection() {
    let server =
        ScriptedServer::start([vec![Step::send(sse([crate::support::CREATED])), Step::Hang]])
            .await
            .unwrap();
    let client = crate::support::client(&server);
    let handle = AbortHandle::new();
    let mut events = client.call_model(request()).abort(&handle).stream();
    soon(events.next()).await.unwrap().unwrap();
    handle.abort();
    let error = soon(events.next()).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Aborted);
    until(|| server.open_connections() == 0).await;
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn a_tool_is_woken_from_another_thread_while_its_reader_waits() {
    let (sender, receiver) = tokio::sync::oneshot::channel::<u8>();
    let receiver = Arc::new(Mutex::new(Some(receiver)));
    let tool = FnTool::new(definition("t"), move |_: Value| {
        let receiver = receiver.lock().unwrap().take().unwrap();
        async move { Ok(receiver.await?) }
    });
    let client = in_real_time([call("t"), Reply::text("ok")]);
    let mut events = client.call_model(request()).tool(tool).stream();
    while let Some(event) = soon(events.next()).await {
        if let RunEvent::ToolStarted { .. } = event.unwrap() {
            break;
        }
    }
    // A waker that is not used again.
    {
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        let next = std::pin::pin!(events.next());
        assert!(next.poll(&mut cx).is_pending());
    }
    let thread = std::thread::spawn(move || {
        std::thread::yield_now();
        sender.send(7).unwrap();
    });
    let event = soon(events.next()).await.unwrap().unwrap();
    assert!(matches!(
        event,
        RunEvent::ToolFinished { failed: false, .. }
    ));
    thread.join().unwrap();
}
