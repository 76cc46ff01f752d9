//! [`RetryHints`]: when a service says that a request may be sent again.

use std::time::{Duration, SystemTime};

use super::{
    members, phrase,
    time::{self, When},
};
use crate::{Extra, Raw};

/// The hints that came with a failure, in headers, members and words.
///
/// They come in four ranks, and [`delay`](Self::delay) takes the highest that is there:
///
/// 1. an explicit wait: `retry-after-ms`, `Retry-After` (if the former is absent),
///    `error.availability.retry_after`, `retry_after` and its variants, `resets_in_seconds`,
///    `resets_at`, Google's `retryDelay`, and these headers where an object repeats them
///    (`metadata.headers`, `headers`);
/// 2. the end of a rate limit's period: `X-RateLimit-Reset`, OpenAI's `x-ratelimit-reset-*`,
///    Anthropic's `anthropic-ratelimit-*-reset` and the like, unless the matching `remaining`
///    is more than zero;
/// 3. a phrase in a message, such as "try again in 12s";
/// 4. for rate limits: the end of a period of which something remains, since a request can be too
///    large for the remainder.
///
/// Within a rank the longest wait counts, since each is a lower bound. Negative and unreadable
/// values, and periods that have ended, are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RetryHints {
    explicit: Latest,
    resets: Latest,
    phrase: Latest,
    unspent: Latest,
}

/// The latest of several points in time, as far as that can be told before it is known what the
/// time is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Latest {
    after: Option<Duration>,
    at: Option<SystemTime>,
}

