//! The dialects of Chat Completions replies, one by one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "helpers that take JSON made in place"
)]

mod reply_support;

use bytes::Bytes;
use orouter_protocols::ToolKind;
use orouter_wire::{Annotation, ContentPart, Item, Response};
use reply_support::{events_of, reader_with, response_of, streamed, whole, without_ids};
use serde_json::{Value, json};

fn delta(delta: Value) -> Value {
    json!({"choices": [{"index": 0, "delta": delta}]})
}

fn stop() -> Value {
    json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
}

/// The response of a message, as a body and as a stream of one delta. They are the same.
#[track_caller]
fn both(message: &Value) -> Response {
    let reader = reader_with(&[]);
    let body = json!({"model": "m", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]});
    let mut chunk = delta(message.clone());
    chunk["model"] = json!("m");
    let (whole, streamed) = (whole(&*reader, &body), streamed(&*reader, &[chunk, stop()]));
    assert_eq!(without_ids(&whole), without_ids(&streamed));
    whole
}

#[test]
fn reasoning_is_read_from_every_member() {
    for message in [
        json!({"reasoning": "Hm", "content": "Hi"}),
        json!({"reasoning_content": "Hm", "content": "Hi"}),
        json!({"reasoning_text": "Hm", "content": "Hi"}),
        json!({"reasoning": "Hm", "reasoning_content": "Hm", "content": "Hi"}),
        json!({"reasoning_details": [{"type": "reasoning.text", "text": "Hm"}], "content": "Hi"}),
        json!({"reasoning": "Hm", "reasoning_details": [{"type": "reasoning.summary", "summary": "Hm"}], "content": "Hi"}),
        json!({"reasoning_content": "Hm", "thinking_blocks": [{"type": "thinking", "thinking": "Hm", "signature": "s"}], "content": "Hi"}),
        json!({"content": "<think>Hm</think>Hi"}),
        json!({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}]}, {"type": "text", "text": "Hi"}]}),
        json!({"content": [{"type": "thinking", "thinking": "Hm", "signature": "s"}, {"type": "text", "text": "Hi"}]}),
        json!({"content": [{"type": "reasoning", "text": "Hm"}, {"type": "output_text", "text": "Hi"}]}),
    ] {
        let response = both(&message);
        assert_eq!(response.output_text(), "Hi", "{message}");
        assert_eq!(
            response.reasoning_text().as_deref(),
            Some("Hm"),
            "{message}"
        );
        assert_eq!(response.output.len(), 2);
        let signed = message.to_string().contains("signature");
        let reasoning = response.output[0].as_reasoning().unwrap();
        assert_eq!(reasoning.signature.is_some(), signed);
    }
}

#[test]
fn encrypted_reasoning_of_copilot_and_anthropic_is_kept() {
    for message in [
        json!({"reasoning_text": "Hm", "reasoning_opaque": "xyz", "content": "Hi"}),
        json!({"thinking_blocks": [{"type": "redacted_thinking", "data": "xyz"}], "content": "Hi"}),
    ] {
        let response = both(&message);
        let reasoning = response.output[0].as_reasoning().unwrap();
        assert_eq!(
            reasoning.encrypted_content.as_deref(),
            Some("xyz"),
            "{message}"
        );
    }
}

#[test]
fn blocks_that_repeat_earlier_reasoning_are_not_read_twice() {
    let reader = reader_with(&[]);
    let block = json!([{"type": "reasoning.text", "text": "Let me see", "signature": "sig"}]);
    for content in [None, Some("Hi")] {
        let mut chunks = vec![
            delta(json!({"reasoning": "Let me"})),
            delta(json!({"reasoning": " see"})),
        ];
        chunks.extend(content.map(|text| delta(json!({"content": text}))));
        chunks.extend([delta(json!({"reasoning_details": block})), stop()]);
        let response = streamed(&*reader, &chunks);
        assert_eq!(response.reasoning_text().as_deref(), Some("Let me see"));
        let signatures = response
            .output
            .iter()
            .filter_map(Item::as_reasoning)
            .filter_map(|item| item.signature.as_deref());
        assert_eq!(signatures.collect::<Vec<_>>(), ["sig"]);
    }
}

