//! Events and responses as chunks and bodies of Chat Completions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value
)]

use orouter_protocols::chat_client::{self, ChatChunks, ReplyHead, ReplyOptions};
use orouter_wire::{ErrorBody, Response, StreamEvent};
use serde_json::{Value, json};

const HEAD: ReplyHead<'_> = ReplyHead {
    id: "gen-1",
    model: "a/b",
    provider: "acme",
    created: 7,
};

fn options(usage_chunk: bool, hides_reasoning: bool) -> ReplyOptions {
    let mut options = ReplyOptions::default();
    options.usage_chunk = usage_chunk;
    options.hides_reasoning = hides_reasoning;
    options
}

/// Returns the chunks for these events. Checks that each frame is one line of data.
fn chunks_with(options: ReplyOptions, events: &[Value]) -> Vec<Value> {
    let mut translator = ChatChunks::new(&HEAD, options);
    let mut frames = Vec::new();
    for event in events {
        let event: StreamEvent = orouter_wire::from_str(&event.to_string()).unwrap();
        translator.event(&event, &mut |frame| frames.push(frame));
    }
    frames.iter().map(|frame| data(frame)).collect()
}

fn data(frame: &[u8]) -> Value {
    let text = std::str::from_utf8(frame).unwrap();
    let data = text.strip_prefix("data: ").unwrap();
    let data = data.strip_suffix("\n\n").unwrap();
    assert!(!data.contains('\n'), "{data}");
    serde_json::from_str(data).unwrap()
}

fn chunks(events: &[Value]) -> Vec<Value> {
    chunks_with(ReplyOptions::default(), events)
}

/// Returns the deltas for these events, without the members of the first chunk.
fn deltas(events: &[Value]) -> Vec<Value> {
    let mut deltas: Vec<Value> = chunks(events)
        .iter()
        .map(|chunk| chunk["choices"][0]["delta"].clone())
        .collect();
    let first = deltas[0].as_object_mut().unwrap();
    assert_eq!(first.remove("role"), Some(json!("assistant")));
    if first.get("content") == Some(&json!("")) {
        first.remove("content");
    }
    deltas
}

