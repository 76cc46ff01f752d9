//! A run that is aborted at each of its await points and resumed: each call runs at most once, and the
//! conversation is the one of a run without an abort.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use orouter::{
    AbortHandle, Error, FunctionCall, Item, Meta, ModelRun, OpenRouter, Response, ResponseStatus,
    RunCall, RunState, SendOutput, StopReason,
    middleware::{CallRequest, Middleware, NextCall},
    transport::BoxFuture,
};
use serde_json::Value;

use super::*;
use crate::{approval::stored, support::builder};

/// Is pending a few times.
async fn yields(times: usize) {
    for _ in 0..times {
        let mut polled = false;
        std::future::poll_fn(|cx| {
            if std::mem::replace(&mut polled, true) {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

/// A model that calls three tools, then one, and then responds. Its response depends on the
/// conversation only.
struct Model;

impl Middleware for Model {
    fn on_call<'a>(
        &'a self,
        call: CallRequest,
        _: NextCall<'a>,
    ) -> BoxFuture<'a, Result<(SendOutput, Meta), Error>> {
        Box::pin(async move {
            yields(2).await;
            let input = call.request.input.unwrap().into_items();
            check(&input, true);
            let mut response = Response::new("resp", "m");
            response.status = ResponseStatus::Completed;
            let function = |id: &str, name: &str| Item::from(FunctionCall::new(id, name, "{}"));
            response.output = match outputs(&input).len() {
                0 => vec![
                    function("a", "slow"),
                    function("b", "quick"),
                    function("c", "guarded"),
                ],
                3 => vec![function("d", "slow")],
                4 => vec![orouter::Message::assistant("done").into()],
                other => panic!("{other} outputs"),
            };
            let meta = Meta::new(http::StatusCode::OK, http::HeaderMap::new());
            Ok((SendOutput::Response(response), meta))
        })
    }
}

/// Asserts that each call has at most one output, after it; exactly one if `complete`.
fn check(items: &[Item], complete: bool) {
    let ids = |wanted: fn(&Item) -> bool| -> Vec<String> {
        let found = items.iter().filter(|item| wanted(item));
        found
            .map(|item| item.call_id().unwrap().to_owned())
            .collect()
    };
    let calls = ids(|item| matches!(item, Item::FunctionCall(_)));
    let answered = ids(|item| matches!(item, Item::FunctionCallOutput(_)));
    if complete {
        assert_eq!(calls, answered);
    } else {
        assert!(answered.iter().all(|id| calls.contains(id)), "{answered:?}");
    }
    let messages = items.iter().filter(|item| item.as_message().is_some());
    assert!(messages.count() <= 2, "input is there once");
}

struct World {
    client: OpenRouter,
    started: Runs,
    finished: Runs,
}

impl World {
    fn new() -> Self {
        Self {
            client: builder()
                .transport(ReplayTransport::new([]))
                .middleware(Model)
                .build()
                .unwrap(),
            started: Runs::default(),
            finished: Runs::default(),
        }
    }

    fn tools(&self) -> [FnTool; 3] {
        let tool = |name: &str, times: usize| {
            let (started, finished) = (self.started.clone(), self.finished.clone());
            FnTool::new(definition(name), move |_: Value| {
                started.add();
                let finished = finished.clone();
                async move {
                    yields(times).await;
                    finished.add();
                    Ok("result")
                }
            })
        };
        [
            tool("slow", 3),
            tool("quick", 0),
            tool("guarded", 1).require_approval(),
        ]
    }

    fn set(&self, run: RunCall, handle: &AbortHandle) -> RunCall {
        run.tools(self.tools())
            .max_concurrent_tools(2)
            .abort(handle)
    }

    /// Resumes until the run has finished, with an approval where one is needed.
    async fn finish(&self, mut state: RunState) -> ModelRun {
        for _ in 0..4 {
            let resumed = self.set(self.client.resume_model(state), &AbortHandle::new());
            let run = resumed.await.unwrap();
            if run.stop_reason() == StopReason::Finished {
                return run;
            }
            state = approved(run);
        }
        panic!("the run does not end");
    }
}

/// Approves the pending calls, without continuing.
fn approved(run: ModelRun) -> RunState {
    let ids: Vec<String> = run
        .pending_calls()
        .into_iter()
        .map(|call| call.call_id)
        .collect();
    assert_eq!(ids, ["c"]);
    let mut state = serde_json::to_value(run.into_state()).unwrap();
    state["run"]["calls"][2]["status"] = "approved".into();
    serde_json::from_value(state).unwrap()
}

/// Polls a run so often, and then aborts it.
fn interrupted(
    run: impl Future<Output = Result<ModelRun, Error>>,
    handle: &AbortHandle,
    polls: usize,
) -> Result<ModelRun, Error> {
    let mut run: Pin<Box<dyn Future<Output = _>>> = Box::pin(run);
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..polls {
        if let Poll::Ready(result) = run.as_mut().poll(&mut cx) {
            return result;
        }
    }
    handle.abort();
    for _ in 0..1000 {
        if let Poll::Ready(result) = run.as_mut().poll(&mut cx) {
            return result;
        }
    }
    panic!("the abort has no effect");
}

#[tokio::test]
async fn an_abort_at_any_point_loses_and_repeats_nothing() {
    for streamed in [false, true] {
        let mut ends = 0;
        for polls in 0..100 {
            let world = World::new();
            let mut state = None;
            // Aborted at the same point of each part: before and after the approval.
            for part in 0..3 {
                let handle = AbortHandle::new();
                let run = match state.take() {
                    None => world.client.call_model(request()),
                    Some(state) => world.client.resume_model(state),
                };
                let run = world.set(run, &handle);
                let result = match streamed {
                    true => interrupted(run.stream().into_run(), &handle, polls),
                    false => interrupted(run, &handle, polls),
                };
                state = Some(match result {
                    Ok(run) if run.stop_reason() == StopReason::PendingCalls => approved(run),
                    Ok(run) => stored(run),
                    Err(error) => {
                        let run = error.into_model_run().unwrap();
                        check(&run.conversation(), false);
                        stored(run)
                    }
                });
                ends += usize::from(part == 2 && world.started.count() == 4);
            }
            let run = world.finish(state.unwrap()).await;
            let name = format!("{polls} polls, streamed: {streamed}");
            assert_eq!(run.text(), "done", "{name}");
            assert!(world.started.count() <= 4, "{name}");
            let conversation = run.conversation();
            check(&conversation, true);
            let outputs = outputs(&conversation);
            let results = outputs.iter().filter(|(_, text)| text == "result").count();
            let unknown = outputs
                .iter()
                .filter(|(_, text)| text.contains("its result is unknown"))
                .count();
            // A call that was interrupted may have taken effect, but it is not run again.
            assert_eq!(results + unknown, 4, "{name}: {outputs:?}");
            assert_eq!(results, world.finished.count(), "{name}");
            assert_eq!(world.started.count(), 4, "{name}");
        }
        assert!(ends > 0);
    }
}
