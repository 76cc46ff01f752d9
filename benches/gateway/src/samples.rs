//! The requests of the clients, and the bodies and events of the mock upstream. All protocols carry
//! the same text in the same number of events.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// Number of events of each stream of the upstream, without `[DONE]`.
pub const EVENTS: usize = 38;

/// Number of events with text in a stream of the Responses API. The others are the beginning and the
/// end of response, item and part.
const DELTAS: usize = EVENTS - 8;

/// Size of the prompt of large requests, in bytes.
const LARGE_PROMPT: usize = 100_000;

/// An API that the mock upstream speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Responses,
    Chat,
    Anthropic,
    Gemini,
}

impl Protocol {
    pub const ALL: [Self; 4] = [Self::Responses, Self::Chat, Self::Anthropic, Self::Gemini];

    pub fn name(self) -> &'static str {
        match self {
            Self::Responses => "responses",
            Self::Chat => "chat",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
        }
    }

    /// Returns the position in [`ALL`](Self::ALL).
    pub fn index(self) -> usize {
        match self {
            Self::Responses => 0,
            Self::Chat => 1,
            Self::Anthropic => 2,
            Self::Gemini => 3,
        }
    }

    /// Returns the path after the base URL, for the model `bench`.
    pub fn path(self, stream: bool) -> &'static str {
        match self {
            Self::Responses => "/responses",
            Self::Chat => "/chat/completions",
            Self::Anthropic => "/messages",
            Self::Gemini if stream => "/models/bench:streamGenerateContent?alt=sse",
            Self::Gemini => "/models/bench:generateContent",
        }
    }
}

/// One kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A short prompt and one body.
    Small,
    /// A prompt of 100 KB and one body.
    Large,
    /// A short prompt and a stream; each event in a write of its own, without pauses.
    Stream,
    /// The same with a pause of a millisecond before each event.
    Paced,
}

impl Shape {
    pub fn is_stream(self) -> bool {
        matches!(self, Self::Stream | Self::Paced)
    }
}

/// Returns a request's body in the protocol that the client speaks.
pub fn request(protocol: Protocol, shape: Shape, model: &str) -> Vec<u8> {
    let instructions = "You answer questions about ports and ships. Answer in two sentences.";
    let question = "Which container ports of the North Sea can ships of 24,000 TEU reach at low \
                    tide, and what limits the others?";
    let prompt = match shape {
        Shape::Small | Shape::Stream => question.to_owned(),
        Shape::Paced => format!("{question} {PACE}"),
        Shape::Large => large_prompt(question),
    };
    let stream = shape.is_stream();
    let body = match protocol {
        Protocol::Responses => json!({
            "model": model,
            "instructions": instructions,
            "input": [{"role": "user", "content": [{"type": "input_text", "text": prompt}]}],
            "max_output_tokens": 512,
            "temperature": 0.7,
            "stream": stream,
        }),
        Protocol::Chat => json!({
            "model": model,
            "messages": [
                {"role": "system", "content": instructions},
                {"role": "user", "content": prompt},
            ],
            "max_completion_tokens": 512,
            "temperature": 0.7,
            "stream": stream,
        }),
        Protocol::Anthropic => json!({
            "model": model,
            "system": instructions,
            "messages": [{"role": "user", "content": prompt}],
            "max_tokens": 512,
            "temperature": 0.7,
            "stream": stream,
        }),
        Protocol::Gemini => json!({
            "systemInstruction": {"parts": [{"text": instructions}]},
            "contents": [{"role": "user", "parts": [{"text": prompt}]}],
            "generationConfig": {"maxOutputTokens": 512, "temperature": 0.7},
        }),
    };
    body.to_string().into_bytes()
}

/// In a prompt: asks the mock for a pause of a millisecond before each event.
pub const PACE: &str = "[pace]";

fn large_prompt(question: &str) -> String {
    let mut prompt = String::with_capacity(LARGE_PROMPT + 128);
    let mut line = 0;
    while prompt.len() < LARGE_PROMPT {
        line += 1;
        let _ = writeln!(
            prompt,
            "{line}. \"Berth {}\": depth {} m, länge {} m;\tcranes {}.",
            line % 40,
            12 + line % 7,
            300 + line % 90,
            line % 5
        );
    }
    prompt.push_str(question);
    prompt
}

/// Text that the first event with content has, in any protocol a gateway may answer in.
pub fn first_content(protocol: Protocol) -> &'static [u8] {
    match protocol {
        Protocol::Responses => b"output_text.delta",
        Protocol::Chat => b"\"content\":\" ",
        Protocol::Anthropic => b"text_delta",
        Protocol::Gemini => b"\"text\":\" ",
    }
}

