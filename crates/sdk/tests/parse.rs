//! `parse`: the output of a response as a type, and the errors if there is none.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![cfg(feature = "schema")]

mod support;

use std::collections::BTreeMap;
use std::error::Error as StdError;

use orouter::schemars::{self, JsonSchema};
use orouter::testing::{self, Reply, ScriptedServer, Step, http_response, sse};
use orouter::{
    Error, ErrorKind, FunctionTool, IncompleteReason, OutputError, OutputErrorKind, Parsed,
    Response, ResponseStatus, SchemaError, TextConfig, TextFormat, Verbosity, assemble,
};
use serde::Deserialize;
use serde_json::{Value, json};
use support::{request, soon};

/// A person that a text mentions.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
struct Person {
    /// Full name.
    name: String,
    age: Option<u8>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[allow(dead_code)]
struct Labelled {
    person: Person,
    labels: BTreeMap<String, String>,
}

const ADA: &str = r#"{"name": "Ada", "age": 36}"#;

fn ada() -> Person {
    Person {
        name: "Ada".to_owned(),
        age: Some(36),
    }
}

async fn fail(reply: Reply) -> Error {
    let (client, _) = testing::client([reply]).unwrap();
    client
        .responses()
        .parse::<Person>(request())
        .await
        .unwrap_err()
}

/// Returns a response that ended at this reason, with this text.
fn cut(reason: IncompleteReason, text: &str) -> Response {
    let mut response = whole(text);
    response.status = ResponseStatus::Incomplete;
    response.incomplete_details = Some(reason.into());
    response
}

fn whole(text: &str) -> Response {
    let mut response: Response = orouter::from_str(support::RESPONSE).unwrap();
    response.output = vec![
        orouter::Message::assistant(vec![orouter::ContentPart::output_text(text)])
            .id("msg_1")
            .into(),
    ];
    response
}

#[tokio::test]
async fn the_output_is_decoded_and_the_response_is_there_too() {
    let (client, transport) = testing::client([Reply::text(ADA)]).unwrap();
    let parsed: Parsed<Person> = client.responses().parse(request()).await.unwrap();
    assert_eq!(parsed.value, ada());
    assert_eq!(parsed.response.output_text(), ADA);
    assert!(parsed.response.usage.is_some());
    let sent = &transport.responses_requests()[0];
    let text = sent.text.as_ref().unwrap();
    assert_eq!(text.format, Some(TextFormat::of::<Person>().unwrap()));
    let body: Value = serde_json::to_value(sent).unwrap();
    assert_eq!(body["text"]["format"]["name"], "Person");
    assert_eq!(body["text"]["format"]["strict"], true);
    assert_eq!(
        body["text"]["format"]["description"],
        "A person that a text mentions."
    );
}

#[tokio::test]
async fn over_http_with_meta_in_a_task_and_as_a_stream() {
    let response = whole(ADA);
    let body = orouter::to_string(&response);
    let json = http_response(200, &[("content-type", "application/json")], &body);
    let events = assemble::events_of(&response);
    let events: Vec<String> = events.map(|event| orouter::to_string(&event)).collect();
    let stream = vec![Step::send(sse(events)), Step::Close];
    let scripts = vec![vec![Step::send(json), Step::Close], stream];
    let server = ScriptedServer::start(scripts).await.unwrap();
    let client = support::builder().server_url(server.url()).build().unwrap();

    let call = client
        .responses()
        .parse::<Person>(request())
        .header("x-trace", "1")
        .with_meta();
    let (parsed, meta) = soon(tokio::spawn(call)).await.unwrap().unwrap();
    assert_eq!((parsed.value, meta.attempts()), (ada(), 1));

    let streaming = request().stream(true);
    let (parsed, meta) = client
        .responses()
        .parse::<Person>(streaming)
        .with_meta()
        .await
        .unwrap();
    assert_eq!((parsed.value, meta.status().as_u16()), (ada(), 200));
    assert_eq!(parsed.response.id, "resp_1");

    let received = server.received();
    assert_eq!(received[0].header("x-trace"), Some("1"));
    for (received, streams) in received.iter().zip([Value::Null, json!(true)]) {
        let body: Value = serde_json::from_slice(&received.body).unwrap();
        assert_eq!(body["stream"], streams);
        assert_eq!(body["text"]["format"]["type"], "json_schema");
    }
}

#[tokio::test]
async fn other_text_settings_stay() {
    let (client, transport) = testing::client([Reply::text(ADA), Reply::text(ADA)]).unwrap();
    let short = request().text(Verbosity::Low);
    client
        .responses()
        .parse::<Person>(short.clone())
        .await
        .unwrap();
    // The same format may be set already.
    let same = TextConfig::from(TextFormat::of::<Person>().unwrap()).verbosity(Verbosity::Low);
    client
        .responses()
        .parse::<Person>(request().text(same))
        .await
        .unwrap();
    let requests = transport.responses_requests();
    assert_eq!(requests[0].text, requests[1].text);
    let text = requests[0].text.as_ref().unwrap();
    assert_eq!(text.verbosity, Some(Verbosity::Low));

    for format in [
        TextFormat::text(),
        TextFormat::json_object(),
        TextFormat::of_lenient::<Person>().unwrap(),
    ] {
        let call = client.responses().parse::<Person>(request().text(format));
        let error = call.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("text.format"), "{error}");
    }
    assert_eq!(transport.responses_requests().len(), 2);
}

