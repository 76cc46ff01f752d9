//! Results of tools: output forms, errors, panics, invalid arguments, timeouts.

use std::{error::Error as _, time::Duration};

use orouter::{
    ContentPart, ErrorKind, FnTool, FunctionTool, Item, OnToolError, Response, ResponseStatus,
    ToolError, ToolOutput, testing::Reply,
};
use serde_json::{Value, json};

use super::*;
use crate::support::{LONG, replay};

/// Runs a tool once and returns its output as the model receives it.
async fn output_of(tool: FnTool, arguments: &str) -> ToolOutput {
    let (client, transport, _) =
        replay([Reply::tool_call(tool.name(), arguments), Reply::text("ok")]);
    let run = client.call_model(request()).tool(tool).await.unwrap();
    assert_eq!(run.text(), "ok");
    let items = input(&transport, 1);
    let output = items
        .iter()
        .find_map(Item::as_function_call_output)
        .unwrap();
    output.output.clone().unwrap()
}

async fn text_of(tool: FnTool, arguments: &str) -> String {
    match output_of(tool, arguments).await {
        ToolOutput::Text(text) => text,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn outputs_are_text_or_json_or_parts() {
    let text = async |tool: FnTool| text_of(tool, "{}").await;
    assert_eq!(text(returning("t", || Ok("a \"b\"\n"))).await, "a \"b\"\n");
    assert_eq!(text(returning("t", || Ok(String::from("é")))).await, "é");
    assert_eq!(
        text(returning("t", || Ok(json!({"x": [1, null]})))).await,
        r#"{"x":[1,null]}"#
    );
    assert_eq!(text(returning("t", || Ok(json!("plain")))).await, "plain");
    assert_eq!(text(returning("t", || Ok(5))).await, "5");
    assert_eq!(text(returning("t", || Ok(()))).await, "null");
    assert_eq!(text(returning("t", || Ok(None::<u8>))).await, "null");
    assert_eq!(
        text(returning("t", || Ok(vec!["a", "b"]))).await,
        r#"["a","b"]"#
    );
    assert_eq!(
        text(returning("t", || Ok(ToolOutput::Text("{}".to_owned())))).await,
        "{}"
    );
    let parts = || {
        vec![
            ContentPart::input_text("a"),
            ContentPart::input_image("https://x.test/a.png"),
        ]
    };
    assert_eq!(
        output_of(returning("t", move || Ok(parts())), "{}").await,
        ToolOutput::Parts(parts())
    );
    let output = output_of(returning("t", move || Ok(ToolOutput::Parts(parts()))), "{}").await;
    assert_eq!(output, ToolOutput::Parts(parts()));
}

#[tokio::test]
async fn errors_go_to_the_model() {
    let failing = returning("t", || Err::<(), _>(ToolError::new("no such city")));
    assert_eq!(text_of(failing, "{}").await, r#"{"error":"no such city"}"#);
    let failing = returning("t", || Ok("x".parse::<u8>()?));
    assert_eq!(
        text_of(failing, "{}").await,
        r#"{"error":"invalid digit found in string"}"#
    );
}

#[tokio::test]
async fn panics_go_to_the_model_without_their_message() {
    let late = FnTool::new(definition("t"), |_: Value| async {
        tokio::task::yield_now().await;
        if true {
            panic!("secret");
        }
        Ok(())
    });
    let early = FnTool::new(definition("t"), |_: Value| {
        if true {
            panic!("secret");
        }
        async { Ok(()) }
    });
    for tool in [late, early] {
        assert_eq!(
            text_of(tool, "{}").await,
            r#"{"error":"the tool panicked"}"#
        );
    }
}

#[tokio::test]
async fn errors_and_panics_end_the_run_if_configured() {
    let panicking = FnTool::new(definition("t"), |_: Value| async {
        if true {
            panic!("secret");
        }
        Ok(())
    });
    let failing = returning("t", || Ok("x".parse::<u8>()?));
    for (tool, message) in [
        (
            failing,
            "the tool \"t\" failed: invalid digit found in string",
        ),
        (panicking, "the tool \"t\" failed: the tool panicked"),
        (
            hanging("t").timeout(Duration::from_secs(3)),
            "the tool \"t\" failed: the tool took longer than 3s",
        ),
    ] {
        let (client, transport, _) = replay([call("t"), Reply::text("ok")]);
        let run = client.call_model(request()).tool(tool);
        let error = run.on_tool_error(OnToolError::EndRun).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Tool);
        assert_eq!(error.to_string(), message);
        assert_eq!(error.source().is_some(), message.contains("digit"));
        assert_eq!(transport.requests().len(), 1);
        let run = error.model_run().unwrap();
        assert_eq!(run.steps().len(), 1);
        assert!(run.pending_calls().is_empty(), "{run:?}");
    }
}

#[tokio::test]
async fn a_tool_can_end_the_run_itself() {
    let failing = returning("t", || {
        Err::<(), _>(ToolError::new("disk full").ending_run())
    });
    let (client, transport, _) = replay([call("t"), Reply::text("ok")]);
    let error = client
        .call_model(request())
        .tool(failing)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tool);
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test]
async fn invalid_arguments_go_back_with_the_reason() {
    #[derive(Debug)]
    struct Strict;
    impl<'de> serde::Deserialize<'de> for Strict {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let map = serde_json::Map::deserialize(deserializer)?;
            match map.get("city") {
                Some(Value::String(_)) => Ok(Self),
                _ => Err(serde::de::Error::custom("missing field `city`")),
            }
        }
    }
    let tool = FnTool::new(definition("t"), |_: Strict| async { Ok("fine") });
    // They go back to the model even if errors of tools end the run.
    for (arguments, reason) in [
        ("", "missing field `city`"),
        ("  ", "missing field `city`"),
        ("{}", "missing field `city`"),
        (r#"{"city":1}"#, "missing field `city`"),
        (r#"{"city":"#, "EOF while parsing"),
        ("nonsense", "expected"),
        ("[]", "invalid type: sequence"),
        ("null", "invalid type: null"),
        (r#"{"city":"a"} {"city":"b"}"#, "trailing characters"),
    ] {
        let (client, transport, _) = replay([Reply::tool_call("t", arguments), Reply::text("ok")]);
        let run = client.call_model(request()).tool(tool.clone());
        run.on_tool_error(OnToolError::EndRun).await.unwrap();
        let items = input(&transport, 1);
        let output = &outputs(&items)[0].1;
        assert!(
            output.starts_with(r#"{"error":"invalid arguments: "#),
            "{output}"
        );
        assert!(output.contains(reason), "{arguments}: {output}");
        // The call goes back as the model wrote it.
        let call = items.iter().find_map(Item::as_function_call).unwrap();
        assert_eq!(call.arguments, arguments);
    }
    assert_eq!(text_of(tool, r#" {"city":"Paris"} "#).await, "fine");
}

#[tokio::test]
async fn tools_without_arguments_accept_none() {
    let tool = || {
        FnTool::new(
            FunctionTool::without_parameters("t"),
            |arguments: Value| async move { Ok(arguments) },
        )
    };
    for arguments in ["", " ", "{}"] {
        assert_eq!(text_of(tool(), arguments).await, "{}");
    }
}

#[tokio::test]
async fn a_tool_that_never_returns_is_dropped_at_its_limit() {
    struct OnDrop(Runs);
    impl Drop for OnDrop {
        fn drop(&mut self) {
            self.0.add();
        }
    }
    for (own, run_limit, expected) in [(None, None, 300), (None, Some(7), 7), (Some(2), Some(7), 2)]
    {
        let dropped = Runs::default();
        let tool = {
            let dropped = dropped.clone();
            FnTool::new(definition("t"), move |_: Value| {
                let guard = OnDrop(dropped.clone());
                async move {
                    let _guard = guard;
                    std::future::pending::<()>().await;
                    Ok(())
                }
            })
        };
        let tool = match own {
            Some(seconds) => tool.timeout(Duration::from_secs(seconds)),
            None => tool,
        };
        let (client, transport, clock) = replay([call("t"), Reply::text("ok")]);
        let run = client.call_model(request()).tool(tool);
        let run = match run_limit {
            Some(seconds) => run.tool_timeout(Duration::from_secs(seconds)),
            None => run,
        };
        tokio::time::timeout(LONG, run).await.unwrap().unwrap();
        assert_eq!(clock.elapsed(), Duration::from_secs(expected));
        assert_eq!(dropped.count(), 1);
        let output = &outputs(&input(&transport, 1))[0].1;
        assert_eq!(
            output,
            &format!(r#"{{"error":"the tool took longer than {expected}s"}}"#)
        );
    }
}

#[tokio::test]
async fn calls_that_were_cut_off_do_not_run() {
    let runs = Runs::default();
    let mut cut = Response::new("", "m");
    cut.status = ResponseStatus::Incomplete;
    cut.incomplete_details = Some(orouter::IncompleteReason::MaxOutputTokens.into());
    cut.output = vec![
        orouter::from_str(r#"{"type":"function_call","call_id":"a","name":"get_weather","arguments":"{\"city\":\"Paris\"}","status":"completed"}"#).unwrap(),
        orouter::from_str(r#"{"type":"function_call","call_id":"b","name":"get_weather","arguments":"{}","status":"incomplete"}"#).unwrap(),
    ];
    let (client, transport, _) = replay([Reply::response(cut), Reply::text("ok")]);
    client
        .call_model(request())
        .tool(weather(&runs))
        .await
        .unwrap();
    assert_eq!(runs.count(), 1);
    let outputs = outputs(&input(&transport, 1));
    assert_eq!(
        outputs[1].1,
        r#"{"error":"the response ended before the call was complete"}"#
    );
}

#[tokio::test]
async fn outputs_of_programs_name_their_caller() {
    let runs = Runs::default();
    let mut first = Response::new("", "m");
    first.output = vec![orouter::from_str(r#"{"type":"function_call","call_id":"a","name":"get_weather","arguments":"{}","caller":{"type":"program","caller_id":"p1"}}"#).unwrap()];
    let (client, transport, _) = replay([Reply::response(first), Reply::text("ok")]);
    client
        .call_model(request())
        .tool(weather(&runs))
        .await
        .unwrap();
    let items = input(&transport, 1);
    let output = items
        .iter()
        .find_map(Item::as_function_call_output)
        .unwrap();
    assert!(orouter::to_string(output).contains(r#""caller_id":"p1""#));
}

#[tokio::test]
async fn only_programs_are_named_as_callers() {
    let custom = r#"{"type":"custom_tool_call","call_id":"c","name":"sql","input":"x","caller":{"type":"program","caller_id":"p1"}}"#;
    let direct = r#"{"type":"function_call","call_id":"d","name":"get_weather","arguments":"{}","caller":{"type":"direct"}}"#;
    let mut first = Response::new("", "m");
    first.output = [custom, direct]
        .map(|item| orouter::from_str(item).unwrap())
        .into();
    let (client, transport, _) = replay([Reply::response(first), Reply::text("ok")]);
    let runs = Runs::default();
    let run = client
        .call_model(request())
        .tool(weather(&runs))
        .await
        .unwrap();
    let resumed = client.resume_model(run.into_state()).tool(weather(&runs));
    resumed.output("c", "rows").await.unwrap();
    let items = input(&transport, 1);
    let outputs: Vec<String> = items[items.len() - 2..]
        .iter()
        .map(orouter::to_string)
        .collect();
    assert!(outputs[0].contains(r#""caller_id":"p1""#), "{outputs:?}");
    assert!(!outputs[1].contains("caller"), "{outputs:?}");
}