fn words() -> Vec<String> {
    let text = "Rotterdam and Wilhelmshaven reach them at any tide since their channels are deeper \
                than seventeen metres while Hamburg and Antwerp wait for high water because of \
                their rivers and their";
    text.split(' ').map(|word| format!(" {word}")).collect()
}

fn pieces(count: usize) -> Vec<String> {
    words().into_iter().cycle().take(count).collect()
}

/// Returns the body of a response that is not a stream.
pub fn body(protocol: Protocol) -> Vec<u8> {
    let value = match protocol {
        Protocol::Responses => response("completed", &pieces(DELTAS).concat()),
        Protocol::Chat => json!({
            "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
            "object": "chat.completion",
            "created": 1_785_813_195,
            "model": "bench-2026-05-01",
            "choices": [{
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": pieces(DELTAS).concat(),
                    "refusal": null,
                    "annotations": [],
                },
                "logprobs": null,
                "finish_reason": "stop",
            }],
            "usage": chat_usage(),
            "service_tier": "default",
            "system_fingerprint": "fp_44709d6fcb",
        }),
        Protocol::Anthropic => {
            let mut message = anthropic_message(31);
            message["content"] = json!([{"type": "text", "text": pieces(DELTAS).concat()}]);
            message["stop_reason"] = "end_turn".into();
            message
        }
        Protocol::Gemini => gemini_chunk(&pieces(DELTAS).concat(), Some("STOP")),
    };
    value.to_string().into_bytes()
}

fn anthropic_message(output_tokens: u64) -> Value {
    json!({
        "id": "msg_01XFDUDYJgAACzvnptvVoYEL",
        "type": "message",
        "role": "assistant",
        "model": "bench-2026-05-01",
        "content": [],
        "stop_reason": null,
        "stop_sequence": null,
        "usage": {
            "input_tokens": 57,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
            "output_tokens": output_tokens,
            "service_tier": "standard",
        },
    })
}

fn gemini_chunk(text: &str, finish: Option<&str>) -> Value {
    let mut candidate = json!({
        "content": {"parts": [{"text": text}], "role": "model"},
        "index": 0,
    });
    if let Some(finish) = finish {
        candidate["finishReason"] = finish.into();
    }
    json!({
        "candidates": [candidate],
        "usageMetadata": {
            "promptTokenCount": 57,
            "candidatesTokenCount": 31,
            "totalTokenCount": 88,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 57}],
        },
        "modelVersion": "bench-2026-05-01",
        "responseId": "qHIlaZ7sDoyhkdUP5dmS2AU",
    })
}

fn chat_usage() -> Value {
    json!({
        "prompt_tokens": 57,
        "completion_tokens": 31,
        "total_tokens": 88,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0, "audio_tokens": 0,
            "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0,
        },
    })
}

fn response(status: &str, text: &str) -> Value {
    let completed = status == "completed";
    let output = if completed {
        json!([message("completed", json!([part(text)]))])
    } else {
        json!([])
    };
    let usage = completed.then(|| {
        json!({
            "input_tokens": 57,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": 31,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 88,
        })
    });
    json!({
        "id": "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b",
        "object": "response",
        "created_at": 1_785_813_195,
        "status": status,
        "background": false,
        "completed_at": if completed { Some(1_785_813_197) } else { None },
        "error": null,
        "frequency_penalty": 0.0,
        "incomplete_details": null,
        "instructions": "You answer questions about ports and ships. Answer in two sentences.",
        "max_output_tokens": 512,
        "max_tool_calls": null,
        "model": "bench-2026-05-01",
        "output": output,
        "parallel_tool_calls": true,
        "presence_penalty": 0.0,
        "previous_response_id": null,
        "prompt_cache_key": null,
        "reasoning": {"effort": null, "summary": null},
        "safety_identifier": null,
        "service_tier": "default",
        "store": false,
        "temperature": 0.7,
        "text": {"format": {"type": "text"}, "verbosity": "medium"},
        "tool_choice": "auto",
        "tools": [],
        "top_logprobs": 0,
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": usage,
        "user": null,
        "metadata": {},
    })
}

const ITEM: &str = "msg_67ccd2bf17f0819081ff3bb2cf6508e60bb6a6b452d3795b";

fn message(status: &str, content: Value) -> Value {
    json!({"id": ITEM, "type": "message", "status": status, "role": "assistant", "content": content})
}

fn part(text: &str) -> Value {
    json!({"type": "output_text", "annotations": [], "logprobs": [], "text": text})
}