#[test]
fn think_tags_may_be_split_and_unclosed() {
    let reader = reader_with(&[]);
    let content = |pieces: &[&str]| {
        let mut chunks: Vec<Value> = pieces
            .iter()
            .map(|piece| delta(json!({"content": piece})))
            .collect();
        chunks.push(stop());
        let response = streamed(&*reader, &chunks);
        (
            response.reasoning_text().unwrap_or_default(),
            response.output_text(),
        )
    };
    let own = |reasoning: &str, text: &str| (reasoning.to_owned(), text.to_owned());
    assert_eq!(
        content(&["<th", "ink>", "Hm", "</thi", "nk>", "Hi"]),
        own("Hm", "Hi")
    );
    assert_eq!(content(&["<think>", "Hm"]), own("Hm", ""));
    assert_eq!(
        content(&["a <think>b</think>"]),
        own("", "a <think>b</think>")
    );
    // The server has split the reasoning off: what is in the text is text.
    let chunks = [
        delta(json!({"reasoning": "Hm"})),
        delta(json!({"content": "<think>x</think>"})),
        stop(),
    ];
    assert_eq!(
        streamed(&*reader, &chunks).output_text(),
        "<think>x</think>"
    );
}

#[test]
fn functions_before_tools_are_calls() {
    let reader = reader_with(&[]);
    let chunks = [
        delta(json!({"function_call": {"name": "f", "arguments": ""}})),
        delta(json!({"function_call": {"arguments": "{\"a\""}})),
        delta(json!({"function_call": {"arguments": ":1}"}})),
        json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "function_call"}]}),
    ];
    let response = streamed(&*reader, &chunks);
    let call = response.function_calls().next().unwrap();
    assert_eq!(
        (call.name.as_str(), call.arguments.as_str()),
        ("f", "{\"a\":1}")
    );
    assert!(call.call_id.starts_with("call_"));
    let empty =
        json!({"content": "Hi", "function_call": {"name": "", "arguments": ""}, "tool_calls": []});
    assert_eq!(both(&empty).output.len(), 1);
}

#[test]
fn names_of_tools_are_those_of_the_request() {
    let reader = reader_with(&[
        ("crm__find", "find", Some("crm"), ToolKind::Function),
        ("shell", "shell", None, ToolKind::Custom),
        ("crm__run", "run", Some("crm"), ToolKind::Custom),
    ]);
    let call = |index: u32, name: &str, arguments: &str| json!({"index": index, "id": format!("c{index}"), "function": {"name": name, "arguments": arguments}});
    let chunks = [
        delta(json!({"tool_calls": [call(0, "crm__find", "{\"id\":1}")]})),
        delta(json!({"tool_calls": [call(1, "shell", "{\"input\":\"ls")]})),
        delta(json!({"tool_calls": [{"index": 1, "function": {"arguments": " -l\\n\"}"}}]})),
        delta(
            json!({"tool_calls": [call(2, "crm__run", "{\"input\":\"\"}"), call(3, "made_up", "{}")]}),
        ),
        json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}),
    ];
    let response = streamed(&*reader, &chunks);
    let read: Vec<(String, String, Option<String>, String)> = response
        .output
        .iter()
        .map(|item| match item {
            Item::FunctionCall(call) => (
                item.kind().to_owned(),
                call.name.clone(),
                call.namespace.clone(),
                call.arguments.clone(),
            ),
            Item::CustomToolCall(call) => (
                item.kind().to_owned(),
                call.name.clone(),
                call.namespace.clone(),
                call.input.clone(),
            ),
            other => panic!("{}", other.kind()),
        })
        .collect();
    let own = |kind: &str, name: &str, namespace: Option<&str>, input: &str| {
        (
            kind.to_owned(),
            name.to_owned(),
            namespace.map(str::to_owned),
            input.to_owned(),
        )
    };
    assert_eq!(
        read,
        [
            own("function_call", "find", Some("crm"), "{\"id\":1}"),
            own("custom_tool_call", "shell", None, "ls -l\n"),
            own("custom_tool_call", "run", Some("crm"), ""),
            own("function_call", "made_up", None, "{}"),
        ]
    );
    let prefixes: Vec<&str> = response
        .output
        .iter()
        .map(|item| item.id().unwrap().split('_').next().unwrap())
        .collect();
    assert_eq!(prefixes, ["fc", "ctc", "ctc", "fc"]);
}

