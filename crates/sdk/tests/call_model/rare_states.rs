//! States from which a run continues after errors of the set-up, of a final turn, and after changes of its
//! tools; states edited by hand.

use std::sync::Mutex;

use orouter::{AbortHandle, ErrorKind, RunState, StopReason, Tool, stop, testing::Reply};
use serde_json::{Value, json};

use super::*;
use crate::{approval::stored, support::replay};

#[tokio::test]
async fn outputs_of_calls_that_ran_are_part_of_a_run_that_waits() {
    let runs = Runs::default();
    let (client, ..) = replay([Reply::tool_calls([("delete", "{}"), ("get_weather", "{}")])]);
    let delete = returning("delete", || Ok(1)).require_approval();
    let run = client.call_model(request()).tools([delete, weather(&runs)]);
    let run = run.await.unwrap();
    assert_eq!(run.stop_reason(), StopReason::PendingCalls);
    assert_eq!(outputs(&run.steps()[0].outputs)[0].0, "call_2");
    assert_eq!(outputs(&run.conversation()).len(), 1);

    // Also after an error.
    let (client, ..) = replay([Reply::tool_calls([("get_weather", "{}"), ("fail", "{}")])]);
    let fail = returning("fail", || Err::<(), _>(ToolError::new("no").ending_run()));
    let run = client.call_model(request()).tools([weather(&runs), fail]);
    let run = run.await.unwrap_err().into_model_run().unwrap();
    assert_eq!(outputs(&run.steps()[0].outputs).len(), 2);
    // And once they are part of the conversation, when the next request fails.
    let (client, ..) = replay([call("get_weather"), Reply::status(400)]);
    let run = client.call_model(request()).tool(weather(&runs));
    let run = run.await.unwrap_err().into_model_run().unwrap();
    assert_eq!(outputs(&run.steps()[0].outputs).len(), 1);
    assert_eq!(outputs(&run.conversation()).len(), 1);
}

#[tokio::test]
async fn an_error_of_the_set_up_leaves_the_run_as_it_was() {
    let runs = Runs::default();
    let (client, ..) = replay([
        Reply::tool_calls([("delete", "{}"), ("delete", "{}")]),
        Reply::text("ok"),
    ]);
    let delete = || {
        let runs = runs.clone();
        returning("delete", move || Ok(runs.add())).require_approval()
    };
    let asked = request().tools([Tool::function("ask", json!({"type": "object"}))]);
    let run = client.call_model(asked).tool(delete()).await.unwrap();
    let state = run.into_state();

    let tools = || [delete(), weather(&runs)];
    let resume = || client.resume_model(state.clone());
    for wrong in [
        resume().tools(tools()).approve("call_1").approve("call_9"),
        resume().tools(tools()).reject("call_1", "no").input("more"),
        resume().tools(tools()).tool(returning("ask", || Ok(1))),
    ] {
        let error = wrong.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let after = error.into_model_run().unwrap().into_state();
        assert!(after == state, "{after:?}");
    }
    // A stream has no events before the error.
    let mut events = resume()
        .tools(tools())
        .reject("call_1", "no")
        .approve("call_9")
        .stream();
    assert!(events.next().await.unwrap().is_err());
    assert!(events.next().await.is_none());

    let run = resume().tools(tools()).approve("call_1").approve("call_2");
    assert_eq!(
        (run.await.unwrap().text().as_str(), runs.count()),
        ("ok", 2)
    );
}

#[tokio::test]
async fn a_tool_can_be_left_out_and_registered_again() {
    let runs = Runs::default();
    let (client, transport, _) = replay([Reply::text("ok")]);
    let run = client.call_model(request()).tool(weather(&runs));
    let run = run.await.unwrap();
    let run = client
        .resume_model(stored(run))
        .input("more")
        .await
        .unwrap();
    let run = client
        .resume_model(stored(run))
        .tool(weather(&runs).description("again"))
        .input("more")
        .await
        .unwrap();
    assert_eq!(run.steps().len(), 3);
    let tools = &transport.responses_requests()[2].tools;
    assert_eq!(tools.len(), 1);
    assert!(orouter::to_string(&tools[0]).contains("again"));
}

#[tokio::test]
async fn a_store_that_sorts_members_does_not_change_tools() {
    let runs = Runs::default();
    let (client, ..) = replay([call("get_weather"), Reply::text("ok")]);
    let tool = || weather(&runs).require_approval();
    let run = client.call_model(request()).tool(tool()).await.unwrap();
    let mut value = serde_json::to_value(run.into_state()).unwrap();
    // As a database does that stores JSON in a binary form.
    value.sort_all_objects();
    let state: RunState = serde_json::from_value(value).unwrap();
    let run = client.resume_model(state).tool(tool()).approve("call_1");
    assert_eq!(
        (run.await.unwrap().text().as_str(), runs.count()),
        ("ok", 1)
    );
}

#[tokio::test]
async fn input_is_in_the_state_after_an_error() {
    let (client, transport, _) = replay([Reply::text("ok")]);
    let run = client.call_model(request()).await.unwrap();
    let state = stored(run);
    let aborted = AbortHandle::new();
    aborted.abort();
    let again = client.resume_model(state).input("one").abort(&aborted);
    let error = again.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Aborted);
    let state = stored(error.into_model_run().unwrap());
    let refused = client
        .resume_model(state)
        .before_step(|_| async { Err(orouter::Error::custom(ErrorKind::Other, "no")) });
    let state = stored(refused.await.unwrap_err().into_model_run().unwrap());
    let run = client.resume_model(state).input("two").await.unwrap();
    assert_eq!((run.text().as_str(), run.steps().len()), ("ok", 2));
    let texts: Vec<String> = input(&transport, 1)
        .iter()
        .filter_map(|item| Some(item.as_message()?.text()))
        .collect();
    assert_eq!(texts, ["Is it warm in Paris?", "ok", "one", "two"]);
}