fn text(delta: &str) -> Value {
    json!({"type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0, "content_index": 0, "delta": delta})
}

fn added(index: u64, item: Value) -> Value {
    json!({"type": "response.output_item.added", "output_index": index, "item": item})
}

fn done(index: u64, item: Value) -> Value {
    json!({"type": "response.output_item.done", "output_index": index, "item": item})
}

fn completed(mut response: Value) -> Value {
    response["status"] = "completed".into();
    json!({"type": "response.completed", "response": response})
}

#[test]
fn a_text_is_chunks_with_the_role_in_the_first_one() {
    let chunks = chunks(&[
        json!({"type": "response.created", "response": {"id": "resp_1"}}),
        json!({"type": "response.in_progress", "response": {"id": "resp_1"}}),
        added(
            0,
            json!({"type": "message", "id": "msg_1", "role": "assistant", "content": []}),
        ),
        text("Hel"),
        text(""),
        text("lo"),
        completed(json!({"usage": {"input_tokens": 3, "output_tokens": 2, "total_tokens": 5}})),
    ]);
    let chunk = |delta: Value| {
        json!({
            "id": "gen-1", "object": "chat.completion.chunk", "created": 7, "model": "a/b", "provider": "acme",
            "choices": [{"index": 0, "delta": delta, "finish_reason": null, "native_finish_reason": null}],
        })
    };
    assert_eq!(
        chunks[0],
        chunk(json!({"role": "assistant", "content": "Hel"}))
    );
    assert_eq!(chunks[1], chunk(json!({"content": "lo"})));
    let mut last = chunk(json!({}));
    last["choices"][0]["finish_reason"] = "stop".into();
    last["choices"][0]["native_finish_reason"] = "completed".into();
    last["usage"] = json!({
        "prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5, "is_byok": false,
        "prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0, "audio_tokens": 0, "video_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0, "image_tokens": 0},
    });
    assert_eq!(chunks[2], last);
    assert_eq!(chunks.len(), 3);
}

#[test]
fn the_usage_is_in_a_chunk_of_its_own_if_the_request_asks_for_it() {
    let usage = json!({
        "input_tokens": 30, "output_tokens": 20, "total_tokens": 50, "cost": 0.25, "is_byok": false,
        "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 5, "audio_tokens": 6},
        "output_tokens_details": {"reasoning_tokens": 7, "accepted_prediction_tokens": 8},
        "cost_details": {"upstream_inference_cost": 0.2, "upstream_inference_input_cost": 0.1, "upstream_inference_output_cost": 0.1},
        "server_tool_use_details": {"web_search_requests": 1},
    });
    let metadata = json!({"requested": "a/b", "attempt": 1});
    let end = completed(
        json!({"usage": usage, "service_tier": "default", "openrouter_metadata": metadata}),
    );
    let expected = json!({
        "prompt_tokens": 30, "completion_tokens": 20, "total_tokens": 50, "cost": 0.25, "is_byok": false,
        "prompt_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 5, "audio_tokens": 6, "video_tokens": 0},
        "cost_details": {"upstream_inference_cost": 0.2, "upstream_inference_prompt_cost": 0.1, "upstream_inference_completions_cost": 0.1},
        "completion_tokens_details": {"reasoning_tokens": 7, "audio_tokens": 0, "image_tokens": 0, "accepted_prediction_tokens": 8},
        "server_tool_use_details": {"web_search_requests": 1},
    });
    let own = chunks_with(options(true, false), &[text("x"), end.clone()]);
    assert_eq!(own.len(), 3);
    assert_eq!(own[1]["choices"][0]["finish_reason"], "stop");
    assert_eq!(own[1].get("usage"), None);
    assert_eq!(own[2]["choices"], json!([]));
    let joined = chunks(&[text("x"), end]);
    assert_eq!(joined.len(), 2);
    assert_eq!(joined[1]["choices"][0]["finish_reason"], "stop");
    for last in [&own[2], &joined[1]] {
        assert_eq!(last["usage"], expected);
        assert_eq!(last["service_tier"], "default");
        assert_eq!(last["openrouter_metadata"]["attempt"], 1);
    }
    // Without usage, there is no such chunk.
    assert_eq!(
        chunks_with(options(true, false), &[text("x"), completed(json!({}))]).len(),
        2
    );
}

#[test]
fn calls_have_their_id_and_name_once() {
    let call = |id: &str, arguments: &str| json!({"type": "function_call", "id": format!("fc_{id}"), "call_id": id, "name": "f", "arguments": arguments});
    let piece = |index: u64, delta: &str| json!({"type": "response.function_call_arguments.delta", "item_id": "x", "output_index": index, "delta": delta});
    let deltas = deltas(&[
        added(0, call("c1", "")),
        piece(0, "{\"a\""),
        added(1, call("c2", "")),
        piece(1, "{}"),
        piece(0, ":1}"),
        done(0, call("c1", "{\"a\":1}")),
        done(1, call("c2", "{}")),
        // The deltas lack the arguments.
        added(2, call("c3", "")),
        done(2, call("c3", "")),
        completed(json!({})),
    ]);
    let begun = |index: u64, id: &str| json!({"tool_calls": [{"index": index, "id": id, "type": "function", "function": {"name": "f", "arguments": ""}}]});
    let more = |index: u64, arguments: &str| json!({"tool_calls": [{"index": index, "function": {"arguments": arguments}}]});
    assert_eq!(
        deltas,
        [
            begun(0, "c1"),
            more(0, "{\"a\""),
            begun(1, "c2"),
            more(1, "{}"),
            more(0, ":1}"),
            begun(2, "c3"),
            more(2, "{}"),
            json!({}),
        ]
    );
}

#[test]
fn custom_tools_and_signed_calls_keep_their_form() {
    let custom = |input: &str| json!({"type": "custom_tool_call", "id": "ctc_1", "call_id": "c", "name": "sh", "input": input});
    let signed = json!({"google": {"thought_signature": "s"}});
    let function = |extra: Value| json!({"type": "function_call", "id": "fc_1", "call_id": "d", "name": "f", "arguments": "{}", "namespace": "ns", "extra_content": extra});
    let deltas = deltas(&[
        added(0, custom("")),
        json!({"type": "response.custom_tool_call_input.delta", "item_id": "ctc_1", "output_index": 0, "delta": "ls"}),
        done(0, custom("ls")),
        added(1, function(Value::Null)),
        json!({"type": "response.function_call_arguments.delta", "item_id": "fc_1", "output_index": 1, "delta": "{}"}),
        done(1, function(signed.clone())),
    ]);
    assert_eq!(
        deltas,
        [
            json!({"tool_calls": [{"index": 0, "id": "c", "type": "custom", "custom": {"name": "sh", "input": ""}}]}),
            json!({"tool_calls": [{"index": 0, "custom": {"input": "ls"}}]}),
            json!({"tool_calls": [{"index": 1, "id": "d", "type": "function", "function": {"name": "ns__f", "arguments": ""}}]}),
            json!({"tool_calls": [{"index": 1, "function": {"arguments": "{}"}}]}),
            json!({"tool_calls": [{"index": 1, "function": {"arguments": ""}, "extra_content": signed}]}),
        ]
    );
}

#[test]
fn the_data_of_a_call_is_sent_once_and_as_early_as_it_is_known() {
    let signed = json!({"google": {"thought_signature": "s"}});
    let item = |custom: bool, text: &str, extra: &Value| match custom {
        true => {
            json!({"type": "custom_tool_call", "id": "i", "call_id": "c", "name": "f", "input": text, "extra_content": extra})
        }
        false => {
            json!({"type": "function_call", "id": "i", "call_id": "c", "name": "f", "arguments": text, "extra_content": extra})
        }
    };
    for (custom, kind) in [(true, "custom"), (false, "function")] {
        // The data at the beginning and at the end, and the chunks that have it.
        for (first, last, expected) in [
            (&signed, &signed, vec![true, false]),
            (&signed, &Value::Null, vec![true, false]),
            (&Value::Null, &signed, vec![false, false, true]),
            (&json!({}), &signed, vec![true, false, true]),
            (&Value::Null, &Value::Null, vec![false, false]),
        ] {
            let deltas = deltas(&[
                added(0, item(custom, "", first)),
                done(0, item(custom, "{}", last)),
            ]);
            let calls = deltas.iter().map(|delta| &delta["tool_calls"][0]);
            let calls: Vec<&Value> = calls.collect();
            let has_data = |call: &&Value| call.get("extra_content").is_some();
            let found: Vec<bool> = calls.iter().map(has_data).collect();
            assert_eq!(found, expected, "{deltas:?}");
            for call in calls {
                assert!(call[kind].is_object(), "{call}");
            }
        }
    }
}

/// The deltas of the text are the text of a body.
#[test]
fn a_blank_line_separates_the_parts_of_reasoning() {
    let text = |text: &str| json!({"type": "reasoning_text", "text": text});
    let summary = |text: &str| json!({"type": "summary_text", "text": text});
    let item = |content: &[&str], summaries: &[&str]| {
        let content: Vec<_> = content.iter().map(|part| text(part)).collect();
        let summaries: Vec<_> = summaries.iter().map(|part| summary(part)).collect();
        json!({"type": "reasoning", "id": "r", "content": content, "summary": summaries})
    };
    for (items, expected) in [
        (vec![item(&["ab", "cd"], &[])], "ab\n\ncd"),
        (vec![item(&[], &["ab", "cd"])], "ab\n\ncd"),
        (
            vec![item(&["ab"], &[]), item(&[], &["cd"]), item(&["ef"], &[])],
            "ab\n\ncd\n\nef",
        ),
        (vec![item(&["", "ab", "", "cd"], &[])], "ab\n\ncd"),
        (vec![item(&[], &[]), item(&["ab"], &[])], "ab"),
        (vec![item(&[""], &["ab"])], "ab"),
        // A summary beside the text is only a detail.
        (vec![item(&["ab"], &["a"]), item(&["cd"], &[])], "ab\n\ncd"),
    ] {
        let mut events = Vec::new();
        for (index, item) in items.iter().enumerate() {
            events.push(json!({"type": "response.output_item.added", "output_index": index, "item": {"type": "reasoning", "id": "r", "summary": []}}));
            for (list, kind, number) in [
                ("content", "response.reasoning_text.delta", "content_index"),
                (
                    "summary",
                    "response.reasoning_summary_text.delta",
                    "summary_index",
                ),
            ] {
                for (part, value) in item[list].as_array().unwrap().iter().enumerate() {
                    for piece in value["text"].as_str().unwrap().split_inclusive(['a', 'c']) {
                        events.push(json!({"type": kind, "item_id": "r", "output_index": index, number: part, "delta": piece}));
                    }
                }
            }
            events.push(
                json!({"type": "response.output_item.done", "output_index": index, "item": item}),
            );
        }
        let deltas = deltas(&events);
        let streamed: String = deltas
            .iter()
            .filter_map(|delta| delta["reasoning"].as_str())
            .collect();
        let body = body(
            &json!({"status": "completed", "output": items}),
            ReplyOptions::default(),
        );
        let whole = &body["choices"][0]["message"]["reasoning"];
        assert_eq!(whole, expected);
        assert_eq!(streamed, expected);
    }
}

#[test]
fn reasoning_has_its_text_and_details() {
    let reasoning = |extra: Value| {
        let mut item = json!({"type": "reasoning", "id": "rs_1", "summary": []});
        item.as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        item
    };
    let piece = |index: u64, part: u64, delta: &str| json!({"type": "response.reasoning_text.delta", "item_id": "rs_1", "output_index": index, "content_index": part, "delta": delta});
    let summary = |part: u64, delta: &str| json!({"type": "response.reasoning_summary_text.delta", "item_id": "rs_2", "output_index": 1, "summary_index": part, "delta": delta});
    let events = [
        added(0, reasoning(json!({"format": "anthropic-claude-v1"}))),
        piece(0, 0, "a"),
        piece(0, 0, "b"),
        done(
            0,
            reasoning(
                json!({"content": [{"type": "reasoning_text", "text": "ab"}], "signature": "s", "format": "anthropic-claude-v1"}),
            ),
        ),
        added(1, reasoning(json!({}))),
        summary(0, "c"),
        summary(1, "d"),
        done(
            1,
            reasoning(json!({"encrypted_content": "e", "format": "openai-responses-v1"})),
        ),
        text("x"),
    ];
    let format = "anthropic-claude-v1";
    let detail = |text: &str, index: u64| json!([{"type": "reasoning.summary", "summary": text, "index": index}]);
    assert_eq!(
        deltas(&events),
        [
            json!({"reasoning": "a", "reasoning_details": [{"type": "reasoning.text", "text": "a", "format": format, "index": 0}]}),
            json!({"reasoning": "b", "reasoning_details": [{"type": "reasoning.text", "text": "b", "format": format, "index": 0}]}),
            json!({"reasoning_details": [{"type": "reasoning.text", "signature": "s", "format": format, "index": 0}]}),
            json!({"reasoning": "\n\nc", "reasoning_details": detail("c", 1)}),
            json!({"reasoning": "\n\nd", "reasoning_details": detail("d", 2)}),
            json!({"reasoning_details": [{"type": "reasoning.encrypted", "data": "e", "id": "rs_1", "format": "openai-responses-v1", "index": 3}]}),
            json!({"content": "x"}),
        ]
    );
    let hidden = chunks_with(options(false, true), &events);
    assert_eq!(hidden.len(), 1);
    assert_eq!(
        hidden[0]["choices"][0]["delta"],
        json!({"role": "assistant", "content": "x"})
    );
}

#[test]
fn signatures_of_parts_belong_to_their_blocks() {
    let part = |text: &str, signature: &str| json!({"type": "reasoning_text", "text": text, "signature": signature});
    let piece = |part: u64, delta: &str| json!({"type": "response.reasoning_text.delta", "item_id": "r", "output_index": 0, "content_index": part, "delta": delta});
    let item = json!({"type": "reasoning", "id": "r", "summary": [], "content": [part("a", "s"), part("b", "t")]});
    let deltas = deltas(&[
        added(0, json!({"type": "reasoning", "id": "r", "summary": []})),
        piece(0, "a"),
        piece(1, "b"),
        done(0, item.clone()),
    ]);
    assert_eq!(
        deltas[2]["reasoning_details"][0],
        json!({"type": "reasoning.text", "signature": "s", "index": 0})
    );
    assert_eq!(
        deltas[3]["reasoning_details"][0],
        json!({"type": "reasoning.text", "signature": "t", "index": 1})
    );
    let body = body(
        &json!({"status": "completed", "output": [item]}),
        ReplyOptions::default(),
    );
    assert_eq!(
        body["choices"][0]["message"]["reasoning_details"],
        json!([
            {"type": "reasoning.text", "text": "a", "signature": "s", "index": 0},
            {"type": "reasoning.text", "text": "b", "signature": "t", "index": 1},
        ])
    );
}

#[test]
fn refusals_sources_images_and_audio_are_in_the_delta() {
    let source = json!({"type": "url_citation", "url": "https://x", "title": "t", "start_index": 0, "end_index": 1});
    let other = json!({"type": "url_citation", "url": "https://y", "content": "c"});
    let annotated = json!({"type": "output_text", "text": "x", "annotations": [source, other, {"type": "file_citation", "file_id": "f"}]});
    let deltas = deltas(&[
        json!({"type": "response.refusal.delta", "item_id": "m", "output_index": 0, "content_index": 0, "delta": "No"}),
        json!({"type": "response.output_text.annotation.added", "item_id": "m", "output_index": 0, "content_index": 0, "annotation_index": 0, "annotation": source}),
        // The other source has no event of its own.
        done(
            0,
            json!({"type": "message", "id": "m", "role": "assistant", "content": [annotated]}),
        ),
        done(
            1,
            json!({"type": "image_generation_call", "id": "i", "result": "AAAA", "output_format": "webp"}),
        ),
        done(
            2,
            json!({"type": "image_generation_call", "id": "j", "result": "https://x/i.png"}),
        ),
        done(
            3,
            json!({"type": "web_search_call", "id": "w", "status": "completed"}),
        ),
        done(
            4,
            json!({"type": "message", "id": "n", "role": "assistant", "content": [
            {"type": "output_audio", "data": "AA", "transcript": "hi", "id": "audio_1", "expires_at": 9}]}),
        ),
    ]);
    let citation = |url: &str, title: &str, end: u64| json!({"url": url, "title": title, "start_index": 0, "end_index": end});
    let mut second = citation("https://y", "", 0);
    second["content"] = "c".into();
    let image = |index: u64, url: &str| json!({"images": [{"type": "image_url", "index": index, "image_url": {"url": url}}]});
    assert_eq!(
        deltas,
        [
            json!({"refusal": "No"}),
            json!({"annotations": [{"type": "url_citation", "url_citation": citation("https://x", "t", 1)}]}),
            json!({"annotations": [{"type": "url_citation", "url_citation": second}]}),
            image(0, "data:image/webp;base64,AAAA"),
            image(1, "https://x/i.png"),
            json!({"audio": {"id": "audio_1", "expires_at": 9, "data": "AA", "transcript": "hi"}}),
        ]
    );
}

#[test]
fn log_probabilities_are_beside_the_delta() {
    let mut event = text("x");
    event["logprobs"] = json!([{"token": "x", "logprob": -0.5, "top_logprobs": [{"token": "y", "logprob": -1, "bytes": [121]}]}]);
    let chunks = chunks(&[event]);
    assert_eq!(
        chunks[0]["choices"][0]["logprobs"],
        json!({
            "content": [{"token": "x", "logprob": -0.5, "bytes": null, "top_logprobs": [{"token": "y", "logprob": -1, "bytes": [121]}]}],
            "refusal": null,
        })
    );
}

#[test]
fn the_body_of_an_upstream_request_is_a_chunk_without_choices() {
    let debug = json!({"echo_upstream_body": {"model": "m"}});
    let chunks = chunks(&[json!({"type": "response.debug", "debug": debug}), text("x")]);
    assert_eq!(
        (&chunks[0]["choices"], &chunks[0]["debug"]),
        (&json!([]), &debug)
    );
    assert_eq!(chunks[1]["choices"][0]["delta"]["role"], "assistant");
}

#[test]
fn finish_reasons_are_those_of_chat_completions() {
    let call = json!({"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"});
    for (kind, response, has_call, finish, native) in [
        (
            "completed",
            json!({"status": "completed"}),
            false,
            "stop",
            "completed",
        ),
        (
            "completed",
            json!({"status": "completed"}),
            true,
            "tool_calls",
            "completed",
        ),
        (
            "incomplete",
            json!({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}),
            false,
            "length",
            "max_output_tokens",
        ),
        (
            "incomplete",
            json!({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}),
            true,
            "length",
            "max_output_tokens",
        ),
        (
            "incomplete",
            json!({"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}),
            true,
            "content_filter",
            "content_filter",
        ),
        (
            "incomplete",
            json!({"status": "incomplete", "incomplete_details": {"reason": "max_tool_calls"}}),
            false,
            "length",
            "max_tool_calls",
        ),
        (
            "incomplete",
            json!({"status": "incomplete"}),
            false,
            "length",
            "incomplete",
        ),
    ] {
        let mut response = response;
        response["output"] = if has_call { json!([call]) } else { json!([]) };
        let mut events = vec![];
        if has_call {
            events.push(added(0, call.clone()));
        }
        events.push(json!({"type": format!("response.{kind}"), "response": response}));
        let chunks = chunks(&events);
        let body = body(&response, ReplyOptions::default());
        for choice in [&chunks.last().unwrap()["choices"][0], &body["choices"][0]] {
            assert_eq!(choice["finish_reason"], finish, "{response}");
            assert_eq!(choice["native_finish_reason"], native, "{response}");
        }
    }
}

#[test]
fn a_failure_ends_the_stream_with_an_error_chunk() {
    for begun in [false, true] {
        let mut translator = ChatChunks::new(&HEAD, ReplyOptions::default());
        let mut frames = Vec::new();
        if begun {
            let event: StreamEvent = orouter_wire::from_str(&text("x").to_string()).unwrap();
            translator.event(&event, &mut |frame| frames.push(frame));
        }
        let error: ErrorBody = orouter_wire::from_str(r#"{"code":502,"message":"the provider failed","metadata":{"error_type":"provider_unavailable"}}"#).unwrap();
        let response: Response = orouter_wire::from_str(
            r#"{"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}"#,
        )
        .unwrap();
        translator.fail(&error, Some(&response), &mut |frame| frames.push(frame));
        let last = data(frames.last().unwrap());
        assert_eq!(last["error"]["code"], 502);
        assert_eq!(
            last["error"]["metadata"]["error_type"],
            "provider_unavailable"
        );
        assert_eq!(last["object"], "chat.completion.chunk");
        let choice = &last["choices"][0];
        assert_eq!(choice["finish_reason"], "error");
        assert_eq!(choice["delta"]["content"], "");
        assert_eq!(choice["delta"].get("role").is_some(), !begun);
        assert_eq!(last["usage"]["total_tokens"], 3);
    }
}

fn body(response: &Value, options: ReplyOptions) -> Value {
    let response: Response = orouter_wire::from_str(&response.to_string()).unwrap();
    serde_json::from_slice(&chat_client::body(&response, &HEAD, options)).unwrap()
}

#[test]
fn a_body_has_the_whole_message() {
    let response = json!({
        "status": "completed", "service_tier": "default",
        "output": [
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "r"}], "encrypted_content": "e", "format": "openai-responses-v1"},
            {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": [
                {"type": "output_text", "text": "Hi ", "annotations": [{"type": "url_citation", "url": "https://x"}], "logprobs": [{"token": "Hi", "logprob": -1}]},
                {"type": "output_text", "text": "there"}]},
            {"type": "function_call", "id": "fc", "call_id": "c", "name": "f", "arguments": "", "extra_content": {"s": 1}},
            {"type": "image_generation_call", "id": "i", "result": "AA"},
        ],
        "usage": {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3},
        "openrouter_metadata": {"attempt": 1},
    });
    let whole = body(&response, ReplyOptions::default());
    let choice = &whole["choices"][0];
    assert_eq!(
        choice["message"],
        json!({
            "role": "assistant", "content": "Hi there", "refusal": null, "reasoning": "r",
            "reasoning_details": [
                {"type": "reasoning.summary", "summary": "r", "format": "openai-responses-v1", "index": 0},
                {"type": "reasoning.encrypted", "data": "e", "id": "rs_1", "format": "openai-responses-v1", "index": 1},
            ],
            "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}, "extra_content": {"s": 1}}],
            "annotations": [{"type": "url_citation", "url_citation": {"url": "https://x", "title": "", "start_index": 0, "end_index": 0}}],
            "images": [{"type": "image_url", "index": 0, "image_url": {"url": "data:image/png;base64,AA"}}],
        })
    );
    assert_eq!(choice["index"], 0);
    assert_eq!(choice["finish_reason"], "tool_calls");
    assert_eq!(choice["logprobs"]["content"][0]["token"], "Hi");
    for (name, value) in [
        ("id", json!("gen-1")),
        ("object", json!("chat.completion")),
        ("created", json!(7)),
        ("model", json!("a/b")),
        ("provider", json!("acme")),
        ("system_fingerprint", Value::Null),
        ("service_tier", json!("default")),
    ] {
        assert_eq!(whole[name], value, "{name}");
        assert!(whole.get(name).is_some());
    }
    assert_eq!(whole["usage"]["total_tokens"], 3);
    assert_eq!(whole["openrouter_metadata"]["attempt"], 1);
    let hidden = body(&response, options(false, true));
    let message = &hidden["choices"][0]["message"];
    assert!(message.get("reasoning").is_none() && message.get("reasoning_details").is_none());

    let refused = body(
        &json!({"status": "completed", "output": [{"type": "message", "role": "assistant", "content": [{"type": "refusal", "refusal": "No"}]}]}),
        ReplyOptions::default(),
    );
    let message = &refused["choices"][0]["message"];
    assert_eq!(
        (&message["content"], &message["refusal"]),
        (&Value::Null, &json!("No"))
    );
    let empty = body(
        &json!({"status": "completed", "output": []}),
        ReplyOptions::default(),
    );
    assert_eq!(empty["choices"][0]["message"]["content"], "");
}
