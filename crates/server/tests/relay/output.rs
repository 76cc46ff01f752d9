//! The output of a relayed response: items, deltas and usage, in any form that providers send.

use super::*;

#[tokio::test]
async fn the_type_of_the_last_event_decides_the_outcome() {
    let usage = json!({"input_tokens": 3, "output_tokens": 2, "total_tokens": 5});
    let cases = [
        ("response.completed", json!("completed"), "completed"),
        ("response.completed", json!(null), "completed"),
        ("response.completed", json!("in_progress"), "completed"),
        ("response.completed", json!("incomplete"), "incomplete"),
        ("response.completed", json!("failed"), "failed"),
        ("response.done", json!("completed"), "completed"),
        ("response.done", json!(null), "completed"),
        ("response.done", json!("incomplete"), "incomplete"),
        ("response.done", json!("failed"), "failed"),
        ("response.incomplete", json!(null), "incomplete"),
        ("response.incomplete", json!("completed"), "incomplete"),
        ("response.failed", json!(null), "failed"),
        ("response.failed", json!("completed"), "failed"),
        ("response.cancelled", json!("cancelled"), "incomplete"),
    ];
    for (kind, status, outcome) in cases {
        let mut lines = message("abc", Duration::ZERO);
        lines.pop();
        let mut response = json!({"usage": usage});
        if !status.is_null() {
            response["status"] = status.clone();
        }
        lines.push(Line::Event(json!({"type": kind, "response": response})));
        let (events, response) = streamed(lines).await;
        assert_eq!(response.status.as_str(), outcome, "{kind} {status}");
        let last = events.last().unwrap().kind().to_owned();
        assert_eq!(last, format!("response.{outcome}"), "{kind} {status}");
        let usage = response.usage.as_ref().unwrap();
        assert_eq!((usage.input_tokens, usage.output_tokens), (3, 2));
        assert_eq!(response.output_text(), "abc");
        assert_eq!(response.error.is_some(), outcome == "failed");
    }
    let mut lines = message("abc", Duration::ZERO);
    lines.pop();
    lines.push(Line::Event(json!({"type": "response.completed"})));
    assert_eq!(streamed(lines).await.1.status, ResponseStatus::Completed);
    let mut lines = message("abc", Duration::ZERO);
    lines.pop();
    lines.push(Line::Event(json!({"type": "response.done", "response": {"incomplete_details": {"reason": "max_output_tokens"}}})));
    let (_, response) = streamed(lines).await;
    assert_eq!(response.status, ResponseStatus::Incomplete);
    assert!(response.incomplete_details.is_some());
}

#[tokio::test]
async fn output_of_only_the_last_event_is_sent_once() {
    let item = |text: &str| json!({"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": text, "annotations": []}]});
    let other = |text: &str| {
        let mut other = item(text);
        other["id"] = json!("msg_other");
        other
    };
    let call = json!({"type": "function_call", "id": "fc_1", "call_id": "c", "name": "f", "arguments": "{\"a\":1}", "status": "completed"});
    let custom = json!({"type": "custom_tool_call", "call_id": "d", "name": "g", "input": "text"});
    let reasoning = json!({"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm."}], "encrypted_content": "x"});
    // The number of scripted lines before the last event, its output, the kinds and the text that
    // the client must get.
    let cases = [
        (0, json!([item("abc")]), vec!["message"], "abc"),
        (
            0,
            json!([reasoning, item("abc"), call, custom]),
            vec!["reasoning", "message", "function_call", "custom_tool_call"],
            "abc",
        ),
        (
            0,
            json!([{"role": "assistant", "content": "abc"}]),
            vec!["message"],
            "abc",
        ),
        (8, json!([item("abc")]), vec!["message"], "abc"),
        (8, json!([other("abc")]), vec!["message"], "abc"),
        (8, json!([]), vec!["message"], "abc"),
        (
            8,
            json!([item("abc"), call]),
            vec!["message", "function_call"],
            "abc",
        ),
        (4, json!([item("abc")]), vec!["message"], "abc"),
        (
            4,
            json!([other("abc"), call]),
            vec!["message", "function_call"],
            "abc",
        ),
        (2, json!([item("abc")]), vec!["message"], "abc"),
        (1, json!([item("abc")]), vec!["message"], "abc"),
        (6, json!([item("abc")]), vec!["message"], "abc"),
        (7, json!([item("abc")]), vec!["message"], "abc"),
        (5, json!([]), vec!["message"], "abc"),
    ];
    for (lines_before, output, kinds, text) in cases {
        let mut lines: Vec<Line> = message("abc", Duration::ZERO)
            .into_iter()
            .filter(|line| matches!(line, Line::Event(_)))
            .collect();
        lines.truncate(lines_before);
        lines.push(Line::Event(json!({"type": "response.completed", "response": {"status": "completed", "output": output}})));
        let (events, response) = streamed(lines.clone()).await;
        let case = format!("{lines_before} {output}");
        let found: Vec<&str> = response.output.iter().map(Item::kind).collect();
        assert_eq!(found, kinds, "{case}");
        assert_eq!(text_of(&events), text, "{case}");
        assert_eq!(response.output_text(), text, "{case}");
        assert!(
            response.output.iter().all(|item| item
                .status()
                .is_some_and(|status| status.as_str() == "completed")),
            "{case} {response:?}"
        );

        let server = server(Script::new("test/model", lines)).await;
        let whole = server.client().ask(&ask(false)).await.response();
        assert_eq!(whole.output.len(), kinds.len(), "{case}");
        assert_eq!(whole.output_text(), text, "{case}");
    }
}