impl Latest {
    fn add(&mut self, when: When) {
        match when {
            When::After(wait) => self.after = self.after.max(Some(wait)),
            When::At(point) => self.at = self.at.max(Some(point)),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.after = self.after.max(other.after);
        self.at = self.at.max(other.at);
    }

    /// The wait from `now`, in whole milliseconds for a point in time. One that has passed is `None`.
    fn from(&self, now: Option<SystemTime>) -> Option<Duration> {
        let until = || {
            let nanoseconds = self.at?.duration_since(now?).ok()?.as_nanos();
            let milliseconds = nanoseconds.div_ceil(1_000_000).try_into().ok()?;
            Some(Duration::from_millis(milliseconds))
        };
        self.after.max(until())
    }
}

impl RetryHints {
    /// Reads the headers of a response.
    ///
    /// ```
    /// use std::time::Duration;
    /// use orouter_wire::failure::RetryHints;
    ///
    /// let hints = RetryHints::from_headers([("x-ratelimit-reset-tokens", "6m0s"), ("Retry-After", "7")]);
    /// assert_eq!(hints.delay(None, true), Some(Duration::from_secs(7)));
    /// ```
    #[must_use]
    pub fn from_headers<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let headers: Vec<(String, &str)> = headers
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim()))
            .collect();
        let value = |wanted: &str| {
            let found = headers.iter().find(|(name, _)| name == wanted)?;
            Some(found.1)
        };
        let mut hints = Self::default();
        let milliseconds = ["retry-after-ms", "x-ms-retry-after-ms"]
            .into_iter()
            .find_map(|name| time::number(value(name)?, 0.001));
        let seconds = || {
            let value = value("retry-after")?;
            let wait = time::wait(value).map(When::After);
            wait.or_else(|| time::http_date(value).map(When::At))
        };
        if let Some(when) = milliseconds.map(When::After).or_else(seconds) {
            hints.explicit.add(when);
        }
        for (name, reset) in &headers {
            let Some(remaining) = remaining_of(name) else {
                continue;
            };
            let Some(when) = time::reset(reset) else {
                continue;
            };
            let left = value(&remaining).and_then(|left| left.parse::<f64>().ok());
            if left.is_some_and(|left| left > 0.0) {
                hints.unspent.add(when);
            } else {
                hints.resets.add(when);
            }
        }
        hints
    }

    /// Adds the hints of another source.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.explicit.merge(&other.explicit);
        self.resets.merge(&other.resets);
        self.phrase.merge(&other.phrase);
        self.unspent.merge(&other.unspent);
        self
    }

    /// Returns the shortest time to wait before the next attempt, or `None` without a hint.
    ///
    /// `now` is the time when the failure arrived; without it, points in time are ignored.
    /// `rate_limit` says whether the failure is a rate limit.
    #[must_use]
    pub fn delay(&self, now: Option<SystemTime>, rate_limit: bool) -> Option<Duration> {
        let unspent = || self.unspent.from(now).filter(|_| rate_limit);
        self.explicit
            .from(now)
            .or_else(|| self.resets.from(now))
            .or_else(|| self.phrase.from(now))
            .or_else(unspent)
    }

    /// Reads the members of an error object, or of an object in it.
    pub(super) fn read_members(&mut self, object: &Extra) {
        for (name, value) in object.iter() {
            let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
            let text = || members::text(value);
            match plain.to_ascii_lowercase().as_str() {
                "headers" => *self = std::mem::take(self).and(&Self::from_object(value)),
                "retryafter" | "retryafterseconds" | "retryaftersecs" | "retryaftersec"
                | "resetsinseconds" | "resetinseconds" | "retryinseconds" | "retrydelay" => {
                    let wait = text().and_then(|text| time::wait(&text));
                    self.ask(wait.or_else(|| parts(value)).map(When::After));
                }
                "retryafterms" | "retryaftermilliseconds" | "retryaftermillis" => {
                    self.ask(
                        text()
                            .and_then(|text| time::number(&text, 0.001))
                            .map(When::After),
                    );
                }
                "resetsat" | "resetat" => self.ask(text().and_then(|text| time::reset(&text))),
                // `ErrorInfo` of Google's assistants.
                "metadata" => {
                    let delay = members::object(value)
                        .and_then(|info| info.get("quotaResetDelay").and_then(members::text));
                    self.ask(delay.and_then(|delay| time::wait(&delay)).map(When::After));
                }
                _ => {}
            }
        }
    }

    fn ask(&mut self, when: Option<When>) {
        if let Some(when) = when {
            self.explicit.add(when);
        }
    }

    /// Reads what a provider answered, as JSON, as text that holds JSON, or as words.
    pub(super) fn read_provider(&mut self, raw: &Raw) {
        let text = raw.as_string();
        let inner = match &text {
            Some(text) => text.parse().ok(),
            None => Some(raw.clone()),
        };
        let object = inner
            .filter(|inner: &Raw| inner.get().starts_with(['{', '[']))
            .map(|inner| super::ReportedFailure::from_raw(&inner));
        match (object, text) {
            (Some(failure), _) => *self = std::mem::take(self).and(&failure.retry_hints),
            (None, Some(text)) => self.read_message(&text),
            (None, None) => {}
        }
    }

    /// Reads the words of a message.
    pub(super) fn read_message(&mut self, message: &str) {
        if let Some(when) = phrase::hint_in(message) {
            self.phrase.add(when);
        }
    }

    /// The headers that an object repeats. Some give each a list of values.
    fn from_object(value: &Raw) -> Self {
        let headers: Vec<(String, String)> = members::object(value)
            .unwrap_or_default()
            .iter()
            .filter_map(|(name, value)| {
                let first = members::elements(value).and_then(|all| all.into_iter().next());
                Some((
                    name.to_owned(),
                    members::text(first.as_ref().unwrap_or(value))?,
                ))
            })
            .collect();
        Self::from_headers(headers.iter().map(|(name, value)| (&**name, &**value)))
    }
}

/// A duration of Google's in parts: `{"seconds": 36, "nanos": 500000000}`.
fn parts(value: &Raw) -> Option<Duration> {
    let parts = members::object(value)?;
    let part = |name, unit| {
        let text = parts.get(name).and_then(members::text)?;
        time::number(&text, unit)
    };
    match (part("seconds", 1.0), part("nanos", 1e-9)) {
        (None, None) => None,
        (seconds, nanos) => Some(
            seconds
                .unwrap_or_default()
                .saturating_add(nanos.unwrap_or_default()),
        ),
    }
}

