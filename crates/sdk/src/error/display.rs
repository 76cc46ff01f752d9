//! How an error reads: what happened, where, what to do next; one line, no secret, no content.

use std::{borrow::Cow, error::Error as StdError, fmt, time::Duration};

use super::{Error, ErrorKind, Inner, read::Unread};
use crate::{meta::Meta, redact, secrets::Secrets, timeout::TimeoutKind};

/// Longest quote of the server's message, in characters.
const QUOTED: usize = 300;

/// Longest chain of causes to be shown.
const CAUSES: usize = 6;

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
    } else if let Some(cause) = error.source.as_deref().and_then(|it| deepest(it, secrets)) {
        write!(f, ": {cause}")?;
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
    fn is(&self, status: u16) -> bool {
        let meta = self.meta.as_ref();
        meta.is_some_and(|meta| meta.status().as_u16() == status)
    }
}

/// What to do next.
fn advice(error: &Inner) -> &'static str {
    match (error.kind, error.timeout) {
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

/// The last cause that says something: the outer ones only repeat that something failed.
fn deepest(source: &(dyn StdError + Send + Sync + 'static), secrets: &Secrets) -> Option<String> {
    let mut cause: &dyn StdError = source;
    for _ in 0..CAUSES {
        match cause.source() {
            Some(next) => cause = next,
            None => break,
        }
    }
    let text = match cause.downcast_ref::<Error>() {
        // Of one of ours, the place and the advice are said already.
        Some(Error(inner)) => match &inner.detail.message {
            Some(message) => format!("{}: {message}", happened(inner, secrets)),
            None => happened(inner, secrets).into_owned(),
        },
        None => cause.to_string(),
    };
    Some(redact::line_without(secrets, &text, QUOTED)).filter(|text| !text.is_empty())
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

pub(super) fn fields(error: &Inner, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let secrets = error.secrets();
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
    if let Some(source) = &error.source {
        out.field(
            "source",
            &format_args!(
                "{}",
                redact::line_without(&secrets, &source.to_string(), QUOTED)
            ),
        );
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
        assert_eq!(above.to_string(), "the call was aborted: it failed: busy");
    }

    #[test]
    fn a_key_in_the_code_or_the_type_is_hidden() {
        let body = r#"{"error":{"code":"sk-or-v1-0123456789abcdef","message":"no","metadata":{"error_type":"x:sk-or-v1-0123456789abcdef"}}}"#;
        for kind in [ErrorKind::Unauthorized, ErrorKind::InBand] {
            let error = Error::reported(kind, "failed", body.into());
            assert_eq!(error.code(), Some("sk-or-v1-0123456789abcdef"));
            let (line, fields) = (error.to_string(), format!("{error:?}"));
            assert!(!line.contains("0123"), "{line}");
            assert!(fields.contains(r#"code: "(key hidden)""#), "{fields}");
            assert!(!fields.contains("0123"), "{fields}");
        }
    }
}
