//! Stop conditions, and the final turn.

use orouter::{Message, Step, StopReason, ToolChoice, stop, testing::Reply};

use super::*;
use crate::support::replay;

/// A model that never stops calling tools, and costs 100 tokens and 0.01 USD for each response.
fn restless() -> [Reply; 1] {
    [costing(call("get_weather"), 100, 0.01)]
}

async fn stopped(
    condition: orouter::StopWhen,
    final_turn: bool,
) -> (orouter::ModelRun, ReplayTransport, usize) {
    let runs = Runs::default();
    let (client, transport, _) = replay(restless());
    let run = client
        .call_model(request())
        .tool(weather(&runs))
        .stop_when(condition);
    let run = run.final_turn(final_turn).await.unwrap();
    assert_eq!(run.stop_reason(), StopReason::StopCondition);
    (run, transport, runs.count())
}

#[tokio::test]
async fn each_condition_stops_after_its_step() {
    for (condition, steps) in [
        (stop::step_count_is(0), 1),
        (stop::step_count_is(1), 1),
        (stop::step_count_is(3), 3),
        (stop::has_tool_call("get_weather"), 1),
        (stop::max_tokens_used(250), 3),
        (stop::max_tokens_used(200), 2),
        (stop::max_cost(0.025), 3),
        (stop::max_cost(0.0), 1),
        (stop::finish_reason_is("tool_calls"), 1),
        (stop::when(|steps: &[Step]| steps.len() == 4), 4),
        (stop::step_count_is(9).or(stop::max_cost(0.02)), 2),
        (stop::step_count_is(2).and(stop::max_cost(0.03)), 3),
        (
            stop::step_count_is(9).or(stop::has_tool_call("other").or(stop::step_count_is(2))),
            2,
        ),
    ] {
        let name = condition.to_string();
        let (run, transport, calls) = stopped(condition.clone(), false).await;
        assert_eq!(
            (run.steps().len(), transport.requests().len()),
            (steps, steps),
            "{name}"
        );
        assert_eq!(calls, steps, "{name}: the calls of the last step have run");
        assert!(
            run.stop_condition().is_some_and(|met| name.contains(met)),
            "{name}"
        );
        assert!(run.pending_calls().is_empty());
        let (run, transport, calls) = stopped(condition, true).await;
        assert_eq!(run.steps().len(), steps + 1, "{name}");
        assert_eq!(
            (transport.requests().len(), calls),
            (steps + 1, steps),
            "{name}"
        );
    }
}

#[tokio::test]
async fn conditions_that_are_not_met_let_the_run_finish() {
    for condition in [
        stop::has_tool_call("other"),
        stop::finish_reason_is("stop"),
        stop::finish_reason_is("length"),
        stop::max_cost(1.0),
        stop::max_tokens_used(1000),
        stop::step_count_is(2).and(stop::max_cost(1.0)),
    ] {
        let runs = Runs::default();
        let (client, ..) = replay([call("get_weather"), call("get_weather"), Reply::text("ok")]);
        let run = client
            .call_model(request())
            .tool(weather(&runs))
            .stop_when(condition);
        let run = run.await.unwrap();
        assert_eq!(
            (run.stop_reason(), run.stop_condition()),
            (StopReason::Finished, None)
        );
        assert_eq!(run.text(), "ok");
    }
}

#[tokio::test]
async fn without_a_condition_a_run_stops_after_five_steps() {
    let runs = Runs::default();
    let (client, transport, _) = replay(restless());
    let run = client
        .call_model(request())
        .tool(weather(&runs))
        .await
        .unwrap();
    assert_eq!(run.stop_condition(), Some("step_count_is(5)"));
    assert_eq!((runs.count(), transport.requests().len()), (5, 6));
}

#[tokio::test]
async fn several_conditions_are_alternatives() {
    let runs = Runs::default();
    let (client, ..) = replay(restless());
    let run = client.call_model(request()).tool(weather(&runs));
    let run = run
        .stop_when(stop::step_count_is(4))
        .stop_when(stop::max_cost(0.02));
    assert_eq!(run.await.unwrap().stop_condition(), Some("max_cost(0.02)"));
}

#[tokio::test]
async fn the_final_turn_forbids_calls_and_keeps_the_tools() {
    let runs = Runs::default();
    let (client, transport, _) = replay([call("get_weather"), Reply::text("21 °C")]);
    let run = client
        .call_model(request().tool_choice(ToolChoice::required()))
        .tool(weather(&runs))
        .stop_when(stop::step_count_is(1))
        .final_instruction("Answer now.")
        .await
        .unwrap();
    assert_eq!(
        (run.text().as_str(), run.stop_reason()),
        ("21 °C", StopReason::StopCondition)
    );
    let requests = transport.responses_requests();
    assert_eq!(requests[1].tool_choice, Some(ToolChoice::none()));
    assert_eq!(requests[1].tools, requests[0].tools);
    let items = input(&transport, 1);
    assert_eq!(outputs(&items).len(), 1);
    assert_eq!(
        items
            .last()
            .unwrap()
            .as_message()
            .map(Message::text)
            .as_deref(),
        Some("Answer now.")
    );
    // The instruction is part of the conversation, the choice is not part of the request.
    assert_eq!(run.conversation().len(), 5);
    let (client, transport, _) = replay([Reply::text("more")]);
    client
        .resume_model(run.into_state())
        .tool(weather(&runs))
        .input("And tomorrow?")
        .await
        .unwrap();
    assert_eq!(
        transport.responses_requests()[0].tool_choice,
        Some(ToolChoice::auto())
    );
}

#[tokio::test]
async fn calls_in_the_final_turn_do_not_run() {
    let (run, transport, calls) = stopped(stop::step_count_is(2), true).await;
    assert_eq!((transport.requests().len(), calls), (3, 2));
    let pending = run.pending_calls();
    assert_eq!(pending.len(), 1);
    assert_eq!(pending[0].reason, orouter::PendingReason::NotStarted);
    assert_eq!(run.text(), "");
}

#[tokio::test]
async fn finish_reasons_are_those_of_the_response() {
    use orouter::{IncompleteReason, Response, ResponseStatus};
    for (reason, name) in [
        (IncompleteReason::MaxOutputTokens, "length"),
        (IncompleteReason::ContentFilter, "content_filter"),
        (IncompleteReason::from("steered"), "steered"),
    ] {
        let runs = Runs::default();
        let mut cut = Response::new("", "m");
        cut.status = ResponseStatus::Incomplete;
        cut.incomplete_details = Some(reason.into());
        cut.output = vec![orouter::FunctionCall::new("a", "get_weather", "{}").into()];
        let (client, ..) = replay([Reply::response(cut)]);
        let run = client.call_model(request()).tool(weather(&runs));
        let run = run
            .stop_when(stop::finish_reason_is(name))
            .final_turn(false)
            .await
            .unwrap();
        assert_eq!(
            run.stop_condition(),
            Some(format!("finish_reason_is({name:?})").as_str())
        );
    }
}

#[test]
fn conditions_print_themselves() {
    let condition = stop::step_count_is(1)
        .or(stop::max_cost(0.5))
        .and(stop::max_tokens_used(9));
    assert_eq!(
        condition.to_string(),
        "(step_count_is(1) or max_cost(0.5)) and max_tokens_used(9)"
    );
    assert_eq!(format!("{:?}", stop::when(|_| true)), "StopWhen(when(..))");
}