/// Returns the frames of a stream. The last one is `[DONE]` for chat.
pub fn frames(protocol: Protocol) -> Vec<Vec<u8>> {
    match protocol {
        Protocol::Responses => response_frames(),
        Protocol::Chat => chat_frames(),
        Protocol::Anthropic => anthropic_frames(),
        Protocol::Gemini => gemini_frames(),
    }
}

fn response_frames() -> Vec<Vec<u8>> {
    let pieces = pieces(DELTAS);
    let text = pieces.concat();
    let mut events = vec![
        json!({"type": "response.created", "response": response("in_progress", "")}),
        json!({"type": "response.in_progress", "response": response("in_progress", "")}),
        json!({"type": "response.output_item.added", "output_index": 0,
               "item": message("in_progress", json!([]))}),
        json!({"type": "response.content_part.added", "item_id": ITEM, "output_index": 0,
               "content_index": 0, "part": part("")}),
    ];
    for piece in &pieces {
        events.push(
            json!({"type": "response.output_text.delta", "item_id": ITEM, "output_index": 0,
                   "content_index": 0, "delta": piece, "logprobs": [],
                   "obfuscation": "Zq3kN0vRb1"}),
        );
    }
    events.extend([
        json!({"type": "response.output_text.done", "item_id": ITEM, "output_index": 0,
               "content_index": 0, "text": text, "logprobs": []}),
        json!({"type": "response.content_part.done", "item_id": ITEM, "output_index": 0,
               "content_index": 0, "part": part(&text)}),
        json!({"type": "response.output_item.done", "output_index": 0,
               "item": message("completed", json!([part(&text)]))}),
        json!({"type": "response.completed", "response": response("completed", &text)}),
    ]);
    let number = |(number, mut event): (usize, Value)| {
        event["sequence_number"] = number.into();
        let kind = event["type"].as_str().expect("a type").to_owned();
        format!("event: {kind}\ndata: {event}\n\n").into_bytes()
    };
    events.into_iter().enumerate().map(number).collect()
}

fn chat_frames() -> Vec<Vec<u8>> {
    let chunk = |delta: Value, finish: Option<&str>, usage: Option<Value>| {
        let choices = if usage.is_some() {
            json!([])
        } else {
            json!([{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish}])
        };
        let event = json!({
            "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
            "object": "chat.completion.chunk",
            "created": 1_785_813_195,
            "model": "bench-2026-05-01",
            "service_tier": "default",
            "system_fingerprint": "fp_44709d6fcb",
            "choices": choices,
            "usage": usage,
            "obfuscation": "Zq3kN0vRb1",
        });
        format!("data: {event}\n\n").into_bytes()
    };
    let role = json!({"role": "assistant", "content": "", "refusal": null});
    let mut frames = vec![chunk(role, None, None)];
    for piece in pieces(EVENTS - 3) {
        frames.push(chunk(json!({"content": piece}), None, None));
    }
    frames.push(chunk(json!({}), Some("stop"), None));
    frames.push(chunk(json!({}), None, Some(chat_usage())));
    frames.push(b"data: [DONE]\n\n".to_vec());
    frames
}

fn anthropic_frames() -> Vec<Vec<u8>> {
    let mut events = vec![
        json!({"type": "message_start", "message": anthropic_message(1)}),
        json!({"type": "content_block_start", "index": 0,
               "content_block": {"type": "text", "text": ""}}),
        json!({"type": "ping"}),
    ];
    for piece in pieces(EVENTS - 6) {
        events.push(json!({"type": "content_block_delta", "index": 0,
                           "delta": {"type": "text_delta", "text": piece}}));
    }
    events.extend([
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "message_delta",
               "delta": {"stop_reason": "end_turn", "stop_sequence": null},
               "usage": {"input_tokens": 57, "cache_creation_input_tokens": 0,
                         "cache_read_input_tokens": 0, "output_tokens": 31}}),
        json!({"type": "message_stop"}),
    ]);
    let frame = |event: Value| {
        let kind = event["type"].as_str().expect("a type").to_owned();
        format!("event: {kind}\ndata: {event}\n\n").into_bytes()
    };
    events.into_iter().map(frame).collect()
}

fn gemini_frames() -> Vec<Vec<u8>> {
    let pieces = pieces(EVENTS);
    let last = pieces.len() - 1;
    let frame = |(index, piece): (usize, String)| {
        let finish = (index == last).then_some("STOP");
        format!("data: {}\r\n\r\n", gemini_chunk(&piece, finish)).into_bytes()
    };
    pieces.into_iter().enumerate().map(frame).collect()
}