/// For the header that gives the end of a rate limit's period, the one that gives what remains:
/// `x-ratelimit-remaining-tokens` for `x-ratelimit-reset-tokens`.
fn remaining_of(name: &str) -> Option<String> {
    let is_limit = name.contains("ratelimit") || name.contains("rate-limit");
    let is_reset = name.split('-').any(|part| part == "reset");
    (is_limit && is_reset).then(|| name.replacen("reset", "remaining", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_824_000;

    fn wait(headers: &[(&str, &str)], rate_limit: bool) -> Option<Duration> {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
        RetryHints::from_headers(headers.iter().copied()).delay(Some(now), rate_limit)
    }

    #[test]
    fn every_header_is_read() {
        let seconds = (NOW + 30).to_string();
        let milliseconds = ((NOW + 30) * 1000).to_string();
        for (name, value) in [
            ("Retry-After", "30"),
            ("retry-after", "30.0"),
            ("retry-after-ms", "30000"),
            ("x-ms-retry-after-ms", "30000"),
            ("X-RateLimit-Reset", "30"),
            ("x-ratelimit-reset", &seconds),
            ("X-RATELIMIT-RESET", &milliseconds),
            ("ratelimit-reset", "30"),
            ("x-rate-limit-reset", "30"),
            ("x-ratelimit-reset-requests", "30s"),
            ("x-ratelimit-reset-tokens", "0m30s"),
            ("ratelimitbysize-reset", "30"),
            ("anthropic-ratelimit-requests-reset", "2026-11-28T00:00:30Z"),
            (
                "anthropic-ratelimit-input-tokens-reset",
                "2026-11-28T01:00:30+01:00",
            ),
        ] {
            assert_eq!(
                wait(&[(name, value)], false),
                Some(Duration::from_secs(30)),
                "{name}: {value}"
            );
        }
    }

    #[test]
    fn a_limit_that_is_not_used_up_counts_last_and_for_rate_limits_alone() {
        let headers = [
            ("x-ratelimit-remaining-requests", "59"),
            ("x-ratelimit-reset-requests", "1s"),
            ("x-ratelimit-remaining-tokens", "0"),
            ("x-ratelimit-reset-tokens", "6m0s"),
        ];
        assert_eq!(wait(&headers, true), Some(Duration::from_secs(360)));
        assert_eq!(wait(&headers[..2], true), Some(Duration::from_secs(1)));
        assert_eq!(wait(&headers[..2], false), None);
        let anthropic = [
            ("anthropic-ratelimit-requests-remaining", "49"),
            ("anthropic-ratelimit-requests-reset", "2026-11-28T00:00:30Z"),
        ];
        assert_eq!(wait(&anthropic, false), None);
    }

    #[test]
    fn an_explicit_wait_counts_more_than_the_end_of_a_period() {
        let headers = [("x-ratelimit-reset", "3600"), ("retry-after", "2")];
        assert_eq!(wait(&headers, true), Some(Duration::from_secs(2)));
        let past = [
            ("x-ratelimit-reset", "1000000000"),
            ("x-ratelimit-reset-tokens", "4s"),
        ];
        assert_eq!(wait(&past, true), Some(Duration::from_secs(4)));
    }

    #[test]
    fn nonsense_is_no_hint() {
        for value in ["", "soon", "-1", "NaN", "inf", "1e400", "1000000000"] {
            assert_eq!(wait(&[("x-ratelimit-reset", value)], true), None, "{value}");
        }
        for value in ["", "soon", "-1", "NaN", "inf"] {
            assert_eq!(wait(&[("retry-after", value)], true), None, "{value}");
            assert_eq!(wait(&[("retry-after-ms", value)], true), None, "{value}");
        }
        let headers = [
            ("x-reset", "5"),
            ("x-ratelimit-limit", "5"),
            ("ratelimit-preset", "5"),
        ];
        assert_eq!(wait(&headers, true), None);
    }
}
