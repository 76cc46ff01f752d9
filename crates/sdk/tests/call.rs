//! `Call<T>`: a future like any other, with options that can be set until it starts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use orouter::{
    AbortHandle, Call, Error, ErrorKind, Meta, ModelList, RequestOptions, Response, ResponseStream,
    RetryConfig, SendOutput, Sent, TimeoutKind, Timeouts, funcs,
    testing::{ReplayTransport, Reply},
};
use support::{RESPONSE, builder, events, replay, request};

fn is_a_plain_future<F>()
where
    F: Future + Send + Unpin + 'static,
{
}

/// Checked by the compiler.
#[test]
fn calls_are_plain_futures() {
    is_a_plain_future::<Call<Response>>();
    is_a_plain_future::<Call<ResponseStream>>();
    is_a_plain_future::<Call<SendOutput>>();
    is_a_plain_future::<Call<ModelList>>();
    is_a_plain_future::<Call<(Response, Meta)>>();
    fn output<T>(_: &(impl Future<Output = Result<T, Error>> + IntoFuture)) {}
    let (client, ..) = replay([]);
    output::<Response>(&client.responses().create(request()));
    output::<(ModelList, Meta)>(&client.models().list().with_meta());
    output::<SendOutput>(&funcs::responses_send(
        client.core(),
        request(),
        RequestOptions::new(),
    ));
}

fn poll_once<T>(call: &mut Call<T>) -> Poll<Result<T, Error>> {
    Pin::new(call).poll(&mut Context::from_waker(Waker::noop()))
}

#[tokio::test]
async fn a_call_starts_at_its_first_poll() {
    let (client, transport, _) = replay([Reply::json(RESPONSE)]);
    drop(client.responses().create(request()));
    drop(client.responses().stream(request()));
    drop(client.responses().send(request()).with_meta());
    drop(client.models().list());
    tokio::task::yield_now().await;
    assert!(transport.requests().is_empty());
    let mut call = client.responses().create(request());
    let _ = poll_once(&mut call);
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test]
async fn a_call_does_not_borrow_the_client() {
    let call = {
        let (client, ..) = replay([Reply::json(RESPONSE)]);
        client.responses().create(request())
    };
    assert_eq!(call.await.unwrap().output_text(), "Hello");
}

#[tokio::test]
async fn calls_can_be_spawned_joined_selected_and_timed_out() {
    let (client, ..) = replay([Reply::json(RESPONSE)]);
    let task = tokio::spawn(client.responses().create(request()));
    assert_eq!(task.await.unwrap().unwrap().output_text(), "Hello");

    let (one, two) = tokio::join!(
        client.responses().create(request()),
        client.responses().create(request()).with_meta(),
    );
    assert_eq!(one.unwrap().id, two.unwrap().0.id);

    let mut set = tokio::task::JoinSet::new();
    for _ in 0..3 {
        set.spawn(client.responses().create(request()));
    }
    for result in set.join_all().await {
        assert_eq!(result.unwrap().id, "resp_1");
    }

    let mut call = client.responses().create(request());
    let response = tokio::select! {
        response = &mut call => response,
        () = std::future::pending() => unreachable!(),
    };
    assert_eq!(response.unwrap().id, "resp_1");

    let call = client.responses().stream(request());
    assert!(tokio::time::timeout(support::LONG, call).await.is_ok());
}