#[tokio::test]
async fn a_type_without_a_schema_sends_nothing() {
    let (client, transport) = testing::client([Reply::text(ADA)]).unwrap();
    let error = client
        .responses()
        .parse::<Labelled>(request())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Schema);
    assert_eq!(
        error.to_string(),
        "type Labelled has no usable schema, because of its member labels"
    );
    let source = error.source().unwrap().downcast_ref::<SchemaError>();
    assert_eq!(source.unwrap().path(), "labels");
    assert!(format!("{error:?}").contains("of_lenient"), "{error:?}");
    assert!(!error.maybe_billed() && !error.is_retryable() && error.attempts() == 0);
    assert!(error.partial_response().is_none());
    assert!(transport.responses_requests().is_empty());

    let list = client
        .responses()
        .parse::<Vec<Person>>(request())
        .await
        .unwrap_err();
    assert_eq!(
        list.to_string(),
        "type Array_of_Person has no usable schema"
    );
    let question_mark =
        || -> Result<FunctionTool, Error> { Ok(FunctionTool::of::<Labelled>("f")?) };
    assert_eq!(question_mark().unwrap_err().kind(), ErrorKind::Schema);
}

#[tokio::test]
async fn a_refusal_keeps_the_response() {
    let error = fail(Reply::refusal("I cannot SECRET.")).await;
    assert_eq!(error.kind(), ErrorKind::Refusal);
    assert!(error.is_refusal() && error.maybe_billed() && !error.is_retryable());
    assert_eq!(
        error.partial_response().unwrap().refusal(),
        Some("I cannot SECRET.")
    );
    let source = error
        .source()
        .unwrap()
        .downcast_ref::<OutputError>()
        .unwrap();
    assert_eq!(source.text(), Some("I cannot SECRET."));
    check(&error);
}

#[tokio::test]
async fn an_incomplete_response_is_an_error_with_the_response() {
    for reason in [
        IncompleteReason::MaxOutputTokens,
        IncompleteReason::ContentFilter,
    ] {
        let response = cut(reason.clone(), "{\"name\": \"SECRET");
        let error = fail(Reply::response(response)).await;
        assert_eq!(error.kind(), ErrorKind::Incomplete);
        let source = error
            .source()
            .unwrap()
            .downcast_ref::<OutputError>()
            .unwrap();
        assert_eq!(source.incomplete_reason(), Some(&reason));
        let response = error.clone().into_partial_response().unwrap();
        assert!(response.usage.is_some());
        check(&error);
    }
}

