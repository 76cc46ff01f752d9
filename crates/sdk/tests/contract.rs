//! The names that other code is compiled against: these programs use them as applications do. Each has to
//! compile; the second part also runs, over replayed responses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    unused_variables,
    dead_code,
    unused_must_use,
    reason = "programs of users"
)]

mod support;

use std::time::Duration;

use orouter::{
    AbortHandle, Backoff, Error, ErrorKind, FnTool, FunctionCall, FunctionTool, Meta, ModelRun,
    OpenRouter, OpenRouterCore, OutputError, Parsed, RequestOptions, Response, ResponseStream,
    ResponsesRequest, RetryConfig, RunEvent, RunState, SchemaError, SendOutput, Sent, StopReason,
    StopWhen, StreamEvent, TextFormat, Timeouts, Tool, ToolError, Usage, funcs,
    schemars::JsonSchema, stop, testing::Reply, tool_fn,
};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "orouter::schemars")]
struct Person {
    name: String,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "orouter::schemars")]
struct WeatherArgs {
    city: String,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "orouter::schemars")]
struct DeleteArgs {
    path: String,
}

async fn delete_file(args: DeleteArgs) -> Result<Value, ToolError> {
    let length: usize = args.path.parse()?;
    Ok(json!({"deleted": length}))
}

async fn calls(d: Duration, url: &str, json_value: Value) -> Result<(), Error> {
    let client = OpenRouter::builder()
        .api_key("k")
        .server_url("http://127.0.0.1:8080/api/v1")
        .build()?;
    let core: OpenRouterCore = client.core().clone();

    let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    let response: Response = client.responses().create(request.clone()).await?;
    let response: Response = client
        .responses()
        .create(request.clone())
        .options(
            RequestOptions::new()
                .header("x-trace", "1")
                .retries(RetryConfig::none()),
        )
        .await?;
    let (response, meta): (Response, Meta) = client
        .responses()
        .create(request.clone())
        .with_meta()
        .await?;

    let mut stream: ResponseStream = client.responses().stream(request.clone()).await?;
    while let Some(event) = stream.next().await {
        if let StreamEvent::OutputTextDelta(delta) = event? {
            print!("{}", delta.delta);
        }
    }
    let response: Response = stream.into_response().await?;

    match client.beta().responses().send(request.clone()).await? {
        Sent::Response(response) => {}
        Sent::Stream(stream) => {}
    }
    let sent: Result<Sent, Error> =
        funcs::responses_send(&core, request.clone(), RequestOptions::new()).await;
    let sent: Result<SendOutput, Error> =
        funcs::beta_responses_send(&core, request, RequestOptions::new()).await;

    let config = RetryConfig::backoff(
        Backoff::new()
            .initial_interval(d)
            .max_interval(d)
            .exponent(1.5)
            .max_elapsed_time(d),
    )
    .max_attempts(5)
    .retry_connection_errors(true)
    .retry_possibly_billed(false);
    let config = RetryConfig::typescript();
    let options = RequestOptions::new()
        .retry_codes(["429", "5XX"])
        .server_url(url)
        .timeouts(Timeouts::default().idle(d))
        .extra_body("key", json_value);

    let error = sent.unwrap_err();
    let known = matches!(error.kind(), ErrorKind::BadRequest | ErrorKind::InBand);
    let (status, headers, body) = (error.status(), error.headers(), error.body());
    let (kind, wait, id) = (
        error.error_type(),
        error.retry_after(),
        error.generation_id(),
    );
    let partial: Option<&Response> = error.partial_response();
    let (status, headers) = (meta.status(), meta.headers());
    let (id, attempts) = (meta.generation_id(), meta.attempts());
    let text: String = response.output_text();
    let parts = (
        response.id,
        response.status,
        response.output,
        response.usage,
    );
    let clients = (OpenRouter::new("k")?, OpenRouter::from_env()?);
    let local = OpenRouter::builder().without_api_key().build()?;
    let core = OpenRouterCore::new("k")?;
    let core: OpenRouterCore = OpenRouterCore::builder().api_key("k").build_core()?;
    Ok(())
}

