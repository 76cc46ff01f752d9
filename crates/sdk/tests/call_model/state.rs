//! Stored runs: the form, versions, damage, changed tools, interrupted calls, conversations.

use std::{future::Future, pin::Pin, task::Context, time::Duration};

use orouter::{
    AbortHandle, ErrorKind, FunctionTool, PendingReason, RunState, StopReason, testing::Reply,
};
use serde_json::{Value, json};

use super::*;
use crate::support::replay;

async fn pending_state(runs: &Runs) -> Value {
    let (client, ..) = replay([call("get_weather")]);
    let run = client
        .call_model(request())
        .tool(weather(runs).require_approval());
    let run = run.await.unwrap();
    assert_eq!(run.stop_reason(), StopReason::PendingCalls);
    serde_json::to_value(run.into_state()).unwrap()
}

#[tokio::test]
async fn a_state_is_versioned_and_survives_storing() {
    let state = pending_state(&Runs::default()).await;
    assert_eq!(state["version"], 1);
    let read: RunState = serde_json::from_value(state.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), state);
    assert!(!format!("{read:?}").contains("Paris"));
}

#[tokio::test]
async fn states_of_other_versions_and_damaged_states_are_refused() {
    let state = pending_state(&Runs::default()).await;
    let changed = |path: &str, value: Value| {
        let mut state = state.clone();
        *state.pointer_mut(path).unwrap() = value;
        state
    };
    for (state, message) in [
        (
            changed("/version", json!(0)),
            "stored in version 0 of its form; this version of orouter reads version 1",
        ),
        (changed("/version", json!(2)), "stored in version 2"),
        (changed("/version", json!("1")), "it has no version"),
        (json!({}), "it has no version"),
        (json!([]), ""),
        (json!({"version": 1}), "it has no run"),
        (json!({"version": 1, "run": null}), "it has no run"),
        (
            changed("/run/steps", json!("none")),
            "damaged at /run/steps",
        ),
        (changed("/run/calls", json!({})), "damaged at /run/calls"),
        (
            changed("/run/calls/0/index", json!("x")),
            "damaged at /run/calls/0/index",
        ),
        (
            changed("/run/calls/0/index", json!(7)),
            "damaged: a call in /run/calls",
        ),
        (
            changed("/run/steps/0/response", json!(1)),
            "damaged at /run/steps/0/response",
        ),
        (changed("/run/request", json!(1)), "damaged at /run/request"),
    ] {
        let error = serde_json::from_value::<RunState>(state.clone())
            .unwrap_err()
            .to_string();
        assert!(error.contains(message), "{state}: {error}");
    }
    // Members of the API that this version does not know are no damage.
    let newer = changed("/run/steps/0/response/status", json!("dreaming"));
    let newer: RunState = serde_json::from_value(newer).unwrap();
    assert!(serde_json::to_string(&newer).unwrap().contains("dreaming"));
}

#[tokio::test]
async fn a_changed_tool_is_an_error_only_if_it_has_a_pending_call() {
    let runs = Runs::default();
    let state = pending_state(&runs).await;
    let resume = |client: &orouter::OpenRouter| {
        client
            .resume_model(serde_json::from_value(state.clone()).unwrap())
            .approve("call_1")
    };
    let changed = || {
        let definition = FunctionTool::new(
            "get_weather",
            json!({"type": "object", "properties": {"town": {"type": "string"}}}),
        );
        FnTool::new(definition, |arguments: Value| async move { Ok(arguments) })
    };
    let (client, transport, _) = replay([Reply::text("ok")]);
    let error = resume(&client).tool(changed()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(
        error
            .to_string()
            .contains("\"get_weather\", whose parameters have changed"),
        "{error}"
    );
    let error = resume(&client).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("\"get_weather\", which is not registered"),
        "{error}"
    );
    assert!(transport.requests().is_empty());

    let run = resume(&client)
        .tool(changed())
        .allow_changed_tools()
        .await
        .unwrap();
    assert_eq!(outputs(&run.steps()[0].outputs)[0].1, r#"{"city":"Paris"}"#);
    // The model gets the new definition.
    assert!(orouter::to_string(&transport.responses_requests()[0]).contains("town"));

    // A new description, and other new tools, change nothing.
    let (client, ..) = replay([Reply::text("ok")]);
    let described = weather(&runs).description("new words");
    let run = resume(&client)
        .tool(described)
        .tool(returning("other", || Ok(1)));
    assert_eq!(run.await.unwrap().text(), "ok");
}

#[tokio::test]
async fn an_interrupted_call_does_not_run_again_by_itself() {
    let runs = Runs::default();
    let slow = |runs: &Runs, hang: bool| {
        let runs = runs.clone();
        FnTool::new(definition("pay"), move |_: Value| {
            runs.add();
            async move {
                if hang {
                    std::future::pending::<()>().await;
                }
                Ok("paid")
            }
        })
    };
    let client = in_real_time([Reply::tool_calls([("pay", "{}"), ("get_weather", "{}")])]);
    let handle = AbortHandle::new();
    let weather_runs = Runs::default();
    let mut run = client
        .call_model(request())
        .tools([slow(&runs, true), weather(&weather_runs)])
        .abort(&handle);
    let mut cx = Context::from_waker(std::task::Waker::noop());
    for _ in 0..100 {
        assert!(Pin::new(&mut run).poll(&mut cx).is_pending());
        if runs.count() == 1 {
            break;
        }
        tokio::task::yield_now().await;
    }
    handle.abort();
    let error = run.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Aborted);
    let run = error.into_model_run().unwrap();
    assert_eq!(run.stop_reason(), StopReason::Failed);
    let pending = run.pending_calls();
    assert_eq!(
        (pending.len(), pending[0].reason),
        (1, PendingReason::Interrupted)
    );
    let state = serde_json::to_string(&run.into_state()).unwrap();
    let state = || serde_json::from_str::<RunState>(&state).unwrap();

    let tools = || [slow(&runs, false), weather(&weather_runs)];
    let answered = async |run: orouter::RunCall| {
        let run = run.tools(tools()).await.unwrap();
        outputs(&run.steps()[0].outputs)[0].1.clone()
    };
    let (client, ..) = replay([Reply::text("ok")]);
    let told = answered(client.resume_model(state())).await;
    assert_eq!(
        told,
        r#"{"error":"the call was interrupted; its result is unknown"}"#
    );
    assert_eq!(runs.count(), 1);
    let known = answered(
        client
            .resume_model(state())
            .output("call_1", "paid by hand"),
    )
    .await;
    assert_eq!((known.as_str(), runs.count()), ("paid by hand", 1));
    let again = answered(client.resume_model(state()).rerun("call_1")).await;
    assert_eq!((again.as_str(), runs.count()), ("paid", 2));
    assert_eq!(weather_runs.count(), 1);
}

