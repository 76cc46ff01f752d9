//! [`Fault`]: the ways in which an upstream fails.

use serde_json::{Value, json};

use crate::reply::{Reply, Step};
use crate::vendor::Vendor;

/// The text that a reply has before a fault within it.
const TEXT: &str = "Hello from the upstream";

/// A text in every error of an upstream that no client of a router may see: an address, and a key.
pub(crate) const PRIVATE: &str =
    "http://10.0.0.7:9999/internal sk-upstream-secret-0123456789abcdef";

/// A way in which an upstream fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The connection is refused. A test gets the address from
    /// [`Upstream::refusing`](crate::Upstream::refusing).
    Refused,
    /// This status, with an error body without a specific code.
    Status(u16),
    /// 429 with `Retry-After: 7`.
    RateLimit,
    /// 429 without a header; the message says when to try again.
    RateLimitInMessage,
    /// 429 `insufficient_quota`: the account has no credit.
    Quota,
    /// 400 `context_length_exceeded`.
    ContextLength,
    /// 400 `content_policy_violation`.
    Moderation,
    /// 404 `model_not_found`.
    UnknownModel,
    /// 502 with an HTML page.
    Html,
    /// 503 without a body.
    EmptyError,
    /// 302 to another address.
    Redirect,
    /// No response.
    StallBeforeHead,
    /// Silence within the body.
    Stall,
    /// The connection is closed after the request.
    CloseBeforeHead,
    /// The connection is reset after the request.
    ResetBeforeHead,
    /// The connection is closed within the body.
    Cut,
    /// The connection is reset within the body.
    Reset,
    /// The body ends properly, but too early.
    TooShort,
    /// 200 with text that is not HTTP.
    NotHttp,
    /// 200 with a body that is not of the protocol.
    Garbage,
    /// A frame after the text whose data is not JSON.
    GarbageFrame,
    /// 200 with an empty body.
    Empty,
    /// 200 with an error object.
    ErrorBody,
    /// A stream whose first event is an error.
    ErrorFirst,
    /// An error after events without content.
    ErrorAfterLifecycle,
    /// An error after text.
    ErrorAfterText,
}

