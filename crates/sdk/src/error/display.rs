//! The text of an error. `Display` is one line: what failed, where, what to do. `Debug` adds the
//! causes, which `Display` leaves to `source`; `{:#?}` prints the fields. No format prints secrets or
//! content.

use std::{borrow::Cow, error::Error as StdError, fmt, time::Duration};

use orouter_http::{
    TimeoutKind,
    redact::{self, Secrets},
};
use orouter_wire::failure::{BodyForm, FailureClass};

use super::{
    Error, ErrorKind, Inner,
    table::{StatusRow, advice},
};
use crate::meta::Meta;

/// Maximum length of a quote of the server's message, in characters.
const MESSAGE_CHARS: usize = 300;

/// Maximum length of a code or type that the server sent, in characters.
const CODE_CHARS: usize = 60;

/// Maximum length of an id that the server sent, in characters.
const ID_CHARS: usize = 80;

/// Maximum number of causes that `Debug` shows.
const MAX_CAUSES: usize = 8;

/// Waits longer than this are shown without their length.
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_line(&self.0, &self.0.secrets(), f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(&self.0, f)
    }
}

fn write_line(error: &Inner, secrets: &Secrets, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(&summary(error, secrets))?;
    if let Some(location) = &error.location {
        write!(f, " ({location})")?;
    }
    if let Some(message) = &error.detail.message {
        let message = redact::line_without(secrets, message, MESSAGE_CHARS);
        write!(f, ": {message}")?;
    } else if let Some(reason) = unread(error, secrets) {
        write!(f, ": {reason}")?;
    }
    let advice = advice(error);
    if !advice.is_empty() {
        write!(f, "; {advice}")?;
    }
    notes(error, secrets, f)
}

/// Returns the summary of the failure: of an error status, its number and reason phrase.
fn summary<'a>(error: &'a Inner, secrets: &Secrets) -> Cow<'a, str> {
    match (&error.meta, error.kind.is_status()) {
        (Some(meta), true) => {
            let status = meta.status();
            let listed = StatusRow::find(status).map(|row| row.reason);
            match listed.or(status.canonical_reason()) {
                Some(reason) => format!("{} {reason}", status.as_u16()).into(),
                None => status.as_u16().to_string().into(),
            }
        }
        // It may quote a redirect's target or a content type, which the server wrote.
        _ => secrets.hide(&error.summary),
    }
}

/// Returns the reason why the body has no readable message, if it is damaged or not text.
fn unread(error: &Inner, secrets: &Secrets) -> Option<Cow<'static, str>> {
    let reason = match error.body_form {
        BodyForm::CutJson => "the error body is JSON that was cut short",
        BodyForm::MalformedJson => "the error body is malformed JSON",
        BodyForm::Binary => match error.meta.as_ref().and_then(Meta::encoding) {
            Some(encoding) => {
                let encoding = redact::line_without(secrets, encoding, 20);
                let reason =
                    format!("the error body is compressed ({encoding}), which was not requested");
                return Some(reason.into());
            }
            None => "the error body is not text",
        },
        // Sound JSON without a message, empty text, and forms to come.
        _ => return None,
    };
    Some(reason.into())
}

impl Inner {
    /// Returns `true` if the server reported a used-up quota with the status of a rate limit.
    fn is_quota(&self) -> bool {
        self.detail.class(Some(429)) == Some(FailureClass::Quota)
    }
}

/// Returns the advice that fits the kind, the status and the circumstances; empty for none.
fn advice(error: &Inner) -> &'static str {
    match (error.kind, error.timeout) {
        (ErrorKind::TooManyRequests, None) if error.is_quota() => {
            ErrorKind::PaymentRequired.advice()
        }
        (_, Some(TimeoutKind::Connect)) => ErrorKind::Connect.advice(),
        (_, Some(TimeoutKind::FirstByte)) => advice::FIRST_BYTE,
        (_, Some(TimeoutKind::Idle)) if error.partial.is_some() => ErrorKind::Truncated.advice(),
        (_, Some(TimeoutKind::EventIdle)) => advice::EVENT_IDLE,
        (_, Some(TimeoutKind::Idle)) => advice::IDLE,
        (_, Some(TimeoutKind::Total)) => advice::TOTAL,
        (kind, None) if kind.is_status() && error.detail.retryable == Some(false) => {
            match kind.own_status() {
                Some(status) if status.is_server_error() => advice::FALLBACKS,
                _ => kind.advice(),
            }
        }
        (ErrorKind::OtherStatus, None) => {
            let row = error
                .meta
                .as_ref()
                .map(Meta::status)
                .and_then(StatusRow::find);
            row.map_or(ErrorKind::OtherStatus.advice(), |row| row.advice)
        }
        (ErrorKind::Transport, None) if !error.sent => advice::UNPROCESSED,
        // After the response head, no option makes the client retry.
        (ErrorKind::Transport, None) if error.partial.is_some() => ErrorKind::Truncated.advice(),
        (ErrorKind::Transport, None) if error.meta.is_some() => advice::MAYBE_BILLED,
        (kind, _) => kind.advice(),
    }
}