#[tokio::test]
async fn a_finished_run_continues_with_input() {
    let runs = Runs::default();
    let (client, transport, _) = replay([
        call("get_weather"),
        Reply::text("21 °C"),
        Reply::text("22 °C"),
    ]);
    let run = client
        .call_model(request())
        .tool(weather(&runs))
        .await
        .unwrap();
    let state = run.into_state();
    // Without input there is nothing to do.
    let same = client
        .resume_model(state.clone())
        .tool(weather(&runs))
        .await
        .unwrap();
    assert_eq!(
        (same.text().as_str(), same.stop_reason()),
        ("21 °C", StopReason::Finished)
    );
    assert_eq!(transport.requests().len(), 2);

    let next = client
        .resume_model(state)
        .tool(weather(&runs))
        .input("And in Rome?");
    let next = next.await.unwrap();
    assert_eq!((next.text().as_str(), next.steps().len()), ("22 °C", 3));
    let items = input(&transport, 2);
    let kinds: Vec<&str> = items.iter().map(orouter::Item::kind).collect();
    assert_eq!(
        kinds,
        [
            "message",
            "function_call",
            "function_call_output",
            "message",
            "message"
        ]
    );
    assert_eq!(items[4].as_message().unwrap().text(), "And in Rome?");
}

#[tokio::test]
async fn conditions_count_from_the_last_input() {
    let runs = Runs::default();
    let (client, transport, _) = replay([call("get_weather")]);
    let limited = |run: orouter::RunCall| {
        let run = run
            .tool(weather(&runs))
            .stop_when(orouter::stop::step_count_is(2));
        run.final_turn(false)
    };
    let run = limited(client.call_model(request())).await.unwrap();
    assert_eq!(run.steps().len(), 2);
    // A resumed run counts the steps before it.
    let run = limited(client.resume_model(run.into_state()))
        .await
        .unwrap();
    assert_eq!((run.steps().len(), transport.requests().len()), (3, 3));
    let run = limited(client.resume_model(run.into_state()).input("more"))
        .await
        .unwrap();
    assert_eq!((run.steps().len(), transport.requests().len()), (5, 5));
    assert_eq!(run.usage().total_tokens, 75);
}

#[tokio::test]
async fn a_failed_run_repeats_only_the_failed_step() {
    let runs = Runs::default();
    let (client, transport, clock) = replay([
        costing(call("get_weather"), 100, 0.5),
        Reply::status(500),
        Reply::status(500),
        Reply::status(500),
        costing(Reply::text("ok"), 10, 0.25),
    ]);
    let error = client
        .call_model(request())
        .tool(weather(&runs))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::InternalServer, 3)
    );
    let run = error.into_model_run().unwrap();
    assert_eq!((run.steps().len(), run.usage().cost), (1, Some(0.5)));
    assert!(run.pending_calls().is_empty());
    let text = serde_json::to_string(&run.into_state()).unwrap();
    let state: RunState = serde_json::from_str(&text).unwrap();
    let run = client
        .resume_model(state)
        .tool(weather(&runs))
        .await
        .unwrap();
    assert_eq!((run.text().as_str(), runs.count()), ("ok", 1));
    assert_eq!(run.usage().cost, Some(0.75));
    let requests = transport.responses_requests();
    assert_eq!(requests[1], requests[4]);
    assert!(clock.elapsed() < Duration::from_secs(60));
}