impl Fault {
    /// Every fault, with the statuses that providers send.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::Refused];
        let statuses = [
            400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 502, 503, 504, 524, 529,
        ];
        all.extend(statuses.map(Self::Status));
        all.extend([
            Self::RateLimit,
            Self::RateLimitInMessage,
            Self::Quota,
            Self::ContextLength,
            Self::Moderation,
            Self::UnknownModel,
            Self::Html,
            Self::EmptyError,
            Self::Redirect,
            Self::StallBeforeHead,
            Self::Stall,
            Self::CloseBeforeHead,
            Self::ResetBeforeHead,
            Self::Cut,
            Self::Reset,
            Self::TooShort,
            Self::NotHttp,
            Self::Garbage,
            Self::GarbageFrame,
            Self::Empty,
            Self::ErrorBody,
            Self::ErrorFirst,
            Self::ErrorAfterLifecycle,
            Self::ErrorAfterText,
        ]);
        all
    }

    /// Returns the name of the fault in tables.
    #[must_use]
    pub fn name(self) -> String {
        let name = match self {
            Self::Refused => "connection refused",
            Self::Status(status) => return status.to_string(),
            Self::RateLimit => "429 with `Retry-After`",
            Self::RateLimitInMessage => "429 with a delay in the message",
            Self::Quota => "429 `insufficient_quota`",
            Self::ContextLength => "400 `context_length_exceeded`",
            Self::Moderation => "400 `content_policy_violation`",
            Self::UnknownModel => "404 `model_not_found`",
            Self::Html => "502 with HTML",
            Self::EmptyError => "503 without a body",
            Self::Redirect => "302",
            Self::StallBeforeHead => "stall before the head",
            Self::Stall => "stall within the body",
            Self::CloseBeforeHead => "closed before the head",
            Self::ResetBeforeHead => "reset before the head",
            Self::Cut => "cut within the body",
            Self::Reset => "reset within the body",
            Self::TooShort => "body ends too early",
            Self::NotHttp => "not HTTP",
            Self::Garbage => "200 with an HTML page",
            Self::GarbageFrame => "garbage after text",
            Self::Empty => "200 with an empty body",
            Self::ErrorBody => "200 with an error object",
            Self::ErrorFirst => "error as first event",
            Self::ErrorAfterLifecycle => "error before content",
            Self::ErrorAfterText => "error after text",
        };
        name.to_owned()
    }

    /// Returns the reply with this fault. `None` for [`Refused`](Self::Refused), for a fault that
    /// occurs only in streams if the reply is none, and for a fault that the vendor does not have.
    #[must_use]
    pub fn reply(self, vendor: Vendor, streamed: bool) -> Option<Reply> {
        let error = |status: u16, kind: &str, code: &str, headers: &[(&str, &str)]| {
            let body = error_body(vendor, kind, code);
            Reply::body(status, "application/json", headers, &body)
        };
        let model = "upstream-model";
        Some(match self {
            Self::Refused => return None,
            // Gemini has no such statuses.
            Self::Status(402 | 529) if vendor == Vendor::Gemini => return None,
            Self::Status(status) => Reply::json(status, &status_body(vendor, status)),
            Self::RateLimit if vendor == Vendor::Gemini => {
                // Gemini sends the delay in the body.
                let mut body = vendor.error("rate_limit_error", &Value::Null, PRIVATE);
                if let Some(error) = body.get_mut("error").and_then(Value::as_object_mut) {
                    let kind = "type.googleapis.com/google.rpc.RetryInfo";
                    let details = json!([{"@type": kind, "retryDelay": "7s"}]);
                    error.insert("details".to_owned(), details);
                }
                Reply::json(429, &body.to_string())
            }
            Self::RateLimit => {
                let headers = [("retry-after", "7")];
                error(429, "rate_limit_error", "rate_limit_exceeded", &headers)
            }
            Self::RateLimitInMessage => {
                let message = "Rate limit reached. Please try again in 9s.";
                let body = vendor.error("tokens", &"rate_limit_exceeded".into(), message);
                Reply::json(429, &body.to_string())
            }
            Self::Quota => match vendor {
                // Its quotas are limits of the rate.
                Vendor::Gemini => return None,
                Vendor::Anthropic => {
                    let message = "Your credit balance is too low to access the Anthropic API. \
                                   Please go to Plans & Billing to upgrade or purchase credits.";
                    let body = vendor.error("invalid_request_error", &Value::Null, message);
                    Reply::json(400, &body.to_string())
                }
                Vendor::Chat | Vendor::Responses => {
                    error(429, "insufficient_quota", "insufficient_quota", &[])
                }
            },
            Self::ContextLength => {
                let message = match vendor {
                    Vendor::Anthropic => "prompt is too long: 204801 tokens > 200000 maximum",
                    Vendor::Gemini => {
                        "The input token count (1200001) exceeds the maximum number of tokens \
                         allowed (1048576)."
                    }
                    Vendor::Chat | Vendor::Responses => PRIVATE,
                };
                let code = "context_length_exceeded".into();
                let body = vendor.error("invalid_request_error", &code, message);
                Reply::json(400, &body.to_string())
            }
            Self::Moderation => {
                let message = match vendor {
                    Vendor::Anthropic => "Output blocked by content filtering policy",
                    // It refuses content within a success.
                    Vendor::Gemini => return None,
                    Vendor::Chat | Vendor::Responses => PRIVATE,
                };
                let code = "content_policy_violation".into();
                let body = vendor.error("invalid_request_error", &code, message);
                Reply::json(400, &body.to_string())
            }
            Self::UnknownModel => {
                let (kind, message) = match vendor {
                    Vendor::Anthropic => ("not_found_error", "model: upstream-model"),
                    Vendor::Gemini => (
                        "not_found_error",
                        "models/upstream-model is not found for API version v1beta",
                    ),
                    Vendor::Chat | Vendor::Responses => ("invalid_request_error", PRIVATE),
                };
                let body = vendor.error(kind, &"model_not_found".into(), message);
                Reply::json(404, &body.to_string())
            }
            Self::Html => Reply::body(502, "text/html", &[], &html()),
            Self::EmptyError => Reply::body(503, "text/plain", &[], ""),
            Self::Redirect => {
                let headers = [("location", "http://10.0.0.7:9999/internal")];
                Reply::body(302, "text/plain", &headers, "")
            }
            Self::StallBeforeHead => Reply::new().step(Step::Hang),
            Self::Stall => begun(vendor, streamed).step(Step::Hang),
            Self::CloseBeforeHead => Reply::new().step(Step::Close),
            Self::ResetBeforeHead => Reply::new().step(Step::Reset),
            Self::Cut => begun(vendor, streamed).step(Step::Close),
            Self::Reset => begun(vendor, streamed).step(Step::Reset),
            Self::TooShort if streamed => Reply::stream(vendor.start(model, TEXT)),
            Self::TooShort => Reply::json(200, half(vendor).as_str()),
            Self::NotHttp => Reply::new()
                .send("SSH-2.0-OpenSSH_9.6\r\n\r\n")
                .step(Step::Close),
            Self::Garbage => Reply::body(200, "text/html", &[], &html()),
            Self::GarbageFrame => {
                let mut frames = vendor.start(model, TEXT);
                frames.push("data: {\"type\": \n\n".to_owned());
                only_streamed(streamed, frames)?
            }
            Self::Empty => {
                let kind = if streamed {
                    "text/event-stream"
                } else {
                    "application/json"
                };
                Reply::body(200, kind, &[], "")
            }
            Self::ErrorBody => {
                Reply::json(200, &error_body(vendor, "server_error", "server_error"))
            }
            Self::ErrorFirst => {
                only_streamed(streamed, vec![vendor.error_frame("server_error", PRIVATE)])?
            }
            Self::ErrorAfterLifecycle => {
                let mut frames = vendor.lifecycle(model);
                frames.push(vendor.error_frame("server_error", PRIVATE));
                only_streamed(streamed, frames)?
            }
            Self::ErrorAfterText => {
                let mut frames = vendor.start(model, TEXT);
                frames.push(vendor.error_frame("server_error", PRIVATE));
                only_streamed(streamed, frames)?
            }
        })
    }

    /// Returns `true` if the fault occurs after text, so that the client has received content.
    #[must_use]
    pub fn follows_content(self, streamed: bool) -> bool {
        streamed
            && matches!(
                self,
                Self::Stall
                    | Self::Cut
                    | Self::Reset
                    | Self::TooShort
                    | Self::GarbageFrame
                    | Self::ErrorAfterText
            )
    }

    /// Returns texts in the replies that no client and no log of a router may contain.
    #[must_use]
    pub fn private_texts() -> [&'static str; 2] {
        ["10.0.0.7", "sk-upstream-secret"]
    }
}