#[tokio::test]
async fn text_without_deltas_is_sent_in_deltas_once() {
    fn named(line: &Line, kind: &str) -> bool {
        match line {
            Line::Event(event) => event["type"].as_str().unwrap().ends_with(kind),
            _ => false,
        }
    }
    let without = |kinds: &[&str]| -> Vec<Line> {
        message("abc", Duration::ZERO)
            .into_iter()
            .filter(|line| matches!(line, Line::Event(_)))
            .filter(|line| !kinds.iter().any(|kind| named(line, kind)))
            .collect()
    };
    let mut scripts = vec![
        without(&[]),
        without(&["text.delta"]),
        without(&["text.delta", "text.done"]),
        without(&["text.delta", "part.added", "text.done"]),
        without(&["text.delta", "part.added", "text.done", "part.done"]),
        without(&[
            "text.delta",
            "part.added",
            "text.done",
            "part.done",
            "item.added",
        ]),
        without(&["text.done", "part.done"]),
        without(&["item.done"]),
    ];
    // One delta of three is lost.
    let mut cut = without(&[]);
    cut.remove(4);
    scripts.push(cut);
    for lines in scripts {
        let case: Vec<String> = lines
            .iter()
            .map(|line| match line {
                Line::Event(event) => event["type"].to_string(),
                _ => String::new(),
            })
            .collect();
        let (events, response) = streamed(lines).await;
        assert_eq!(text_of(&events), "abc", "{case:?}");
        assert_eq!(response.output_text(), "abc", "{case:?}");
        assert_eq!(response.output.len(), 1, "{case:?}");
    }

    let call = json!({"type": "function_call", "id": "fc_1", "call_id": "c", "name": "f", "arguments": "{\"a\":1}", "status": "completed"});
    let begun = json!({"type": "function_call", "id": "fc_1", "call_id": "c", "name": "f", "arguments": "", "status": "in_progress"});
    let added = json!({"type": "response.output_item.added", "output_index": 0, "item": begun});
    let arguments = json!({"type": "response.function_call_arguments.done", "item_id": "fc_1", "output_index": 0, "name": "f", "arguments": "{\"a\":1}"});
    let done = json!({"type": "response.output_item.done", "output_index": 0, "item": call});
    let end = json!({"type": "response.completed", "response": {"output": [call]}});
    for lines in [
        vec![&added, &arguments, &done, &end],
        vec![&added, &done, &end],
        vec![&done, &end],
        vec![&added, &end],
    ] {
        let lines = lines.into_iter().cloned().map(Line::Event).collect();
        let (events, response) = streamed(lines).await;
        let deltas: String = events
            .iter()
            .filter_map(|event| match event {
                StreamEvent::FunctionCallArgumentsDelta(event) => Some(event.delta.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(deltas, "{\"a\":1}");
        assert_eq!(response.output.len(), 1);
    }
}

#[tokio::test]
async fn a_failed_response_keeps_its_usage_and_its_items_are_incomplete() {
    let added = |index: u32, item: Value| {
        Line::Event(
            json!({"type": "response.output_item.added", "output_index": index, "item": item}),
        )
    };
    let mut lines = message("abc", Duration::ZERO);
    lines.truncate(4);
    lines.extend([
        added(1, json!({"type": "function_call", "id": "fc_1", "call_id": "c", "name": "f", "arguments": "", "status": "in_progress"})),
        added(2, json!({"type": "web_search_call", "id": "ws_1", "status": "searching", "action": {"type": "search", "query": "q"}})),
        added(3, json!({"type": "image_generation_call", "id": "ig_1", "status": "generating", "result": null})),
        added(4, json!({"type": "custom_tool_call", "id": "ct_1", "call_id": "d", "name": "g", "input": ""})),
        added(5, json!({"type": "code_interpreter_call", "id": "ci_1", "status": "interpreting", "code": "1", "container_id": "x", "outputs": null})),
    ]);
    let end = json!({"type": "response.failed", "response": {"status": "failed", "error": {"code": "slow_down", "message": "Too busy, try again in 9s."}, "usage": {"input_tokens": 7, "output_tokens": 1, "total_tokens": 8}}});
    for (end, used) in [(Some(end), true), (None, false)] {
        let mut lines = lines.clone();
        lines.extend(end.map(Line::Event));
        let (_, response) = streamed(lines).await;
        assert_eq!(response.status, ResponseStatus::Failed);
        assert_eq!(response.output.len(), 6);
        for item in &response.output {
            assert_eq!(
                item.status().map(ItemStatus::as_str),
                Some("incomplete"),
                "{item:?}"
            );
        }
        assert_eq!(
            response.usage.map(|usage| usage.input_tokens),
            used.then_some(7)
        );
        if used {
            let error = response.error.unwrap();
            let metadata = orouter_wire::to_string(&error.metadata.unwrap());
            let metadata: Value = serde_json::from_str(&metadata).unwrap();
            assert_eq!(metadata["provider_code"], "slow_down");
            assert_eq!(metadata["provider_name"], "script");
            assert_eq!(metadata["retry_after"], 9);
        }
    }
}
