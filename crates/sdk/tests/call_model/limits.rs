//! Time limits and aborts.

use std::time::Duration;

use orouter::{
    AbortHandle, ErrorKind, PendingReason, RequestOptions, TimeoutKind, Timeouts, testing::Reply,
};

use super::*;
use crate::support::{replay, soon};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn the_run_ends_at_its_limit_in_requests_and_in_tools() {
    for replies in [vec![Reply::never()], vec![call("t"), Reply::text("ok")]] {
        let (client, _, clock) = replay(replies);
        let run = client.call_model(request()).tool(hanging("t"));
        let error = soon(run.timeout(10 * SECOND)).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.timeout()),
            (ErrorKind::Timeout, Some(TimeoutKind::Total))
        );
        assert!(error.maybe_billed());
        assert_eq!(clock.elapsed(), 10 * SECOND);
        assert!(error.model_run().is_some());
    }
}

#[tokio::test]
async fn the_limit_of_a_step_starts_again_with_each_step() {
    let (client, _, clock) = replay([
        call("quick").delay(6 * SECOND),
        call("t").delay(6 * SECOND),
        Reply::text("ok"),
    ]);
    let run = client
        .call_model(request())
        .tools([hanging("t"), returning("quick", || Ok(1))]);
    let error = soon(run.step_timeout(10 * SECOND)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(clock.elapsed(), 16 * SECOND);
    let run = error.model_run().unwrap();
    assert_eq!(run.steps().len(), 2);
    assert_eq!(run.pending_calls()[0].reason, PendingReason::Interrupted);
}

#[tokio::test]
async fn limits_of_options_are_those_of_each_request() {
    let (client, _, clock) = replay([
        call("quick").delay(6 * SECOND),
        call("quick").delay(6 * SECOND),
        Reply::never(),
    ]);
    let run = client
        .call_model(request())
        .tool(returning("quick", || Ok(1)));
    let options = RequestOptions::new().timeouts(Timeouts::default().total(10 * SECOND));
    let error = soon(run.options(options)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.timeout()),
        (ErrorKind::Timeout, Some(TimeoutKind::Total))
    );
    assert_eq!(clock.elapsed(), 22 * SECOND);
    assert_eq!(error.model_run().unwrap().steps().len(), 2);
}

#[tokio::test]
async fn an_abort_ends_requests_and_tools() {
    for replies in [vec![Reply::never()], vec![call("t")]] {
        for stream in [false, true] {
            let client = in_real_time(replies.clone());
            let handle = AbortHandle::new();
            let run = client
                .call_model(request())
                .tool(hanging("t"))
                .tool_timeout(None);
            let run = run.abort(&handle);
            let run = async move {
                match stream {
                    true => run.stream().into_run().await,
                    false => run.await,
                }
            };
            let task = tokio::spawn(run);
            tokio::task::yield_now().await;
            handle.abort();
            let error = soon(task).await.unwrap().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Aborted);
            assert!(error.model_run().is_some());
        }
    }
}

#[tokio::test]
async fn an_aborted_handle_sends_nothing() {
    let (client, transport, _) = replay([Reply::text("ok")]);
    let handle = AbortHandle::new();
    handle.abort();
    let error = client
        .call_model(request())
        .abort(&handle)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Aborted);
    assert!(transport.requests().is_empty());
}
