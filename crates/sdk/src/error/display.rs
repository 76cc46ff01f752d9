//! The text of an error. `Display` is one line: what failed, where, what to do. `Debug` adds the
//! causes, which `Display` leaves to `source`; `{:#?}` prints the fields. No secret and no content.

use std::{borrow::Cow, error::Error as StdError, fmt, time::Duration};

use orouter_wire::failure::FailureClass;

use super::{Error, ErrorKind, Inner, read::Unread};
use orouter_http::{
    TimeoutKind,
    redact::{self, Secrets},
};

use crate::meta::Meta;

/// Longest quote of the server's message, in characters.
const QUOTED: usize = 300;

/// Maximum number of causes that `Debug` shows.
const CAUSES: usize = 8;

/// Waits longer than this are not worth their digits.
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

pub(super) fn line(error: &Inner, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    shown(error, &error.secrets(), f)
}

fn shown(error: &Inner, secrets: &Secrets, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(&happened(error, secrets))?;
    if let Some(place) = &error.place {
        write!(f, " ({place})")?;
    }
    if let Some(message) = &error.detail.message {
        write!(f, ": {}", redact::line_without(secrets, message, QUOTED))?;
    } else if let Some(unread) = error.detail.unread {
        let encoding = error.meta.as_ref().and_then(Meta::encoding);
        match (unread, encoding) {
            (Unread::Binary, Some(encoding)) => {
                let encoding = redact::line_without(secrets, encoding, 20);
                write!(
                    f,
                    ": the body is compressed ({encoding}), which was not asked for"
                )?;
            }
            _ => write!(f, ": {}", unread.what())?,
        }
    }
    let advice = advice(error);
    if !advice.is_empty() {
        write!(f, "; {advice}")?;
    }
    notes(error, secrets, f)
}

/// What happened, in few words.
fn happened<'a>(error: &'a Inner, secrets: &Secrets) -> Cow<'a, str> {
    match (&error.meta, error.kind.is_status()) {
        (Some(meta), true) => {
            let status = meta.status();
            match reason(status.as_u16()).or(status.canonical_reason()) {
                Some(reason) => format!("{} {reason}", status.as_u16()).into(),
                None => status.as_u16().to_string().into(),
            }
        }
        // Where a redirect leads and what an answer claims to be is in it.
        _ => secrets.hide(&error.what),
    }
}

impl Inner {
    /// Returns `true` if the server reported a used-up quota with the status of a rate limit.
    fn is_quota(&self) -> bool {
        self.detail.class(Some(429)) == Some(FailureClass::Quota)
    }

    fn is(&self, status: u16) -> bool {
        let meta = self.meta.as_ref();
        meta.is_some_and(|meta| meta.status().as_u16() == status)
    }
}

/// What to do next.
fn advice(error: &Inner) -> &'static str {
    match (error.kind, error.timeout) {
        (ErrorKind::TooManyRequests, None) if error.is_quota() => {
            ErrorKind::PaymentRequired.advice()
        }
        (_, Some(TimeoutKind::Connect)) => ErrorKind::Connect.advice(),
        (_, Some(TimeoutKind::FirstByte)) => {
            "it may have been billed; stream the answer, or raise Timeouts::first_byte"
        }
        (_, Some(TimeoutKind::Idle)) if error.partial.is_some() => ErrorKind::Truncated.advice(),
        (_, Some(TimeoutKind::Idle)) => "it may have been billed; raise Timeouts::idle",
        (_, Some(TimeoutKind::Total)) => "raise Timeouts::total",
        (kind, None) if kind.is_status() && error.detail.retryable == Some(false) => {
            match kind.own_status() {
                Some(status) if status.is_server_error() => "name fallback models",
                _ => kind.advice(),
            }
        }
        (ErrorKind::OtherStatus, None) if error.is(504) => ErrorKind::EdgeNetworkTimeout.advice(),
        (ErrorKind::Transport, None) if !error.sent => "it was not processed; try again",
        // Once a head was there, no option would have tried again.
        (ErrorKind::Transport, None) if error.partial.is_some() => ErrorKind::Truncated.advice(),
        (ErrorKind::Transport, None) if error.meta.is_some() => "it may have been billed",
        (kind, _) => kind.advice(),
    }
}

/// What helps to find the call again.
fn notes(error: &Inner, secrets: &Secrets, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut notes = Vec::new();
    if let Some(kind) = &error.detail.error_type {
        notes.push(redact::line_without(secrets, kind, 60));
    } else if let (ErrorKind::InBand, Some(code)) = (error.kind, &error.detail.code) {
        notes.push(redact::line_without(secrets, code, 60));
    } else if let Some(class) = &error.detail.r#type {
        notes.push(redact::line_without(secrets, class, 60));
    }
    match error.retry_after {
        Some(hint) if hint > YEAR => notes.push("retry after more than a year".to_owned()),
        Some(hint) => notes.push(format!("retry after {hint:?}")),
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
        notes.push(redact::line_without(secrets, id, 80));
    }
    if notes.is_empty() {
        Ok(())
    } else {
        write!(f, " [{}]", notes.join(", "))
    }
}

/// The messages of the causes, outermost first.
fn causes(error: &Inner, secrets: &Secrets) -> Vec<String> {
    let mut next: Option<&dyn StdError> = match &error.source {
        Some(source) => Some(&**source),
        None => None,
    };
    let mut messages = Vec::new();
    for _ in 0..CAUSES {
        let Some(cause) = next else {
            break;
        };
        let text = match cause.downcast_ref::<Error>() {
            // The line above shows the place and the advice already.
            Some(Error(inner)) => match &inner.detail.message {
                Some(message) => format!("{}: {message}", happened(inner, secrets)),
                None => happened(inner, secrets).into_owned(),
            },
            None => cause.to_string(),
        };
        let text = redact::line_without(secrets, &text, QUOTED);
        if !text.is_empty() {
            messages.push(text);
        }
        next = cause.source();
    }
    messages
}

/// The line of `Display` and the causes.
fn line_and_causes(error: &Inner, secrets: &Secrets, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    shown(error, secrets, f)?;
    for (index, cause) in causes(error, secrets).iter().enumerate() {
        let before = if index == 0 { "; caused by: " } else { ": " };
        write!(f, "{before}{cause}")?;
    }
    Ok(())
}

/// Names of statuses that `http` does not know.
fn reason(status: u16) -> Option<&'static str> {
    match status {
        520 => Some("Unknown Edge Error"),
        524 => Some("Edge Network Timeout"),
        529 => Some("Provider Overloaded"),
        _ => None,
    }
}

pub(super) fn debug(error: &Inner, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
        out.field("code", &redact::line_without(&secrets, code, 60));
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
        shown(self.0, self.1, f)
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