fn only_streamed(streamed: bool, frames: Vec<String>) -> Option<Reply> {
    streamed.then(|| Reply::stream(frames))
}

/// Returns the start of a reply: head and text.
fn begun(vendor: Vendor, streamed: bool) -> Reply {
    if streamed {
        return Reply::open_stream(vendor.start("upstream-model", TEXT));
    }
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n";
    Reply::new().send(format!("{head}{}", half(vendor)))
}

/// Returns the first half of a whole body.
fn half(vendor: Vendor) -> String {
    let body = vendor.whole("upstream-model", TEXT).to_string();
    body.chars().take(body.len() / 2).collect()
}

fn error_body(vendor: Vendor, kind: &str, code: &str) -> String {
    let message = format!("Failed: {PRIVATE}");
    vendor.error(kind, &code.into(), &message).to_string()
}

/// Returns the error body that providers send with a status.
fn status_body(vendor: Vendor, status: u16) -> String {
    let openai = Vendor::OPENAI.contains(&vendor);
    let (kind, code): (&str, Value) = match status {
        401 if !openai => ("authentication_error", Value::Null),
        401 => ("invalid_request_error", json!("invalid_api_key")),
        402 => ("insufficient_credits", json!(402)),
        403 => ("permission_error", Value::Null),
        404 => ("not_found_error", Value::Null),
        429 => ("rate_limit_error", json!("rate_limit_exceeded")),
        408 | 504 | 524 => ("timeout", Value::Null),
        413 if vendor == Vendor::Anthropic => ("payload_too_large", Value::Null),
        529 => ("overloaded_error", Value::Null),
        500..=599 => ("server_error", Value::Null),
        _ => ("invalid_request_error", Value::Null),
    };
    let message = format!("Failed: {PRIVATE}");
    let mut body = vendor.error(kind, &code, &message);
    // Gemini repeats the status in the body.
    if vendor == Vendor::Gemini
        && let Some(code) = body.pointer_mut("/error/code")
    {
        *code = status.into();
    }
    body.to_string()
}

fn html() -> String {
    format!("<html><body><h1>Bad Gateway</h1>{PRIVATE}</body></html>")
}