#[test]
fn custom_calls_of_openai_are_streamed() {
    let reader = reader_with(&[]);
    let chunks = [
        delta(
            json!({"tool_calls": [{"index": 0, "id": "c", "type": "custom", "custom": {"name": "shell", "input": ""}}]}),
        ),
        delta(json!({"tool_calls": [{"index": 0, "custom": {"input": "ls "}}]})),
        delta(json!({"tool_calls": [{"index": 0, "custom": {"input": "-l"}}]})),
        json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}),
    ];
    let response = streamed(&*reader, &chunks);
    let Item::CustomToolCall(call) = &response.output[0] else {
        panic!()
    };
    assert_eq!(
        (
            call.name.as_str(),
            call.input.as_str(),
            call.call_id.as_str()
        ),
        ("shell", "ls -l", "c")
    );
}

#[test]
fn log_probabilities_are_kept() {
    let reader = reader_with(&[]);
    let token = |token: &str| json!({"token": token, "logprob": -0.5, "bytes": [72], "top_logprobs": [{"token": token, "logprob": -0.5, "bytes": null}]});
    let chunk = |text: &str| json!({"choices": [{"index": 0, "delta": {"content": text}, "logprobs": {"content": [token(text)], "refusal": null}}]});
    let response = streamed(&*reader, &[chunk("Hel"), chunk("lo"), stop()]);
    let ContentPart::OutputText(part) = &response.output[0].as_message().unwrap().parts()[0] else {
        panic!()
    };
    let logprobs = part.logprobs.as_ref().unwrap();
    let tokens: Vec<&str> = logprobs
        .iter()
        .map(|logprob| logprob.token.as_str())
        .collect();
    assert_eq!(tokens, ["Hel", "lo"]);
    assert_eq!(logprobs[0].top_logprobs.as_ref().unwrap().len(), 1);
}

/// The tokens of the log probabilities of each text part.
fn tokens(response: &Response) -> Vec<Vec<String>> {
    let messages = response.output.iter().filter_map(Item::as_message);
    let parts = messages.flat_map(|message| message.parts().iter());
    parts
        .filter_map(|part| match part {
            ContentPart::OutputText(part) => part.logprobs.as_ref(),
            _ => None,
        })
        .map(|logprobs| logprobs.iter().map(|token| token.token.clone()).collect())
        .collect()
}

