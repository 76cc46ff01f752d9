//! [`OutputError`]: the reason why a response has no output of the requested type.

use std::fmt;

use super::{message, path};
use crate::response::{IncompleteReason, ResponseStatus};

/// Reason why a response has no output of the requested type.
///
/// Returned by [`Response::parse_output`](crate::Response::parse_output). Neither `Display` nor `Debug`
/// prints text of the model; [`text`](Self::text) and [`message`](Self::message) return it.
///
/// ```
/// use orouter_wire::{OutputErrorKind, Response};
///
/// let response: Response = orouter_wire::from_str(
///     r#"{"status":"completed","output":[{"type":"message","role":"assistant","content":[
///         {"type":"output_text","text":"{\"ages\": [36, \"old\"]}"}]}]}"#,
/// )?;
/// type Ages = std::collections::BTreeMap<String, Vec<u8>>;
/// let error = response.parse_output::<Ages>().unwrap_err();
/// assert_eq!(error.kind(), OutputErrorKind::Mismatch);
/// assert_eq!(error.path(), Some("ages[1]"));
/// assert!(error.to_string().contains("member ages[1]: invalid type: string, expected u8"));
/// assert!(error.message().is_some_and(|message| message.contains("\"old\"")));
/// # Ok::<(), orouter_wire::DecodeError>(())
/// ```
#[derive(Clone)]
pub struct OutputError(Box<Reason>);

/// Kind of an [`OutputError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OutputErrorKind {
    /// The model refused.
    Refusal,
    /// The response ended early: it is incomplete, failed or cancelled.
    Incomplete,
    /// The response has no text, for example because the model called a function.
    NoText,
    /// The text is not JSON, or does not match the type.
    Mismatch,
}

#[derive(Clone)]
pub(super) enum Reason {
    Refusal(String),
    Incomplete {
        status: ResponseStatus,
        reason: Option<IncompleteReason>,
        text: Option<String>,
    },
    NoText {
        /// The response has function calls.
        calls: bool,
    },
    Mismatch(Mismatch),
}

/// Difference between a text and a type.
#[derive(Clone)]
pub(super) struct Mismatch {
    type_name: &'static str,
    text: String,
    /// Message of serde, which may quote the text.
    message: String,
    /// The same without the quotes.
    summary: String,
    is_json: bool,
    path: Option<String>,
    line: usize,
    column: usize,
}

impl Mismatch {
    pub(super) fn new(type_name: &'static str, text: &str, error: &serde_json::Error) -> Self {
        let message = error.to_string();
        let is_json = error.is_data();
        Self {
            type_name,
            summary: message::without_content(&message, is_json),
            path: path::at(text, error.line(), error.column()),
            text: text.to_owned(),
            message,
            is_json,
            line: error.line(),
            column: error.column(),
        }
    }
}

impl OutputError {
    pub(super) fn new(reason: Reason) -> Self {
        Self(Box::new(reason))
    }

    /// Returns the kind of the error, to match on.
    #[must_use]
    pub fn kind(&self) -> OutputErrorKind {
        match &*self.0 {
            Reason::Refusal(_) => OutputErrorKind::Refusal,
            Reason::Incomplete { .. } => OutputErrorKind::Incomplete,
            Reason::NoText { .. } => OutputErrorKind::NoText,
            Reason::Mismatch(_) => OutputErrorKind::Mismatch,
        }
    }

    /// Returns the text of the model: the refusal, the part of the text that was generated, or the JSON
    /// that does not match.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &*self.0 {
            Reason::Refusal(text) => Some(text),
            Reason::Incomplete { text, .. } => text.as_deref(),
            Reason::NoText { .. } => None,
            Reason::Mismatch(mismatch) => Some(&mismatch.text),
        }
    }

    /// Returns the reason why the response is incomplete, if the service sent one.
    #[must_use]
    pub fn incomplete_reason(&self) -> Option<&IncompleteReason> {
        match &*self.0 {
            Reason::Incomplete { reason, .. } => reason.as_ref(),
            Reason::Refusal(_) | Reason::NoText { .. } | Reason::Mismatch(_) => None,
        }
    }

    /// Returns the path of the value that does not match, such as `lines[0].price`; empty for the
    /// whole value. `None` if the text is not JSON or serde does not know the place, as inside
    /// untagged and internally tagged enums.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.mismatch()?.path.as_deref()
    }

    /// Returns serde's message for a mismatch. It may quote the text of the model.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.mismatch().map(|mismatch| mismatch.message.as_str())
    }

    fn mismatch(&self) -> Option<&Mismatch> {
        match &*self.0 {
            Reason::Mismatch(mismatch) => Some(mismatch),
            Reason::Refusal(_) | Reason::Incomplete { .. } | Reason::NoText { .. } => None,
        }
    }
}

/// Writes one line without text of the model: what is wrong, where, and what to do. Names of members
/// are written if they are identifiers.
impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Reason::Refusal(_) => {
                f.write_str("the model refused to produce the output; change the prompt")
            }
            Reason::Incomplete { status, reason, .. } => incomplete(status, reason.as_ref(), f),
            Reason::NoText { calls: true } => f.write_str(
                "the response has no text, but function calls; send their outputs first",
            ),
            Reason::NoText { calls: false } => f.write_str("the response has no text"),
            Reason::Mismatch(mismatch) => mismatch.fmt(f),
        }
    }
}

fn incomplete(
    status: &ResponseStatus,
    reason: Option<&IncompleteReason>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    match status {
        ResponseStatus::Incomplete => f.write_str("the response is incomplete")?,
        ResponseStatus::Cancelled => f.write_str("the response was cancelled")?,
        _ => f.write_str("the response failed")?,
    }
    match reason {
        Some(IncompleteReason::MaxOutputTokens) => {
            f.write_str(" (max_output_tokens); raise max_output_tokens")
        }
        Some(IncompleteReason::ContentFilter) => {
            f.write_str(" (content_filter); change the prompt")
        }
        Some(IncompleteReason::MaxToolCalls) => {
            f.write_str(" (max_tool_calls); raise max_tool_calls")
        }
        Some(IncompleteReason::MaxInputTokens) => {
            f.write_str(" (max_input_tokens); shorten the input")
        }
        Some(IncompleteReason::MaxMessages) => f.write_str(" (max_messages)"),
        Some(IncompleteReason::Steered) => {
            f.write_str(" (steered); the next response continues it")
        }
        Some(IncompleteReason::Unknown(_)) | None => Ok(()),
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_json {
            write!(f, "the output does not match {}: ", self.type_name)?;
        } else {
            f.write_str("the output is not JSON: ")?;
        }
        if let Some(path) = self.path.as_deref().filter(|path| !path.is_empty()) {
            if self.is_json {
                write!(f, "member {}: ", path::without_content(path))?;
            }
        }
        f.write_str(&self.summary)?;
        if self.line > 0 {
            write!(f, " at line {} column {}", self.line, self.column)?;
        }
        if !self.is_json {
            f.write_str("; check that the model supports structured output")?;
        }
        Ok(())
    }
}

impl fmt::Debug for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.text().map(str::len);
        f.debug_struct("OutputError")
            .field("kind", &self.kind())
            .field("message", &format_args!("{self}"))
            .field("text_bytes", &bytes)
            .finish()
    }
}

impl std::error::Error for OutputError {}
