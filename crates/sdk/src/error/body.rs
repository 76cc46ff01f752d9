//! Reading the body of an error, whatever its shape.
//!
//! The usual shape is `{"error": {"code", "message", "metadata"}, "openrouter_metadata", "user_id"}`.
//! In the wild `code` is a number, a string or missing; `error` may be a string or missing; the parts
//! may stand at the top level; the body may be a failed response, a stream's event, HTML or nothing.

use std::time::Duration;

use orouter_wire::{Availability, ErrorMetadata, Extra, OpenRouterMetadata, Raw, Wire};

use super::read::{self, Content, Members, Unread};
use crate::redact;
use crate::retry::hint;

/// Longest piece of a body that is not JSON to be quoted in a message, in characters.
const QUOTED: usize = 200;

/// The parts of an error body, as far as they could be found.
#[derive(Clone, Debug, Default)]
pub(super) struct Detail {
    pub(super) message: Option<String>,
    pub(super) code: Option<String>,
    pub(super) error_type: Option<String>,
    pub(super) metadata: Option<Box<ErrorMetadata>>,
    pub(super) availability: Option<Box<Availability>>,
    pub(super) openrouter_metadata: Option<Box<OpenRouterMetadata>>,
    pub(super) user_id: Option<String>,
    /// A status that the body claims for itself: for failures inside a 200.
    pub(super) status: Option<u16>,
    pub(super) retry_after: Option<Duration>,
    /// Whether there is an `error` that is not null.
    pub(super) told: bool,
    /// Why not all of the body could be read.
    pub(super) unread: Option<Unread>,
}

impl Detail {
    pub(super) fn of(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let mut first = None;
        for (name, data) in read::events(&text) {
            let detail = Self::of_text(&data);
            // Others may have come before the event that reports the failure.
            if detail.told || detail.says_something() || name == "error" {
                return detail;
            }
            first.get_or_insert(detail);
        }
        first.unwrap_or_else(|| Self::of_text(&text))
    }

    fn of_text(text: &str) -> Self {
        let mut detail = match read::json(text) {
            Content::Json(raw) => Self::of_json(&raw),
            Content::Part(raw, unread) => Self {
                unread: Some(unread),
                ..Self::of_json(&raw)
            },
            Content::Text if read::is_binary(text) => Self {
                unread: Some(Unread::Binary),
                ..Self::default()
            },
            Content::Text => Self {
                message: quoted(text),
                ..Self::default()
            },
        };
        detail.message = detail.message.filter(|message| !message.trim().is_empty());
        detail
    }

    fn says_something(&self) -> bool {
        self.message.is_some() || self.code.is_some() || self.error_type.is_some()
    }

    fn of_json(raw: &Raw) -> Self {
        match Members::of(raw) {
            Some(top) => Self::of_object(top),
            None => Self {
                message: raw.as_string(),
                ..Self::default()
            },
        }
    }

    fn of_object(mut top: Extra) -> Self {
        // A stream's last event wraps the response that holds the error.
        let response = top.remove("response");
        let mut response = response.as_ref().and_then(Members::of).unwrap_or_default();
        let mut remove = |name| top.remove(name).or_else(|| response.remove(name));
        let mut detail = Self {
            openrouter_metadata: typed(remove("openrouter_metadata")),
            user_id: text(remove("user_id")),
            ..Self::default()
        };
        if let Some(error) = remove("error").filter(|error| !error.is_null()) {
            detail.told = true;
            match Members::of(&error) {
                Some(mut error) => detail.take(&mut error),
                None => detail.message = error.as_string(),
            }
        }
        detail.take(&mut top);
        detail.take(&mut response);
        detail
    }

