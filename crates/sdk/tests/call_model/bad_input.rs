//! Settings and responses that a run cannot use.

use orouter::{ErrorKind, FunctionTool, Raw, RequestOptions, Tool, testing::Reply};
use serde_json::{Value, json};

use super::*;
use crate::support::replay;

#[tokio::test]
async fn tools_that_cannot_be_used_are_errors_before_anything_is_sent() {
    let runs = Runs::default();
    let with_parameters = |parameters: Value| {
        FnTool::new(FunctionTool::new("t", parameters), |_: Value| async {
            Ok(())
        })
    };
    let (client, transport, _) = replay([Reply::text("ok")]);
    let own = || request().tools([Tool::from(definition("get_weather"))]);
    let call = |tool: FnTool| client.call_model(request()).tool(tool);
    let mut cases = vec![
        (
            call(weather(&runs)).tool(weather(&runs)),
            "two tools are named \"get_weather\"",
        ),
        (
            client.call_model(own()).tool(weather(&runs)),
            "two tools are named \"get_weather\"",
        ),
        (call(returning("", || Ok(1))), "a tool has an empty name"),
        (
            client.call_model(request().conversation("conv_1")),
            "leave out the request's conversation",
        ),
        (
            client.call_model(request().background(true)),
            "leave out the request's background",
        ),
        (
            call(weather(&runs)).header("x\n", "1"),
            "not a valid header name",
        ),
        (
            call(weather(&runs)).options(RequestOptions::new().server_url("ftp://x")),
            "server_url",
        ),
    ];
    for parameters in [
        json!([]),
        json!(true),
        json!("object"),
        json!({"type": "array"}),
        json!({"type": null}),
    ] {
        cases.push((
            call(with_parameters(parameters)),
            "the parameters of the tool \"t\" are not the schema of an object",
        ));
    }
    for (run, message) in cases {
        let error = run.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
        assert!(error.to_string().contains(message), "{error}");
        assert!(!error.maybe_billed());
    }
    assert!(transport.requests().is_empty());
    for parameters in [
        json!({}),
        json!({"type": ["object", "null"]}),
        json!({"type": "object"}),
        Value::Null,
    ] {
        let run = call(with_parameters(parameters));
        assert_eq!(run.await.unwrap().text(), "ok");
    }
    let _ = Raw::null();
}

#[tokio::test]
async fn set_up_errors_are_the_first_item_of_a_stream() {
    let runs = Runs::default();
    let (client, ..) = replay([Reply::text("ok")]);
    let mut events = client
        .call_model(request())
        .tools([weather(&runs), weather(&runs)])
        .stream();
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(events.next().await.is_none());
    assert!(events.into_run().await.is_err());
}

#[tokio::test]
async fn arguments_of_ten_megabytes_reach_the_tool() {
    let city = "x".repeat(10 << 20);
    let length = FnTool::new(definition("length"), |arguments: Value| async move {
        Ok(arguments["city"].as_str().map(str::len))
    });
    for stream in [false, true] {
        let (client, transport, _) = replay([
            Reply::tool_call("length", json!({"city": city})),
            Reply::text("ok"),
        ]);
        let run = client
            .call_model(request().stream(stream))
            .tool(length.clone());
        run.await.unwrap();
        assert_eq!(outputs(&input(&transport, 1))[0].1, (10 << 20).to_string());
    }
    // Beyond the limit on responses the run ends.
    let (client, ..) = replay([Reply::tool_call("length", json!({"city": city}))]);
    let run = client.call_model(request()).tool(length);
    let limit = RequestOptions::new().max_response_bytes(1 << 20);
    let error = run.options(limit).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResponseTooLarge);
}

#[tokio::test]
async fn one_call_id_for_two_calls_answers_both() {
    let runs = Runs::default();
    let mut first = orouter::Response::new("", "m");
    first.output = vec![
        orouter::FunctionCall::new("same", "get_weather", r#"{"city":"Paris"}"#).into(),
        orouter::FunctionCall::new("same", "get_weather", r#"{"city":"Rome"}"#).into(),
    ];
    let (client, transport, _) = replay([Reply::response(first), Reply::text("ok")]);
    client
        .call_model(request())
        .tool(weather(&runs))
        .await
        .unwrap();
    assert_eq!(runs.count(), 2);
    assert_eq!(outputs(&input(&transport, 1)).len(), 2);
}

#[tokio::test]
async fn a_request_without_input_works() {
    let runs = Runs::default();
    let (client, transport, _) = replay([call("get_weather"), Reply::text("ok")]);
    let asked = orouter::ResponsesRequest::new("m");
    client.call_model(asked).tool(weather(&runs)).await.unwrap();
    assert_eq!(input(&transport, 1).len(), 2);
}
