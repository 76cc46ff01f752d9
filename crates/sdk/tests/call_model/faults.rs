//! Every fault of an upstream in the middle of a run, on real connections: one error, which contains the
//! run so far and from which the run is resumed.

use std::{sync::OnceLock, time::Duration};

use orouter::{
    FunctionCall, Item, OpenRouter, Response, ResponseStatus, RetryConfig, RunState, StopReason,
    Timeouts, assemble::events_of, transport::ReqwestTransport,
};
use orouter_upstream_double::{Fault, Received, Reply, Upstream, Vendor};

use super::*;
use crate::support::{LONG, builder, soon};

/// A limit for silence, short, with a real clock.
const LIMIT: Duration = Duration::from_millis(150);

/// A response that calls the tool.
fn calling(streamed: bool) -> Reply {
    let mut response = Response::new("resp_1", "m");
    response.status = ResponseStatus::Completed;
    response.usage = Some(Usage::new(10, 5));
    let call = FunctionCall::new("call_1", "get_weather", r#"{"city":"Paris"}"#);
    response.output = vec![call.into()];
    if streamed {
        let frame = |event| format!("data: {}\n\n", orouter::to_string(&event));
        Reply::stream(events_of(&response).map(frame))
    } else {
        Reply::json(200, &orouter::to_string(&response))
    }
}

fn client(url: &str, fault: Fault) -> OpenRouter {
    let patient = Timeouts::default()
        .connect(LONG)
        .first_byte(LONG)
        .idle(LONG);
    let timeouts = match fault {
        Fault::StallBeforeHead => patient.first_byte(LIMIT),
        Fault::Stall => patient.idle(LIMIT),
        _ => patient,
    };
    static TRANSPORT: OnceLock<ReqwestTransport> = OnceLock::new();
    let make = ReqwestTransport::builder().connect_timeout(Some(LONG));
    let transport = TRANSPORT.get_or_init(|| make.build().unwrap());
    builder()
        .server_url(url)
        .transport(transport.clone())
        .timeouts(timeouts)
        .retries(RetryConfig::none())
        .build()
        .unwrap()
}

#[tokio::test]
async fn each_fault_is_one_error_from_which_the_run_is_resumed() {
    for fault in Fault::all() {
        for streamed in [false, true] {
            let broken = fault.reply(Vendor::Responses, streamed);
            if broken.is_none() {
                continue;
            }
            let upstream = Upstream::start(move |request: &Received| {
                let input = request.json()["input"].as_array().map_or(0, Vec::len);
                let trouble = request.header("x-trouble").is_some();
                match (input, trouble) {
                    (0 | 1, _) => calling(streamed),
                    (_, true) => fault.reply(Vendor::Responses, streamed).unwrap(),
                    (_, false) => Vendor::Responses.reply(request, "Hello"),
                }
            })
            .await
            .unwrap();
            let name = format!("{} {streamed}", fault.name());
            let runs = Runs::default();
            let troubled = client(&upstream.base_url(), fault);
            let run = troubled
                .call_model(request())
                .tool(weather(&runs))
                .header("x-trouble", "1");
            let error = if streamed {
                let mut events = run.stream();
                let mut errors = Vec::new();
                while let Some(event) = soon(events.next()).await {
                    errors.extend(event.err());
                }
                assert!(soon(events.next()).await.is_none(), "{name}");
                assert_eq!(errors.len(), 1, "{name}");
                errors.remove(0)
            } else {
                soon(run).await.expect_err(&name)
            };
            crate::support::assert_presentable(&error);
            assert_eq!(upstream.requests(), 2, "{name}");

            let run = error.into_model_run().unwrap();
            assert_eq!(run.stop_reason(), StopReason::Failed, "{name}");
            assert_eq!((run.steps().len(), runs.count()), (1, 1), "{name}");
            assert_eq!(run.usage().total_tokens, 15, "{name}");
            assert!(
                run.conversation()
                    .iter()
                    .any(|item| matches!(item, Item::FunctionCallOutput(_)))
            );

            let stored = serde_json::to_string(&run.into_state()).unwrap();
            let state: RunState = serde_json::from_str(&stored).unwrap();
            let run = troubled.resume_model(state).tool(weather(&runs));
            let run = if streamed {
                soon(run.stream().into_run()).await
            } else {
                soon(run).await
            };
            let run = run.unwrap_or_else(|error| panic!("{name}: {error:?}"));
            assert_eq!((run.text().as_str(), runs.count()), ("Hello", 1), "{name}");
            assert_eq!(upstream.requests(), 3, "{name}");
        }
    }
}

#[tokio::test]
async fn a_server_that_goes_away_is_one_error_too() {
    for streamed in [false, true] {
        let runs = Runs::default();
        let upstream = Upstream::start(move |_: &Received| calling(streamed))
            .await
            .unwrap();
        let first = client(&upstream.base_url(), Fault::Refused);
        let run = soon(
            first
                .call_model(request())
                .tool(weather(&runs))
                .stop_when(orouter::stop::step_count_is(1))
                .final_turn(false),
        )
        .await
        .unwrap();
        drop(upstream);
        let refusing = Upstream::refusing().await.unwrap();
        let second = client(&refusing, Fault::Refused);
        let resumed = second.resume_model(run.into_state()).tool(weather(&runs));
        let error = if streamed {
            soon(resumed.stream().into_run()).await
        } else {
            soon(resumed).await
        };
        let error = error.unwrap_err();
        assert_eq!(error.kind(), orouter::ErrorKind::Connect);
        assert_eq!(error.model_run().unwrap().steps().len(), 1);
    }
}
