//! When the server says to come back.

use std::time::{Duration, SystemTime};

use http::{
    HeaderMap, HeaderName,
    header::{DATE, RETRY_AFTER},
};

const RETRY_AFTER_MS: HeaderName = HeaderName::from_static("retry-after-ms");

/// Reads `retry-after-ms`, then `Retry-After` in seconds (fractions too) or as an HTTP date.
///
/// What is not a finite number of at least zero, nor a date, is no hint; a date in the past is zero.
pub(crate) fn of_headers(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    read(headers, Some(now))
}

/// The same with dates counted from the answer's own; where it has none, a date is no hint.
pub(crate) fn by_own_date(headers: &HeaderMap) -> Option<Duration> {
    let date = headers.get(DATE).and_then(|value| value.to_str().ok());
    read(
        headers,
        date.and_then(|date| httpdate::parse_http_date(date).ok()),
    )
}

fn read(headers: &HeaderMap, now: Option<SystemTime>) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let milliseconds = text(RETRY_AFTER_MS).and_then(|value| number(value, 0.001));
    milliseconds.or_else(|| {
        let value = text(RETRY_AFTER)?;
        number(value, 1.0).or_else(|| {
            let date = httpdate::parse_http_date(value).ok()?;
            Some(date.duration_since(now?).unwrap_or_default())
        })
    })
}

fn number(text: &str, unit: f64) -> Option<Duration> {
    duration(text.parse().ok()?, unit)
}

/// So many of the unit, which is given in seconds. More than a [`Duration`] holds is the longest:
/// the server asks to be left alone.
pub(crate) fn duration(count: f64, unit: f64) -> Option<Duration> {
    if !count.is_finite() || count.is_sign_negative() && count != 0.0 {
        return None;
    }
    Some(Duration::try_from_secs_f64(count * unit).unwrap_or(Duration::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(pairs: &[(&'static str, &str)]) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        // Sun, 06 Nov 1994 08:49:37 GMT
        of_headers(
            &headers,
            SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777),
        )
    }

    #[test]
    fn every_documented_form_is_read() {
        assert_eq!(hint(&[("retry-after", "2")]), Some(Duration::from_secs(2)));
        assert_eq!(
            hint(&[("retry-after", " 1.5 ")]),
            Some(Duration::from_millis(1500))
        );
        assert_eq!(
            hint(&[("retry-after-ms", "120.5")]),
            Some(Duration::from_micros(120_500))
        );
        assert_eq!(
            hint(&[("retry-after-ms", "10"), ("retry-after", "30")]),
            Some(Duration::from_millis(10))
        );
        let date = hint(&[("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT")]);
        assert_eq!(date, Some(Duration::from_secs(30)));
        let past = hint(&[("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT")]);
        assert_eq!(past, Some(Duration::ZERO));
    }

    #[test]
    fn nonsense_is_no_hint() {
        for value in ["", "soon", "-1", "inf", "NaN", "1e400", "2024-01-01"] {
            assert_eq!(hint(&[("retry-after", value)]), None, "{value}");
        }
        let endless = hint(&[("retry-after", "99999999999999999999999")]);
        assert_eq!(endless, Some(Duration::MAX));
        let fallback = hint(&[("retry-after-ms", "x"), ("retry-after", "3")]);
        assert_eq!(fallback, Some(Duration::from_secs(3)));
    }
}
