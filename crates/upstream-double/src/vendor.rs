//! [`Vendor`]: bodies, streams and errors in the form of a protocol.

use serde_json::{Value, json};

use crate::reply::Reply;
use crate::server::Received;

/// Tokens of the prompt and of the output that replies report.
const USAGE: (u64, u64) = (11, 5);

/// A provider that speaks one protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vendor {
    /// Chat Completions.
    Chat,
    /// The Responses API.
    Responses,
}

impl Vendor {
    /// Both protocols.
    pub const ALL: [Self; 2] = [Self::Chat, Self::Responses];

    /// Returns the name of the protocol in a configuration.
    #[must_use]
    pub fn protocol(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Responses => "responses",
        }
    }

    /// Returns a successful reply with this text: a stream if the request asks for one.
    #[must_use]
    pub fn reply(self, request: &Received, text: &str) -> Reply {
        let body = request.json();
        let model = body.get("model").and_then(Value::as_str).unwrap_or("m");
        if request.is_streamed() {
            Reply::stream(self.frames(model, text))
        } else {
            Reply::json(200, &self.whole(model, text).to_string())
        }
    }

    /// Returns the body of a successful reply. It reports 11 prompt tokens and 5 output tokens.
    #[must_use]
    pub fn whole(self, model: &str, text: &str) -> Value {
        match self {
            Self::Chat => json!({
                "id": "chatcmpl-1", "object": "chat.completion", "created": 1_700_000_000,
                "model": model,
                "choices": [{
                    "index": 0,
                    "message": {"role": "assistant", "content": text, "refusal": null},
                    "logprobs": null, "finish_reason": "stop",
                }],
                "usage": self.usage(),
            }),
            Self::Responses => response(model, "completed", &json!([message(text)]), &self.usage()),
        }
    }

    /// Returns the frames of a successful stream, with a delta for each word of the text.
    #[must_use]
    pub fn frames(self, model: &str, text: &str) -> Vec<String> {
        let mut frames = self.start(model, text);
        frames.extend(self.end(model, text));
        frames
    }

    /// Returns the frames of a stream up to the last delta of the text.
    #[must_use]
    pub fn start(self, model: &str, text: &str) -> Vec<String> {
        let mut frames = self.lifecycle(model);
        match self {
            Self::Chat => {
                for word in text.split_inclusive(' ') {
                    frames.push(data(&chunk(model, &json!({"content": word}), None)));
                }
            }
            Self::Responses => {
                let number = frames.len();
                let mut events = vec![
                    json!({"type": "response.output_item.added", "output_index": 0, "item": {
                        "type": "message", "id": "msg_1", "role": "assistant",
                        "status": "in_progress", "content": []}}),
                    json!({"type": "response.content_part.added", "item_id": "msg_1",
                        "output_index": 0, "content_index": 0, "part": part("")}),
                ];
                for word in text.split_inclusive(' ') {
                    events.push(
                        json!({"type": "response.output_text.delta", "item_id": "msg_1",
                        "output_index": 0, "content_index": 0, "delta": word, "logprobs": []}),
                    );
                }
                frames.extend(numbered(events, number));
            }
        }
        frames
    }

    /// Returns the frames that precede any content.
    #[must_use]
    pub fn lifecycle(self, model: &str) -> Vec<String> {
        match self {
            Self::Chat => {
                let delta = json!({"role": "assistant", "content": ""});
                vec![data(&chunk(model, &delta, None))]
            }
            Self::Responses => {
                let open = response(model, "in_progress", &json!([]), &Value::Null);
                numbered(
                    vec![
                        json!({"type": "response.created", "response": open}),
                        json!({"type": "response.in_progress", "response": open}),
                    ],
                    0,
                )
            }
        }
    }

    /// Returns the frames after the last delta of the text.
    #[must_use]
    pub fn end(self, model: &str, text: &str) -> Vec<String> {
        match self {
            Self::Chat => {
                let usage = json!({"id": "chatcmpl-1", "object": "chat.completion.chunk",
                    "created": 1_700_000_000, "model": model, "choices": [],
                    "usage": self.usage()});
                vec![
                    data(&chunk(model, &json!({}), Some("stop"))),
                    data(&usage),
                    "data: [DONE]\n\n".to_owned(),
                ]
            }
            Self::Responses => {
                let number = self.start(model, text).len();
                let completed = self.whole(model, text);
                numbered(
                    vec![
                        json!({"type": "response.output_text.done", "item_id": "msg_1",
                            "output_index": 0, "content_index": 0, "text": text, "logprobs": []}),
                        json!({"type": "response.content_part.done", "item_id": "msg_1",
                            "output_index": 0, "content_index": 0, "part": part(text)}),
                        json!({"type": "response.output_item.done", "output_index": 0,
                            "item": message(text)}),
                        json!({"type": "response.completed", "response": completed}),
                    ],
                    number,
                )
            }
        }
    }

    /// Returns an error body in the form of both protocols.
    #[must_use]
    pub fn error(self, kind: &str, code: &Value, message: &str) -> Value {
        json!({"error": {"message": message, "type": kind, "param": null, "code": code}})
    }

    /// Returns the frame that reports a failure within a stream.
    #[must_use]
    pub fn error_frame(self, code: &str, message: &str) -> String {
        match self {
            Self::Chat => data(&self.error(code, &code.into(), message)),
            Self::Responses => {
                let event = json!({"type": "error", "code": code, "message": message,
                    "param": null, "sequence_number": 99});
                format!("event: error\n{}", data(&event))
            }
        }
    }

    fn usage(self) -> Value {
        let (input, output) = USAGE;
        match self {
            Self::Chat => json!({"prompt_tokens": input, "completion_tokens": output,
                "total_tokens": input + output}),
            Self::Responses => json!({"input_tokens": input, "output_tokens": output,
                "total_tokens": input + output, "input_tokens_details": {"cached_tokens": 0},
                "output_tokens_details": {"reasoning_tokens": 0}}),
        }
    }
}

fn data(value: &Value) -> String {
    format!("data: {value}\n\n")
}

fn chunk(model: &str, delta: &Value, finish: Option<&str>) -> Value {
    json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000,
        "model": model,
        "choices": [{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish}]})
}

fn part(text: &str) -> Value {
    json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []})
}

fn message(text: &str) -> Value {
    json!({"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
        "content": [part(text)]})
}

fn response(model: &str, status: &str, output: &Value, usage: &Value) -> Value {
    json!({"id": "resp_1", "object": "response", "created_at": 1_700_000_000, "model": model,
        "status": status, "output": output, "usage": usage, "error": null,
        "incomplete_details": null, "instructions": null, "metadata": {}, "tools": [],
        "tool_choice": "auto", "parallel_tool_calls": true, "temperature": 1.0, "top_p": 1.0,
        "store": false})
}

/// Returns the frames of events, with sequence numbers from `first`.
fn numbered(events: Vec<Value>, first: usize) -> Vec<String> {
    let frame = |(number, mut event): (usize, Value)| {
        if let Some(members) = event.as_object_mut() {
            members.insert("sequence_number".to_owned(), number.into());
        }
        let name = event
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default();
        format!("event: {name}\n{}", data(&event))
    };
    (first..).zip(events).map(frame).collect()
}
