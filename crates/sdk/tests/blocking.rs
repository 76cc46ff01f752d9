//! The blocking client: the same calls for code that is not async.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter::{
    ErrorKind, RequestOptions, RetryConfig, StreamEvent,
    blocking::{OpenRouter, Sent},
    testing::{ScriptedServer, Step, http_response, sse},
};
use support::{CREATED, RESPONSE, events, request};

/// A server on a runtime of its own, as a blocking program would meet it.
fn serve(scripts: Vec<Vec<Step>>) -> (tokio::runtime::Runtime, ScriptedServer) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let server = runtime.block_on(ScriptedServer::start(scripts)).unwrap();
    (runtime, server)
}

fn client(server: &ScriptedServer) -> OpenRouter {
    OpenRouter::from_builder(
        support::builder()
            .server_url(server.url())
            .retries(RetryConfig::none()),
    )
    .unwrap()
}

fn json() -> Vec<Step> {
    vec![Step::send(http_response(
        200,
        &[("content-type", "application/json")],
        RESPONSE,
    ))]
}

#[test]
fn create_gives_the_response_and_its_meta() {
    let (_runtime, server) = serve(vec![json()]);
    let client = client(&server);
    let (response, meta) = client
        .responses()
        .create(request())
        .options(RequestOptions::new().header("x-trace", "1"))
        .call_with_meta()
        .unwrap();
    assert_eq!(
        (response.output_text().as_str(), meta.attempts()),
        ("Hello", 1)
    );
    assert_eq!(server.received()[0].header("x-trace"), Some("1"));
    assert_eq!(
        client
            .beta()
            .responses()
            .create(request())
            .call()
            .unwrap()
            .id,
        "resp_1"
    );
    for _ in 0..8 {
        client.responses().create(request()).call().unwrap();
    }
    // A connection goes back to the pool on the other thread, so the next call may come too early
    // for it; but not every time.
    let connections = server.accepted_connections();
    assert!(connections < 10, "{connections} connections for 10 calls");
}

#[test]
fn a_stream_is_an_iterator_with_the_same_ends() {
    let (_runtime, server) = serve(vec![
        vec![Step::send(sse(events())), Step::Close],
        vec![Step::send(sse(events())), Step::Close],
        vec![Step::send(sse([CREATED])), Step::Close],
    ]);
    let client = client(&server);
    let mut stream = client.responses().stream(request()).call().unwrap();
    let text: String = stream.text_deltas().map(Result::unwrap).collect();
    assert_eq!(text, "Hello");
    assert_eq!(stream.into_response().unwrap().output_text(), "Hello");

    let Sent::Stream(stream) = client
        .responses()
        .send(request().stream(true))
        .call()
        .unwrap()
    else {
        panic!("a stream was asked for");
    };
    assert_eq!(stream.meta().status(), 200);
    assert!(matches!(
        stream.map(Result::unwrap).last().unwrap(),
        StreamEvent::Completed(_)
    ));

    let mut stream = client.responses().stream(request()).call().unwrap();
    stream.next().unwrap().unwrap();
    let error = stream.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Truncated);
    assert_eq!(error.partial_response().unwrap().id, "resp_1");
    assert!(stream.next().is_none());
}

#[test]
fn many_threads_share_one_client() {
    let (_runtime, server) = serve(vec![json()]);
    let client = client(&server);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..5 {
                    assert_eq!(
                        client.responses().create(request()).call().unwrap().id,
                        "resp_1"
                    );
                }
            });
        }
    });
    assert_eq!(server.received().len(), 40);
}

#[test]
fn models_are_listed() {
    let body = r#"{"data":[{"id":"a/b"}]}"#;
    let (_runtime, server) = serve(vec![vec![Step::send(http_response(
        200,
        &[("content-type", "application/json")],
        body,
    ))]]);
    assert_eq!(
        client(&server).models().list().call().unwrap().data[0].id,
        "a/b"
    );
}

#[tokio::test]
async fn inside_async_code_it_is_an_error_and_no_panic() {
    let client = OpenRouter::from_builder(support::builder()).unwrap();
    let error = client.responses().create(request()).call().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("async"), "{error}");
    // Dropping it here must not panic either.
    drop(client);
}