/// Writes the code, the wait, the attempts and the id, in brackets.
fn notes(error: &Inner, secrets: &Secrets, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut notes = Vec::new();
    if let Some(kind) = &error.detail.error_type {
        notes.push(redact::line_without(secrets, kind, CODE_CHARS));
    } else if let (ErrorKind::InBand, Some(code)) = (error.kind, &error.detail.code) {
        notes.push(redact::line_without(secrets, code, CODE_CHARS));
    } else if let Some(class) = &error.detail.r#type {
        notes.push(redact::line_without(secrets, class, CODE_CHARS));
    }
    match error.retry_after {
        Some(wait) if wait > YEAR => notes.push("retry after more than a year".to_owned()),
        Some(wait) => notes.push(format!("retry after {wait:?}")),
        None => {}
    }
    if error.attempts > 1 {
        notes.push(format!(
            "{} attempts in {:.1?}",
            error.attempts, error.elapsed
        ));
    }
    if let Some(id) = error
        .meta
        .as_ref()
        .and_then(|m| m.generation_id().or(m.request_id()))
    {
        notes.push(redact::line_without(secrets, id, ID_CHARS));
    }
    if notes.is_empty() {
        Ok(())
    } else {
        write!(f, " [{}]", notes.join(", "))
    }
}

/// Returns the messages of the causes, outermost first.
fn causes(error: &Inner, secrets: &Secrets) -> Vec<String> {
    let mut next: Option<&dyn StdError> = match &error.source {
        Some(source) => Some(&**source),
        None => None,
    };
    let mut messages = Vec::new();
    for _ in 0..MAX_CAUSES {
        let Some(cause) = next else {
            break;
        };
        let text = match cause.downcast_ref::<Error>() {
            // The line above shows the place and the advice already.
            Some(Error(inner)) => match &inner.detail.message {
                Some(message) => format!("{}: {message}", summary(inner, secrets)),
                None => summary(inner, secrets).into_owned(),
            },
            None => cause.to_string(),
        };
        let text = redact::line_without(secrets, &text, MESSAGE_CHARS);
        if !text.is_empty() {
            messages.push(text);
        }
        next = cause.source();
    }
    messages
}

/// Writes the line of `Display` and the causes.
fn line_and_causes(error: &Inner, secrets: &Secrets, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write_line(error, secrets, f)?;
    for (index, cause) in causes(error, secrets).iter().enumerate() {
        let before = if index == 0 { "; caused by: " } else { ": " };
        write!(f, "{before}{cause}")?;
    }
    Ok(())
}

fn debug(error: &Inner, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let secrets = error.secrets();
    if !f.alternate() {
        return line_and_causes(error, &secrets, f);
    }
    let mut out = f.debug_struct("Error");
    out.field("kind", &error.kind);
    if let Some(timeout) = error.timeout {
        out.field("timeout", &timeout);
    }
    out.field("message", &format_args!("{}", Line(error, &secrets)));
    if let Some(code) = &error.detail.code {
        out.field("code", &redact::line_without(&secrets, code, CODE_CHARS));
    }
    if let Some(meta) = &error.meta {
        out.field("status", &meta.status()).field(
            "headers",
            &redact::Headers::without(meta.headers(), meta.secrets()),
        );
    }
    if let Some(body) = &error.body {
        out.field("body", &format_args!("{} bytes", body.len()));
    }
    out.field("attempts", &error.attempts)
        .field("elapsed", &error.elapsed);
    if error.partial.is_some() {
        out.field("partial_response", &format_args!("yes"));
    }
    if error.source.is_some() {
        out.field("causes", &causes(error, &secrets));
    }
    out.finish()
}

struct Line<'a>(&'a Inner, &'a Secrets);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_line(self.0, self.1, f)
    }
}

#[cfg(test)]
mod tests {
    use crate::error::{Error, ErrorKind};

    #[test]
    fn an_error_below_another_is_told_in_few_words() {
        let body = r#"{"error":{"code":503,"message":"busy","metadata":{"error_type":"x"}}}"#;
        let below = Error::reported(ErrorKind::InBand, "it failed", body.into());
        let above = Error::aborted().with_source(below);
        assert_eq!(above.to_string(), "the call was aborted");
        assert_eq!(
            format!("{above:?}"),
            "the call was aborted; caused by: it failed: busy"
        );
        let fields = format!("{above:#?}");
        assert!(fields.contains("kind: Aborted"), "{fields}");
        assert!(fields.contains("\"it failed: busy\""), "{fields}");
    }

    #[test]
    fn all_causes_are_shown_in_one_line_without_keys() {
        use crate::transport::TransportError;

        let lost = TransportError::exchange("bad\nkey sk-or-v1-0123456789abcdef");
        let error = Error::custom(ErrorKind::Other, "gone").with_source(lost);
        assert_eq!(
            format!("{error:?}"),
            "gone; caused by: the connection broke: bad key (key hidden)"
        );
    }

    #[test]
    fn a_key_in_the_code_or_the_type_is_hidden() {
        let body = r#"{"error":{"code":"sk-or-v1-0123456789abcdef","message":"no","metadata":{"error_type":"x:sk-or-v1-0123456789abcdef"}}}"#;
        for kind in [ErrorKind::Unauthorized, ErrorKind::InBand] {
            let error = Error::reported(kind, "failed", body.into());
            assert_eq!(error.code(), Some("sk-or-v1-0123456789abcdef"));
            let (line, fields) = (format!("{error:?}"), format!("{error:#?}"));
            assert!(!line.contains("0123"), "{line}");
            assert!(fields.contains(r#"code: "(key hidden)""#), "{fields}");
            assert!(!fields.contains("0123"), "{fields}");
        }
    }
}