#[test]
fn log_probabilities_are_those_of_the_text() {
    let reader = reader_with(&[]);
    let chunk = |delta: Value, token: &str| json!({"choices": [{"index": 0, "delta": delta, "logprobs": {"content": [{"token": token, "logprob": -0.5}]}}]});
    let hi = chunk(json!({"content": "Hi"}), "Hi");
    let call = json!([{"index": 0, "function": {"name": "f", "arguments": "{}"}}]);
    for other in [
        json!({"reasoning": "Hm"}),
        json!({"reasoning_content": "Hm", "content": ""}),
        json!({"reasoning_text": "Hm", "content": null}),
        json!({"reasoning_details": [{"type": "reasoning.text", "text": "Hm"}]}),
        json!({"thinking_blocks": [{"type": "thinking", "thinking": "Hm"}]}),
        json!({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}]}]}),
        json!({"content": [{"type": "reasoning", "text": "Hm"}]}),
        json!({"tool_calls": call}),
        json!({"function_call": {"name": "f", "arguments": "{}"}}),
        json!({"refusal": "No"}),
        json!({"content": "<think>Hm</think>"}),
    ] {
        let response = streamed(
            &*reader,
            &[chunk(other.clone(), "other"), hi.clone(), stop()],
        );
        assert_eq!(tokens(&response), [["Hi"]], "{other}");
    }
    // A token may be a part of a character. Its text comes with the next one.
    for (first, second) in [
        (json!({"content": ""}), json!({"content": "é"})),
        (
            json!({"content": "", "tool_calls": [], "reasoning": "", "images": [], "reasoning_opaque": ""}),
            json!({"content": "é"}),
        ),
        (
            json!({"content": [{"type": "text", "text": "a"}]}),
            json!({"content": "b"}),
        ),
        (
            json!({"content": "a", "reasoning": "Hm"}),
            json!({"content": "b"}),
        ),
        (json!({"content": "<thi"}), json!({"content": "s"})),
    ] {
        let response = streamed(
            &*reader,
            &[chunk(first.clone(), "1"), chunk(second, "2"), stop()],
        );
        assert_eq!(tokens(&response), [["1", "2"]], "{first}");
    }
}