async fn applications(
    client: OpenRouter,
    request: ResponsesRequest,
    handle: AbortHandle,
    d: Duration,
) -> Result<(), Error> {
    let response: Response = client
        .responses()
        .create(request.clone())
        .header("x-trace", "1")
        .timeout(d)
        .max_attempts(5)
        .abort(&handle)
        .await?;
    let task = tokio::spawn(client.responses().create(request.clone()));

    let parsed: Parsed<Person> = client.responses().parse(request.clone()).await?;
    let (person, response) = (parsed.value, parsed.response);
    let asked = request.clone().text(TextFormat::of::<Person>()?);
    let person: Person = response.parse_output()?;
    let tool: Tool = FunctionTool::of::<Person>("save_person")?.into();
    let lenient: Tool = FunctionTool::of_lenient::<Person>("save_person")?.into();
    let from_schema = |error: SchemaError| Error::from(error);
    let from_output = |error: OutputError| Error::from(error);
    let kinds = [
        ErrorKind::Schema,
        ErrorKind::Refusal,
        ErrorKind::Incomplete,
        ErrorKind::OutputMismatch,
    ];
    Ok(())
}

async fn runs(client: OpenRouter, request: ResponsesRequest) -> Result<usize, Error> {
    let weather: FnTool = tool_fn("get_weather", |args: WeatherArgs| async move {
        Ok(json!({"city": args.city, "celsius": 21}))
    })?;
    let delete = tool_fn("delete_file", delete_file)?.require_approval();
    let run: ModelRun = client
        .call_model(request.clone())
        .tool(weather.clone())
        .stop_when(stop::step_count_is(5).or(stop::max_cost(0.10)))
        .await?;
    run.text();
    run.response();
    run.steps();
    let usage: &Usage = run.usage();
    let reason: StopReason = run.stop_reason();
    run.pending_calls();
    let mut events = client
        .call_model(request.clone())
        .tool(weather.clone())
        .stream();
    let mut finished = 0;
    while let Some(event) = events.next().await {
        match event? {
            RunEvent::Response { step, event, .. } => {}
            RunEvent::ToolStarted { step, call, .. } => {}
            RunEvent::ToolProgress {
                step,
                call_id,
                value,
                ..
            } => {}
            RunEvent::ToolFinished {
                step,
                call_id,
                output,
                ..
            } => finished += 1,
            RunEvent::StepFinished { step, usage, .. } => finished += 1,
            _ => {}
        }
    }
    let run = client
        .call_model(request)
        .tools([weather.clone(), delete.clone()]);
    let state: RunState = run.await?.into_state();
    let run = client
        .resume_model(state)
        .tool(weather)
        .tool(delete)
        .approve("call_1")
        .reject("call_2", "no")
        .await?;
    let conditions: [StopWhen; 5] = [
        stop::step_count_is(1),
        stop::has_tool_call("get_weather"),
        stop::max_tokens_used(1),
        stop::max_cost(0.1),
        stop::finish_reason_is("length"),
    ];
    Ok(finished)
}

#[tokio::test]
async fn the_programs_compile_and_run() {
    fn is_task<T: Send + Unpin + 'static>(_: &T) {}
    let weather = || Reply::tool_call("get_weather", json!({"city": "Paris"}));
    let mut deletes = Response::new("", "m");
    deletes.output = ["call_1", "call_2"]
        .map(|id| FunctionCall::new(id, "delete_file", r#"{"path":"7"}"#).into())
        .into();
    let (client, transport, _) = support::replay([
        weather(),
        Reply::text("21 °C"),
        weather(),
        Reply::text("21 °C"),
        Reply::response(deletes),
        Reply::text("done"),
    ]);
    let request = support::request();
    is_task(&client.responses().create(request.clone()));
    is_task(&client.call_model(request.clone()));
    assert_eq!(runs(client, request).await.unwrap(), 3);
    let last = transport.responses_requests().pop().unwrap();
    let items = last.input.unwrap().into_items();
    let outputs: Vec<String> = items
        .iter()
        .filter_map(|item| Some(item.as_function_call_output()?.output.as_ref()?.text()))
        .collect();
    assert_eq!(outputs, [r#"{"deleted":7}"#, r#"{"error":"no"}"#]);
}

#[test]
fn debug_output_of_an_error_is_its_message() {
    let error = Error::custom(ErrorKind::Other, "no");
    assert_eq!(format!("{error:?}"), "no");
    assert!(format!("{error:#?}").contains("kind"));
}