#[tokio::test]
async fn output_that_does_not_match() {
    let error = fail(Reply::text(r#"{"name": 5, "age": "SECRET"}"#)).await;
    assert_eq!(error.kind(), ErrorKind::OutputMismatch);
    let debug = format!("{error:?}");
    assert!(
        debug.contains("member name: invalid type: integer, expected a string"),
        "{debug}"
    );
    assert!(error.meta().is_some() && error.status().unwrap().is_success());
    assert_eq!(error.attempts(), 1);
    check(&error);
    for reply in [
        Reply::text("SECRET"),
        Reply::text(r#"{"age": "SECRET", "name": ""}"#),
        Reply::tool_call("get_weather", json!({"city": "SECRET"}).to_string()),
    ] {
        let error = fail(reply).await;
        assert_eq!(error.kind(), ErrorKind::OutputMismatch);
        check(&error);
    }
}

#[tokio::test]
async fn output_of_a_stream_that_does_not_match() {
    let (client, _) = testing::client([Reply::text("SECRET")]).unwrap();
    let call = client.responses().parse::<Person>(request().stream(true));
    let error = call.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutputMismatch);
    assert_eq!(error.partial_response().unwrap().output_text(), "SECRET");
    check(&error);
}

#[tokio::test]
async fn errors_of_the_call_stay_as_they_are() {
    let error = fail(Reply::error(
        400,
        r#"{"error":{"code":400,"message":"no schema"}}"#,
    ))
    .await;
    assert_eq!(error.kind(), ErrorKind::BadRequest);
}

#[tokio::test]
async fn a_response_of_create_is_parsed_with_a_question_mark() {
    async fn ask(client: &orouter::OpenRouter) -> Result<Person, Error> {
        let asked = request().text(TextFormat::of::<Person>()?);
        let response = client.responses().create(asked).await?;
        Ok(response.parse_output()?)
    }
    let (client, _) = testing::client([Reply::text(ADA), Reply::text("SECRET")]).unwrap();
    assert_eq!(ask(&client).await.unwrap(), ada());
    let error = ask(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutputMismatch);
    assert!(error.maybe_billed());
    let source = error
        .source()
        .unwrap()
        .downcast_ref::<OutputError>()
        .unwrap();
    assert_eq!(source.kind(), OutputErrorKind::Mismatch);
}

/// Checks that the error has the response, and that no form of it shows text of the model or repeats
/// its causes.
fn check(error: &Error) {
    let response = error.partial_response().unwrap();
    assert!(!response.output.is_empty());
    for shown in [
        error.to_string(),
        format!("{error:?}"),
        format!("{error:#?}"),
    ] {
        assert!(!shown.contains("SECRET"), "{shown}");
    }
    assert!(error.to_string().contains("partial_response()"), "{error}");
    let source = error.source().unwrap().to_string();
    assert!(!error.to_string().contains(&source), "{error}");
    assert!(format!("{error:?}").contains(&source), "{error:?}");
}

#[cfg(feature = "blocking")]
#[test]
fn blocking() {
    use orouter::blocking::OpenRouter;
    use orouter::testing::ReplayTransport;
    let transport =
        ReplayTransport::new([Reply::text(ADA), Reply::text(ADA), Reply::refusal("no")]);
    let client = OpenRouter::from_builder(support::builder().transport(transport)).unwrap();
    let parsed = client
        .responses()
        .parse::<Person>(request())
        .call()
        .unwrap();
    assert_eq!(parsed.value, ada());
    let call = client.responses().parse::<Person>(request());
    let (parsed, meta) = call.max_attempts(1).call_with_meta().unwrap();
    assert_eq!((parsed.value, meta.attempts()), (ada(), 1));
    let error = client
        .responses()
        .parse::<Person>(request())
        .call()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refusal);
}