#[tokio::test]
async fn the_setters_of_a_call_take_effect() {
    let (client, transport, _) = replay([Reply::error(503, "{}"), Reply::json(RESPONSE)]);
    let call = client.responses().create(request());
    let call = call.header("x-trace", "1").max_attempts(2);
    let (_, meta) = call.with_meta().await.unwrap();
    assert_eq!(meta.attempts(), 2);
    let sent = transport.last_request().unwrap();
    assert_eq!(sent.headers()["x-trace"], "1");

    let (client, ..) = replay([Reply::never()]);
    let call = client.responses().create(request());
    let error = call.timeout(Duration::from_secs(3)).await.unwrap_err();
    assert_eq!(error.timeout(), Some(TimeoutKind::Total));
    assert_eq!(error.elapsed(), Duration::from_secs(3));

    let handle = AbortHandle::new();
    handle.abort();
    let list = client.models().list().abort(&handle);
    assert_eq!(list.await.unwrap_err().kind(), ErrorKind::Aborted);

    let call = client.responses().create(request()).header("x bad", "1");
    assert_eq!(call.await.unwrap_err().kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn options_of_a_call_are_merged_and_later_ones_win() {
    let (client, transport, _) = replay([Reply::json(RESPONSE)]);
    let first = RequestOptions::new().header("x-a", "1").header("x-b", "1");
    let second = RequestOptions::new().header("x-b", "2").header("x-c", "2");
    let call = client.responses().create(request());
    let call = call.options(first).options(second).header("x-c", "3");
    call.await.unwrap();
    let sent = transport.last_request().unwrap();
    let values = ["x-a", "x-b", "x-c"].map(|name| sent.headers()[name].to_str().unwrap());
    assert_eq!(values, ["1", "2", "3"]);

    // `timeout` sets one limit and keeps the others.
    let (client, ..) = replay([Reply::never()]);
    let first_byte = Timeouts::default().first_byte(Duration::from_secs(2));
    for timeout_last in [true, false] {
        let options = RequestOptions::new()
            .timeouts(first_byte)
            .retries(RetryConfig::none());
        let call = client.responses().create(request());
        let call = if timeout_last {
            call.options(options).timeout(Duration::from_secs(9))
        } else {
            call.timeout(Duration::from_secs(9)).options(options)
        };
        let error = call.await.unwrap_err();
        assert_eq!(error.timeout(), Some(TimeoutKind::FirstByte));
    }
}

#[tokio::test]
async fn a_number_of_attempts_overrides_the_clients() {
    let transport = ReplayTransport::new([Reply::error(503, "{}")]);
    let client = builder()
        .transport(transport)
        .clock(orouter::testing::TestClock::new())
        .retries(RetryConfig::none())
        .build()
        .unwrap();
    let call = client.responses().create(request()).max_attempts(4);
    assert_eq!(call.await.unwrap_err().attempts(), 4);
    let call = client.responses().create(request()).max_attempts(4);
    let call = call.options(RequestOptions::new().header("x-a", "1"));
    assert_eq!(call.await.unwrap_err().attempts(), 4);
}

#[tokio::test]
async fn an_option_that_comes_too_late_is_refused() {
    let (client, transport, _) = replay([Reply::never()]);
    let mut call = client.responses().create(request());
    assert!(poll_once(&mut call).is_pending());
    assert_eq!(transport.requests().len(), 1);
    let mut call = call.header("x-late", "1");
    let Poll::Ready(Err(error)) = poll_once(&mut call) else {
        panic!("the call goes on");
    };
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(
        error.maybe_billed() && error.to_string().contains("before the first poll"),
        "{error}"
    );

    let mut call = client.responses().create(request());
    assert!(poll_once(&mut call).is_pending());
    let error = call.with_meta().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn a_finished_call_returns_an_error_when_it_is_polled() {
    let (client, transport, _) = replay([Reply::json(RESPONSE)]);
    let mut call = client.responses().create(request());
    assert_eq!((&mut call).await.unwrap().id, "resp_1");
    for _ in 0..2 {
        let error = (&mut call).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
    }
    let error = call.header("x-late", "1").with_meta().await.unwrap_err();
    assert!(error.to_string().contains("returned its result"), "{error}");
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test]
async fn meta_can_be_asked_for_before_and_after_options() {
    let (client, transport, _) = replay([Reply::json(RESPONSE)]);
    let call = client.responses().create(request()).with_meta();
    let (response, meta) = call.header("x-trace", "1").await.unwrap();
    assert_eq!(
        (response.id.as_str(), meta.status().as_u16()),
        ("resp_1", 200)
    );
    let sent = transport.last_request().unwrap();
    assert_eq!(sent.headers()["x-trace"], "1");
    let ((_, one), two) = client
        .responses()
        .create(request())
        .with_meta()
        .with_meta()
        .await
        .unwrap();
    assert_eq!(one.attempts(), two.attempts());
}

#[tokio::test]
async fn the_earlier_name_of_the_output_can_be_matched() {
    let (client, ..) = replay([Reply::json(RESPONSE), Reply::events(events())]);
    for streams in [false, true] {
        let sent = client.responses().send(request().stream(streams)).await;
        match sent.unwrap() {
            Sent::Response(response) => assert!(!streams && response.id == "resp_1"),
            Sent::Stream(stream) => {
                assert!(streams && stream.into_response().await.unwrap().id == "resp_1");
            }
        }
    }
}

#[tokio::test]
async fn debug_shows_options_and_state_and_no_content() {
    let (client, ..) = replay([Reply::json(RESPONSE)]);
    let mut call = client.responses().create(request().input("private"));
    call = call.header("x-trace", "1");
    let shown = format!("{call:?}");
    assert!(
        shown.contains("x-trace") && shown.contains("not started"),
        "{shown}"
    );
    assert!(!shown.contains("private"), "{shown}");
    (&mut call).await.unwrap();
    assert_eq!(format!("{call:?}"), r#"Call { state: "finished", .. }"#);
}