#[tokio::test]
async fn a_final_turn_that_failed_is_repeated_as_a_final_turn() {
    let runs = Runs::default();
    let (client, transport, _) = replay([
        call("get_weather"),
        Reply::status(400),
        Reply::text("in short"),
    ]);
    let limited = |run: orouter::RunCall| {
        run.tool(weather(&runs))
            .stop_when(stop::step_count_is(1))
            .final_instruction("Answer now.")
    };
    let error = limited(client.call_model(request())).await.unwrap_err();
    let state = stored(error.into_model_run().unwrap());
    let run = limited(client.resume_model(state)).await.unwrap();
    assert_eq!(run.stop_reason(), StopReason::StopCondition);
    assert_eq!(run.stop_condition(), Some("step_count_is(1)"));
    assert_eq!((run.steps().len(), runs.count()), (2, 1));
    let requests = transport.responses_requests();
    assert_eq!(requests[1], requests[2]);

    // A higher limit turns it into an ordinary step.
    let (client, transport, _) = replay([
        call("get_weather"),
        Reply::status(400),
        call("get_weather"),
        Reply::text("ok"),
    ]);
    let error = limited(client.call_model(request())).await.unwrap_err();
    let state = stored(error.into_model_run().unwrap());
    let run = client.resume_model(state).tool(weather(&runs));
    assert_eq!(run.await.unwrap().stop_reason(), StopReason::Finished);
    assert_eq!(transport.responses_requests()[2].tool_choice, None);
}

#[tokio::test]
async fn a_streamed_run_is_stored_as_any_other() {
    let (client, transport, _) = replay([Reply::text("ok")]);
    for asked in [request(), request().stream(false)] {
        let run = client.call_model(asked.clone()).stream().into_run();
        let state = stored(run.await.unwrap());
        client.resume_model(state).input("more").await.unwrap();
        let sent = transport.responses_requests().pop().unwrap();
        assert_eq!(sent.stream, asked.stream);
    }
}

#[tokio::test]
async fn states_edited_by_hand_are_refused_if_a_call_could_be_lost_or_repeated() {
    let runs = Runs::default();
    let (client, ..) = replay([Reply::tool_calls([
        ("get_weather", "{}"),
        ("get_weather", "{}"),
    ])]);
    let run = client
        .call_model(request())
        .tool(weather(&runs).require_approval());
    let state = serde_json::to_value(run.await.unwrap().into_state()).unwrap();
    let changed = |path: &str, value: Value| {
        let mut state = state.clone();
        match state.pointer_mut(path) {
            Some(member) => *member = value,
            None => {
                let (parent, name) = path.rsplit_once('/').unwrap();
                state.pointer_mut(parent).unwrap()[name] = value;
            }
        }
        serde_json::from_value::<RunState>(state)
    };
    assert!(changed("/run/earlier_steps", json!(0)).is_ok());
    let record = |index: u64| json!({"index": index, "status": "approved"});
    for (path, value) in [
        ("/run/calls", json!([record(0), record(0)])),
        ("/run/calls", json!([record(1), record(0)])),
        ("/run/calls/0/status", json!("done")),
        ("/run/calls/0/status", json!("other")),
        ("/run/step_is_open", json!(false)),
        ("/run/continued", json!(true)),
        ("/run/steps", json!([])),
        ("/run/earlier_steps", json!(2)),
        (
            "/run/steps/0/response/output/0",
            json!({"type": "message", "role": "assistant", "content": []}),
        ),
    ] {
        let error = changed(path, value.clone()).unwrap_err().to_string();
        assert!(error.contains("damaged"), "{path} {value}: {error}");
    }
}

#[tokio::test]
async fn a_step_that_is_about_to_start_prints_no_content() {
    let (client, ..) = replay([Reply::text("ok")]);
    let shown = Arc::new(Mutex::new(String::new()));
    let run = client.call_model(request().instructions("secret"));
    let run = {
        let shown = Arc::clone(&shown);
        run.before_step(move |step| {
            *shown.lock().unwrap() = format!("{step:?}");
            async move { Ok(step.request) }
        })
    };
    run.await.unwrap();
    let shown = shown.lock().unwrap();
    assert!(shown.contains("number: 1"), "{shown}");
    assert!(
        !shown.contains("Paris") && !shown.contains("secret"),
        "{shown}"
    );
}

#[tokio::test]
async fn input_beside_the_last_decision_starts_a_new_count() {
    let runs = Runs::default();
    let (client, transport, _) = replay([call("get_weather"), Reply::text("ok")]);
    let limited = |run: orouter::RunCall| {
        run.tool(weather(&runs).require_approval())
            .stop_when(stop::step_count_is(1))
    };
    let run = limited(client.call_model(request())).await.unwrap();
    let run = client.resume_model(stored(run)).reject("call_1", "no");
    let run = limited(run.input("Then guess.")).await.unwrap();
    assert_eq!(run.stop_reason(), StopReason::Finished);
    assert_eq!(transport.responses_requests()[1].tool_choice, None);
    let kinds: Vec<String> = input(&transport, 1)
        .iter()
        .map(|item| item.kind().to_owned())
        .collect();
    assert_eq!(
        kinds,
        [
            "message",
            "function_call",
            "function_call_output",
            "message"
        ]
    );
}
