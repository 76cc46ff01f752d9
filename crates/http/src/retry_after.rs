//! Retry hints in response headers.
//!
//! [`RetryHints`] documents their forms and order, and also reads the hints of bodies.

use std::time::SystemTime;

use http::{HeaderMap, header::DATE};
use orouter_wire::failure::RetryHints;

/// Reads the hints in `headers`. The first value of a repeated header counts.
#[must_use]
pub fn hints_from_headers(headers: &HeaderMap) -> RetryHints {
    let names = headers.keys();
    RetryHints::from_headers(names.filter_map(|name| {
        let value = headers.get(name)?.to_str().ok()?;
        Some((name.as_str(), value))
    }))
}

/// Reads the response's `Date`. `None` if it is missing or not a date.
#[must_use]
pub fn date_from_headers(headers: &HeaderMap) -> Option<SystemTime> {
    let date = headers.get(DATE)?.to_str().ok()?;
    httpdate::parse_http_date(date).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn hint(pairs: &[(&'static str, &str)]) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        // Sun, 06 Nov 1994 08:49:37 GMT
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        hints_from_headers(&headers).delay(Some(now), false)
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
        for date in ["Sunday, 06-Nov-94 08:50:07 GMT", "Sun Nov  6 08:50:07 1994"] {
            let date = hint(&[("retry-after", date)]);
            assert_eq!(date, Some(Duration::from_secs(30)));
        }
        let twice = hint(&[("retry-after", "2"), ("retry-after", "30")]);
        assert_eq!(twice, Some(Duration::from_secs(2)));
        let past = hint(&[("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT")]);
        assert_eq!(past, None);
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