    /// Takes from `object` what is still missing.
    fn take(&mut self, object: &mut Extra) {
        fill(&mut self.message, || {
            text(object.remove("message")).or_else(|| text(object.remove("detail")))
        });
        let code = object.remove("code");
        if self.status.is_none() {
            let claims = ["http_status", "status_code", "status"].map(|name| object.get(name));
            self.status = std::iter::once(code.as_ref())
                .chain(claims)
                .flatten()
                .find_map(status);
        }
        fill(&mut self.code, || text(code));
        fill(&mut self.metadata, || typed(object.remove("metadata")));
        fill(&mut self.availability, || {
            typed(object.remove("availability"))
        });
        fill(&mut self.error_type, || text(object.remove("error_type")));
        if let Some(metadata) = &self.metadata {
            fill(&mut self.error_type, || {
                Some(metadata.error_type.as_ref()?.as_str().to_owned())
            });
        }
        if let Some(availability) = &self.availability {
            fill(&mut self.retry_after, || {
                let text = || text(availability.extra.get("retry_after").cloned());
                let given = availability.retry_after;
                hint::duration(given.or_else(|| text()?.trim().parse().ok())?, 1.0)
            });
        }
    }
}

impl Detail {
    /// The status that a failure inside a success stands for: the one it claims, or that of its
    /// cause.
    pub(super) fn stands_for(&self) -> Option<u16> {
        let of_cause = || {
            let causes = [self.error_type.as_deref(), self.code.as_deref()];
            causes.into_iter().flatten().find_map(status_of_cause)
        };
        self.status.or_else(of_cause)
    }
}

/// The status that belongs to an `error_type`, or to a word in `code`.
/// Source: OpenRouter's guide on errors.
fn status_of_cause(cause: &str) -> Option<u16> {
    Some(match cause {
        "context_length_exceeded"
        | "max_tokens_exceeded"
        | "token_limit_exceeded"
        | "string_too_long"
        | "invalid_request"
        | "invalid_prompt"
        | "content_policy_violation"
        | "image_content_policy_violation"
        | "refusal"
        | "invalid_image"
        | "image_too_large"
        | "image_too_small"
        | "unsupported_image_format"
        | "image_download_failed" => 400,
        "authentication" => 401,
        "payment_required" => 402,
        "permission_denied" => 403,
        "not_found" | "image_not_found" => 404,
        "precondition_failed" => 412,
        "payload_too_large" => 413,
        "unprocessable" => 422,
        "rate_limit_exceeded" => 429,
        "server" | "server_error" | "unmapped" => 500,
        "provider_unavailable" => 502,
        "provider_overloaded" => 503,
        "timeout" => 504,
        _ => return None,
    })
}

fn fill<T>(slot: &mut Option<T>, find: impl FnOnce() -> Option<T>) {
    if slot.is_none() {
        *slot = find();
    }
}

/// An object as the wire has it. The wire's types keep whatever they do not know.
fn typed<T: Wire>(value: Option<Raw>) -> Option<Box<T>> {
    let object = value.filter(|value| value.get().starts_with('{'))?;
    object.parse_wire().ok().map(Box::new)
}

/// A string, or a number as it is written.
fn text(value: Option<Raw>) -> Option<String> {
    let value = value?;
    if value
        .get()
        .starts_with(|c: char| c == '-' || c.is_ascii_digit())
    {
        return Some(value.get().to_owned());
    }
    value.as_string()
}

/// An HTTP error status given as a number, or as text.
fn status(value: &Raw) -> Option<u16> {
    let text = text(Some(value.clone()))?;
    let number = text.strip_suffix(".0").unwrap_or(&text).parse().ok()?;
    (400..600).contains(&number).then_some(number)
}

/// The start of a body that is not JSON; of HTML, its title.
fn quoted(text: &str) -> Option<String> {
    let end = text
        .char_indices()
        .nth(16 * 1024)
        .map_or(text.len(), |(at, _)| at);
    let text = text.get(..end)?;
    if text.trim_start().starts_with('<') {
        let lower = text.to_ascii_lowercase();
        let title = lower.find("<title>").and_then(|open| {
            let open = open + "<title>".len();
            let close = open + lower.get(open..)?.find("</title>")?;
            text.get(open..close)
                .map(|title| redact::line(title, QUOTED))
        });
        return Some(
            title
                .filter(|t| !t.is_empty())
                .unwrap_or_else(|| "an HTML page".to_owned()),
        );
    }
    Some(redact::line(text, QUOTED))
}
