//! Shared code of the tests: clients over replayed replies or a scripted server, and samples.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file takes what it needs"
)]

pub mod compressed;

use std::time::Duration;

use orouter::{
    AbortHandle, Error, ErrorKind, OpenRouter, OpenRouterBuilder, RequestOptions, ResponsesRequest,
    RetryConfig,
    testing::{ReplayTransport, Reply, ScriptedServer, TestClock},
};

pub const RESPONSE: &str = r#"{"id":"resp_1","object":"response","status":"completed","model":"m","created_at":1,"output":[{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Hello","annotations":[]}]}],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5,"cost":0.5}}"#;

pub const CREATED: &str = r#"{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress","model":"m","output":[]}}"#;
pub const ITEM_ADDED: &str = r#"{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","status":"in_progress","content":[]}}"#;
pub const PART_ADDED: &str = r#"{"type":"response.content_part.added","sequence_number":2,"item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}"#;
pub const HEL: &str = r#"{"type":"response.output_text.delta","sequence_number":3,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"Hel"}"#;
pub const LO: &str = r#"{"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"lo"}"#;

/// The last event of a stream of [`RESPONSE`].
pub fn completed() -> String {
    format!(r#"{{"type":"response.completed","sequence_number":5,"response":{RESPONSE}}}"#)
}

/// The data of all events of a stream of [`RESPONSE`], without `[DONE]`.
pub fn events() -> Vec<String> {
    [CREATED, ITEM_ADDED, PART_ADDED, HEL, LO]
        .into_iter()
        .map(str::to_owned)
        .chain([completed()])
        .collect()
}

/// Statuses with their own kind.
pub const STATUSES: [(u16, ErrorKind); 14] = [
    (400, ErrorKind::BadRequest),
    (401, ErrorKind::Unauthorized),
    (402, ErrorKind::PaymentRequired),
    (403, ErrorKind::Forbidden),
    (404, ErrorKind::NotFound),
    (408, ErrorKind::RequestTimeout),
    (413, ErrorKind::PayloadTooLarge),
    (422, ErrorKind::UnprocessableEntity),
    (429, ErrorKind::TooManyRequests),
    (500, ErrorKind::InternalServer),
    (502, ErrorKind::BadGateway),
    (503, ErrorKind::ServiceUnavailable),
    (524, ErrorKind::EdgeNetworkTimeout),
    (529, ErrorKind::ProviderOverloaded),
];

pub fn request() -> ResponsesRequest {
    ResponsesRequest::new("m").input("hi")
}

/// Returns `true` if `OROUTER_TEST_TRANSPORT=hyper` runs the tests that do not choose a transport over that of hyper.
pub fn over_hyper() -> bool {
    cfg!(feature = "hyper")
        && std::env::var_os("OROUTER_TEST_TRANSPORT").is_some_and(|name| name == "hyper")
}

/// Returns a builder that does not read the environment.
pub fn builder() -> OpenRouterBuilder {
    let builder = OpenRouter::builder().api_key("test-key").env(|_| None);
    #[cfg(feature = "hyper")]
    if over_hyper() {
        return builder.transport(orouter::transport::HyperTransport::new().unwrap());
    }
    builder
}

/// Returns a client over these replies, with a test clock.
pub fn replay(
    replies: impl IntoIterator<Item = Reply>,
) -> (OpenRouter, ReplayTransport, TestClock) {
    let clock = TestClock::new();
    let transport = ReplayTransport::with_clock(replies, clock.clone());
    let client = builder()
        .transport(transport.clone())
        .clock(clock.clone())
        .build()
        .unwrap();
    (client, transport, clock)
}

/// Returns a client for this server, with a real clock and one attempt per call.
pub fn client(server: &ScriptedServer) -> OpenRouter {
    builder()
        .server_url(server.url())
        .retries(RetryConfig::none())
        .build()
        .unwrap()
}

/// Returns the error of one attempt that gets this reply.
pub async fn error_of(reply: Reply) -> Error {
    let (client, ..) = replay([reply]);
    failure(&client, RequestOptions::new().retries(RetryConfig::none())).await
}

/// Returns the error of a call with these options.
pub async fn failure(client: &OpenRouter, options: RequestOptions) -> Error {
    let call = client.responses().create(request()).options(options);
    call.await.unwrap_err()
}

/// Starts a call on a task. Returns the task and the handle that aborts the call.
pub fn abortable_call(
    client: &OpenRouter,
) -> (
    AbortHandle,
    tokio::task::JoinHandle<Result<orouter::Response, Error>>,
) {
    let abort = AbortHandle::new();
    let options = RequestOptions::new().abort(&abort);
    let call = client.responses().create(request()).options(options);
    (abort, tokio::spawn(call.into_future()))
}

/// Polls `condition` every few milliseconds until it is true. Fails after a time limit.
#[allow(clippy::disallowed_methods, reason = "beside a socket, time is real")]
pub async fn until(condition: impl Fn() -> bool) {
    let holds = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    soon(holds).await;
}

/// Runs a test of this file again in a child process with only this environment, because all tests of
/// a process share its environment. Returns the output on stderr.
pub async fn again<V>(test: &str, environment: &[(&str, V)]) -> String
where
    V: AsRef<std::ffi::OsStr> + std::fmt::Debug,
{
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--nocapture", "--exact", test]).env_clear();
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    let output = soon(tokio::task::spawn_blocking(move || command.output())).await;
    let output = output.unwrap().unwrap();
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{environment:?}: {said} {printed}");
    assert!(said.contains("1 passed"), "{test} is no test: {said}");
    printed
}

/// Time limit for one step of a test, long enough for a busy machine.
pub const LONG: Duration = Duration::from_secs(20);

/// Runs a future within the time limit.
pub async fn soon<F: IntoFuture>(future: F) -> F::Output {
    tokio::time::timeout(LONG, future.into_future())
        .await
        .expect("took too long")
}

/// Asserts that the message of an error is one line without secrets.
pub fn assert_presentable(error: &Error) {
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(!text.contains("test-key"), "holds the key: {text}");
        assert!(!text.contains('\n'), "more than one line: {text}");
    }
}
