//! [`FailureBody`]: the body of an error response, in any form: JSON (whole or damaged), a stream of
//! events, HTML, other text, bytes that are not text, or nothing.

use super::{
    ReportedFailure,
    damaged::{self, Content},
};
use crate::sse::Decoder;

/// Length of a text body's excerpt, in characters, up to the end of the word there.
const EXCERPT_CHARS: usize = 200;

/// Maximum part of a text body that is searched for an excerpt or a title, in characters.
const TEXT_CHARS: usize = 16 * 1024;

/// The body of an error response, as far as it can be read.
///
/// ```
/// use orouter_wire::failure::{BodyForm, FailureBody};
///
/// let body = FailureBody::from_bytes(br#"{"error":{"code":429,"message":"Slow down","par"#);
/// assert_eq!(body.failure.message.as_deref(), Some("Slow down"));
/// assert_eq!(body.form, BodyForm::CutJson);
///
/// let body = FailureBody::from_bytes(b"<html><title>502 Bad Gateway</title>");
/// assert_eq!(body.failure.message.as_deref(), Some("502 Bad Gateway"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FailureBody {
    /// The failure. Its message is an excerpt if the form is [`BodyForm::Text`].
    pub failure: ReportedFailure,
    /// The form of the body; in a stream, of the event's data.
    pub form: BodyForm,
}

/// The form of an error body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyForm {
    /// JSON. Line breaks inside strings are read as spaces.
    Json,
    /// The start of a JSON text. The members that are whole were read.
    CutJson,
    /// It starts as JSON and breaks its grammar. The members before that were read.
    MalformedJson,
    /// HTML or other text, or nothing.
    Text,
    /// Bytes that are not text, such as a compressed body or an image.
    Binary,
}

impl FailureBody {
    /// Reads a body. Of a stream, the event that reports the failure is read, or the first event.
    #[must_use]
    pub fn from_bytes(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let mut first = None;
        for (name, data) in events(&text) {
            let body = Self::from_text(&data);
            if body.failure.has_error || body.is_specific() || name == "error" {
                return body;
            }
            first.get_or_insert(body);
        }
        first.unwrap_or_else(|| Self::from_text(&text))
    }

    fn from_text(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let (mut failure, form) = match damaged::json(text) {
            Content::Json(raw) => (ReportedFailure::from_raw(&raw), BodyForm::Json),
            Content::Part(raw, form) => (ReportedFailure::from_raw(&raw), form),
            Content::Text if damaged::is_binary(text) => {
                (ReportedFailure::default(), BodyForm::Binary)
            }
            Content::Text => (ReportedFailure::from_text(excerpt(text)), BodyForm::Text),
        };
        let message = failure.message.take();
        failure.message = message.filter(|message| !message.trim().is_empty());
        Self { failure, form }
    }

    /// Returns `true` if the failure names a cause.
    fn is_specific(&self) -> bool {
        let failure = &self.failure;
        failure.message.is_some() || failure.code.is_some() || failure.error_type.is_some()
    }
}

/// Returns the title of an HTML page, or the first words of another text, in one line.
fn excerpt(text: &str) -> Option<String> {
    let end = text
        .char_indices()
        .nth(TEXT_CHARS)
        .map_or(text.len(), |(at, _)| at);
    let text = text.get(..end)?;
    if text.trim_start().starts_with('<') {
        let lower = text.to_ascii_lowercase();
        let title = lower.find("<title>").and_then(|open| {
            let open = open + "<title>".len();
            let close = open + lower.get(open..)?.find("</title>")?;
            text.get(open..close).map(first_words)
        });
        let title = title.filter(|title| !title.is_empty());
        return Some(title.unwrap_or_else(|| "an HTML page".to_owned()));
    }
    Some(first_words(text))
}

/// Returns the first words of a text with single spaces between them. The last one is whole, so that
/// a key in it can be recognized.
fn first_words(text: &str) -> String {
    let mut out = String::new();
    let mut chars = 0;
    for word in text.split_whitespace() {
        if chars > EXCERPT_CHARS {
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        chars += word.chars().count() + 1;
    }
    out
}

/// Returns the events of an event stream, as name and data; empty for other texts. Events without
/// data and `[DONE]` are left out.
fn events(text: &str) -> Vec<(String, String)> {
    let start = text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    let fields = ["data:", "event:", "id:", "retry:", ":"];
    let mut events = Vec::new();
    if !fields.iter().any(|field| start.starts_with(field)) {
        return events;
    }
    let mut decoder = Decoder::new();
    decoder.push(start.as_bytes().to_vec());
    while let Ok(Some(event)) = decoder.next() {
        events.push((event.event.to_owned(), event.data.to_owned()));
    }
    if let Ok(Some(event)) = decoder.take_unfinished() {
        events.push((event.event.to_owned(), event.data.to_owned()));
    }
    events.retain(|(_, data)| !matches!(data.trim(), "" | "[DONE]"));
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_ends_with_a_whole_word() {
        let long = format!("{} sk-or-v1-0123456789 more", "word ".repeat(40));
        let body = FailureBody::from_bytes(long.as_bytes());
        let message = body.failure.message.unwrap();
        assert!(message.ends_with(" sk-or-v1-0123456789"), "{message}");
        assert_eq!(body.form, BodyForm::Text);
        let page = FailureBody::from_bytes(b" <html><title> \n</title></html>");
        assert_eq!(page.failure.message.as_deref(), Some("an HTML page"));
        let empty = FailureBody::from_bytes(b" \n");
        assert_eq!(empty.failure.message, None);
    }

    #[test]
    fn the_event_that_reports_the_failure_is_read() {
        let stream = b"data: {\"type\":\"ping\"}\n\nevent: error\ndata: no capacity\n\n";
        let body = FailureBody::from_bytes(stream);
        assert_eq!(body.failure.message.as_deref(), Some("no capacity"));
        let cut = b"data: {\"error\":{\"code\":\"server_error\",\"mess";
        let body = FailureBody::from_bytes(cut);
        assert_eq!(body.failure.code.as_deref(), Some("server_error"));
        assert_eq!(body.form, BodyForm::CutJson);
    }
}