/// The citations of the only text.
fn citations(response: &Response) -> Vec<(String, String, u64, u64)> {
    let ContentPart::OutputText(part) = &response.output[0].as_message().unwrap().parts()[0] else {
        panic!()
    };
    part.annotations
        .iter()
        .flatten()
        .map(|annotation| match annotation {
            Annotation::UrlCitation(citation) => (
                citation.url.clone(),
                citation.title.clone().unwrap(),
                citation.start_index.unwrap(),
                citation.end_index.unwrap(),
            ),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn citations_are_annotations() {
    let expected = [("https://a.example".to_owned(), "A".to_owned(), 2, 5)];
    let nested = json!({"type": "url_citation", "url_citation": {"url": "https://a.example", "title": "A", "start_index": 2, "end_index": 5}});
    let flat = json!({"type": "url_citation", "url": "https://a.example", "title": "A", "start_index": 2, "end_index": 5});
    for annotation in [nested, flat] {
        let response =
            both(&json!({"content": "é [1].", "annotations": [annotation.clone(), annotation]}));
        assert_eq!(citations(&response), expected);
    }
    // Perplexity repeats its sources in each chunk.
    let reader = reader_with(&[]);
    let chunk = |text: &str| {
        json!({
            "choices": [{"index": 0, "delta": {"content": text}}],
            "citations": ["https://a.example"], "search_results": [{"title": "A", "url": "https://a.example", "date": null}],
        })
    };
    let response = streamed(&*reader, &[chunk("é ["), chunk("1]."), stop()]);
    assert_eq!(citations(&response), expected);
}

#[test]
fn annotations_of_other_kinds_are_kept() {
    let response =
        both(&json!({"content": "Hi", "annotations": [{"type": "file", "file": {"hash": "h"}}]}));
    let response: Value = serde_json::from_str(&orouter_wire::to_string(&response)).expect("JSON");
    assert_eq!(
        response["output"][0]["content"][0]["annotations"],
        json!([{"type": "file", "file": {"hash": "h"}}])
    );
}

#[test]
fn images_are_items() {
    let image = json!({"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}});
    for message in [
        json!({"content": "Hi", "images": [image]}),
        json!({"content": [{"type": "text", "text": "Hi"}, image]}),
    ] {
        let response = both(&message);
        assert_eq!(response.output_text(), "Hi");
        let Item::ImageGenerationCall(item) = &response.output[1] else {
            panic!()
        };
        assert_eq!(item.result.as_deref(), Some("AAAA"));
        assert_eq!(item.output_format.as_ref().unwrap().as_str(), "png");
    }
}

/// The output in one word for each item: its text, or its kind.
fn outline(response: &Response) -> Vec<String> {
    let word = |item: &Item| match item.as_message() {
        Some(message) => message
            .parts()
            .iter()
            .filter_map(ContentPart::text)
            .collect(),
        None => item.kind().to_owned(),
    };
    response.output.iter().map(word).collect()
}

#[test]
fn content_lists_keep_their_order() {
    let text = |text: &str| json!({"type": "text", "text": text});
    let image = json!({"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}});
    let redacted = json!({"type": "redacted_thinking", "data": "SEAL"});
    let (drawn, thought) = ("image_generation_call", "reasoning");
    for (list, expected) in [
        (json!([text("a"), image, text("b")]), vec!["a", drawn, "b"]),
        (json!([image, text("a")]), vec![drawn, "a"]),
        (json!([text("a"), image]), vec!["a", drawn]),
        (
            json!([text("a"), image, image, text("b"), text("c")]),
            vec!["a", drawn, drawn, "bc"],
        ),
        (
            json!([text("a"), {"type": "image_url", "image_url": ""}, text("b")]),
            vec!["ab"],
        ),
        (
            json!([text("a"), redacted, text("b")]),
            vec!["a", thought, "b"],
        ),
        (json!([redacted, text("a"), text("b")]), vec![thought, "ab"]),
        (json!([text("a"), text("b")]), vec!["ab"]),
    ] {
        let response = both(&json!({"content": list}));
        assert_eq!(outline(&response), expected, "{list}");
    }
    // The pieces may come in several chunks.
    let reader = reader_with(&[]);
    let chunks = [
        delta(json!({"content": [text("a")]})),
        delta(json!({"content": [image]})),
        delta(json!({"content": "b"})),
        stop(),
    ];
    assert_eq!(outline(&streamed(&*reader, &chunks)), ["a", drawn, "b"]);
    // Images beside the content do not divide it.
    let chunks = [
        delta(json!({"content": "a", "images": [image]})),
        delta(json!({"content": "b"})),
        stop(),
    ];
    assert_eq!(outline(&streamed(&*reader, &chunks)), ["ab", drawn]);
    // A call that is not announced yet comes first.
    let call = json!([{"index": 0, "function": {"name": "f"}}]);
    let chunks = [
        delta(json!({"tool_calls": call})),
        delta(json!({"images": [image]})),
        stop(),
    ];
    assert_eq!(
        outline(&streamed(&*reader, &chunks)),
        ["function_call", drawn]
    );
}

#[test]
fn audio_is_a_part_of_the_message() {
    let reader = reader_with(&[]);
    let chunks = [
        delta(json!({"audio": {"id": "a", "transcript": "Hel"}})),
        delta(json!({"audio": {"data": "Zg==", "expires_at": 1}})),
        delta(json!({"audio": {"data": "b28=", "transcript": "lo"}})),
        stop(),
    ];
    let response = streamed(&*reader, &chunks);
    let ContentPart::OutputAudio(audio) = &response.output[0].as_message().unwrap().parts()[0]
    else {
        panic!()
    };
    assert_eq!(
        (audio.data.as_str(), audio.transcript.as_deref()),
        ("Zm9v", Some("Hello"))
    );
}

#[test]
fn other_choices_are_ignored() {
    let reader = reader_with(&[]);
    let chunk =
        |index: u32, text: &str| json!({"choices": [{"index": index, "delta": {"content": text}}]});
    let other = json!({"choices": [{"index": 1, "delta": {}, "finish_reason": "length"}]});
    let response = streamed(
        &*reader,
        &[chunk(0, "a"), chunk(1, "x"), other, chunk(0, "b"), stop()],
    );
    assert_eq!(
        (response.output_text().as_str(), response.status.as_str()),
        ("ab", "completed")
    );
}

#[test]
fn whole_messages_beside_deltas_are_not_read_twice() {
    let reader = reader_with(&[]);
    let chunk = |text: &str, all: &str, finish: Value| json!({"choices": [{"index": 0, "delta": {"content": text}, "message": {"content": all}, "finish_reason": finish}]});
    let response = streamed(
        &*reader,
        &[
            chunk("a", "a", Value::Null),
            chunk("b", "ab", json!("stop")),
        ],
    );
    assert_eq!(response.output_text(), "ab");
    let response = streamed(
        &*reader,
        &[
            json!({"choices": [{"index": 0, "message": {"content": "ab"}, "finish_reason": "stop"}]}),
        ],
    );
    assert_eq!(response.output_text(), "ab");
    let response = whole(&*reader, &chunk("", "ab", json!("stop")));
    assert_eq!(response.output_text(), "ab");
}

#[test]
fn an_empty_completion_is_complete_and_has_no_output() {
    let reader = reader_with(&[]);
    let usage = json!({"prompt_tokens": 100, "completion_tokens": 0});
    let body = json!({"choices": [{"message": {"content": "", "role": "assistant"}, "finish_reason": "stop"}], "usage": usage});
    let response = whole(&*reader, &body);
    assert_eq!(response.status.as_str(), "completed");
    assert!(response.output.is_empty());
    let usage = response.usage.unwrap();
    assert_eq!(
        (usage.input_tokens, usage.output_tokens, usage.total_tokens),
        (100, 0, 100)
    );
    assert_eq!(
        streamed(&*reader, &[delta(json!({"content": ""})), stop()])
            .output
            .len(),
        0
    );
}

#[test]
fn members_of_the_response_are_kept() {
    let reader = reader_with(&[]);
    let body = json!({"id": "x", "model": "m-1", "service_tier": "flex", "choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]});
    let response = whole(&*reader, &body);
    assert_eq!(response.model, "m-1");
    assert_eq!(response.service_tier.as_ref().unwrap().as_str(), "flex");
}

#[test]
fn odd_types_do_not_end_a_reply() {
    let reader = reader_with(&[]);
    let chunks = [
        json!({"id": 5, "model": ["m"], "created": "now", "choices": [{"index": "0", "delta": {"content": 7, "tool_calls": "none", "reasoning": {"a": 1}}}]}),
        json!({"choices": "none", "usage": "none"}),
        json!({"choices": [null, 5, {"delta": [], "finish_reason": 7}]}),
        json!([1, 2]),
        json!("not JSON"),
        delta(json!({"content": "Hi"})),
        json!({"choices": [{"index": 0.0, "delta": null, "finish_reason": "stop"}], "usage": {"prompt_tokens": 10.0, "completion_tokens": "5"}}),
    ];
    let response = streamed(&*reader, &chunks);
    assert_eq!(response.output_text(), "Hi");
    assert_eq!(response.usage.unwrap().input_tokens, 10);
}

#[test]
fn odd_elements_do_not_cost_the_others() {
    let call = json!({"index": 0, "id": "c", "function": {"name": "f", "arguments": "{}"}});
    let text = json!({"type": "text", "text": "Hi"});
    let image = json!({"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}});
    let thought = json!({"type": "reasoning.text", "text": "Hm"});
    let block = json!({"type": "thinking", "thinking": "Hm"});
    let citation = json!({"type": "url_citation", "url_citation": {"url": "https://a.example"}});
    let mistral =
        json!({"type": "thinking", "thinking": [null, 5, {"type": "text", "text": "Hm"}, []]});
    for odd in [json!(null), json!(5), json!(true), json!([])] {
        for (element, member, expected) in [
            (&call, "tool_calls", "function_call"),
            (&text, "content", "Hi"),
            (&mistral, "content", "reasoning"),
            (&image, "content", "image_generation_call"),
            (&image, "images", "image_generation_call"),
            (&thought, "reasoning_details", "reasoning"),
            (&block, "thinking_blocks", "reasoning"),
        ] {
            for list in [
                json!([odd, element]),
                json!([element, odd]),
                json!([odd, element, odd]),
            ] {
                let mut message = json!({});
                message[member] = list;
                assert_eq!(outline(&both(&message)), [expected], "{message}");
            }
        }
        let message = json!({"content": "Hi", "annotations": [odd, citation]});
        assert_eq!(citations(&both(&message)).len(), 1);
        let reader = reader_with(&[]);
        let choice = json!({"index": 0, "message": {"content": "Hi"}, "finish_reason": "stop"});
        let body = json!({"choices": [odd, choice, odd]});
        assert_eq!(whole(&*reader, &body).output_text(), "Hi");
        let chunk = json!({"choices": [odd, {"index": 0, "delta": {"content": "Hi"}}]});
        assert_eq!(streamed(&*reader, &[chunk, stop()]).output_text(), "Hi");
    }
    // A string is text where text is expected, and odd elsewhere.
    let message = json!({"content": ["a", text, "b"], "tool_calls": ["x", call], "reasoning_details": ["x", thought]});
    assert_eq!(
        outline(&both(&message)),
        ["reasoning", "aHib", "function_call"]
    );
    let message =
        json!({"content": [{"type": "thinking", "thinking": ["Hm", {"text": "Hm"}]}, "a"]});
    let response = both(&message);
    assert_eq!(outline(&response), ["reasoning", "a"]);
    let json = orouter_wire::to_string(&response);
    assert!(json.contains("HmHm"), "{json}");
}

#[test]
fn bodies_that_are_no_reply_are_reported() {
    let reader = reader_with(&[]);
    for body in [
        "",
        "null",
        "[]",
        "hello",
        "{}",
        "{\"choices\":[]}",
        "{\"choices\":[{\"message\":{}}]}",
        "{\"object\":\"list\",\"data\":[]}",
        "\u{feff}",
    ] {
        let error = reader.body(&Bytes::from(body)).unwrap_err();
        assert!(
            error.to_string().starts_with("the provider's body"),
            "{error}"
        );
    }
    assert!(
        reader
            .body(&Bytes::from_static(b"{\"a\":\"\xff\"}"))
            .is_err()
    );
    // A reply without a finish reason is complete as a body.
    let body = json!({"choices": [{"message": {"content": "Hi"}, "finish_reason": null}]});
    assert_eq!(whole(&*reader, &body).status.as_str(), "completed");
}

#[test]
fn choices_without_index_are_one_reply() {
    // GitHub Copilot sends the text and the calls of Claude models in two choices.
    let reader = reader_with(&[]);
    let call = json!({"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}});
    let body = json!({"choices": [
        {"message": {"content": "Hi"}, "finish_reason": "tool_calls"},
        {"message": {"tool_calls": [call]}, "finish_reason": "tool_calls"},
    ]});
    let response = whole(&*reader, &body);
    assert_eq!(response.output_text(), "Hi");
    assert_eq!(response.function_calls().count(), 1);
}

#[test]
fn a_reply_is_bounded() {
    let reader = reader_with(&[]);
    let calls: Vec<Value> = (0..10_000)
        .map(|index| json!({"index": index, "function": {"name": "f", "arguments": "{}"}}))
        .collect();
    let events = events_of(&*reader, &[delta(json!({"tool_calls": calls})), stop()]);
    let failure = events.last().unwrap().failure().unwrap();
    assert!(failure.message.unwrap().contains("4096 output items"));
    assert!(events.len() < 30_000);
}

#[test]
fn bodies_and_streams_of_recorded_form_agree() {
    let reader = reader_with(&[]);
    let call = |index: u32| json!({"index": index, "id": format!("call_{index}"), "type": "function", "function": {"name": "f", "arguments": "{\"a\":1}"}});
    let message = json!({
        "role": "assistant", "content": "Hi", "refusal": null, "reasoning": "Hm",
        "reasoning_details": [{"type": "reasoning.text", "text": "Hm", "signature": "s", "format": "anthropic-claude-v1", "index": 0}],
        "tool_calls": [call(0), call(1)],
    });
    let response = both(&message);
    let kinds: Vec<&str> = response.output.iter().map(Item::kind).collect();
    assert_eq!(
        kinds,
        ["reasoning", "message", "function_call", "function_call"]
    );
    let events = events_of(&*reader, &[delta(message), stop(), json!("[DONE]")]);
    response_of(&events);
}
