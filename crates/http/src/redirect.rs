//! The decision which redirects are followed.

use std::{error::Error, fmt};

use http::{HeaderMap, StatusCode, header};
use url::Url;

use crate::redact;

/// Maximum number of redirects that one attempt follows.
pub const MAX_REDIRECTS: usize = 5;

/// Returns the URL to which the request is sent again, with its method, body and credentials.
///
/// Only 307 and 308 are followed, because other redirects change the method, and only within the
/// origin (scheme, host and port) of `from`, so that no other server receives the credentials.
/// `followed` is the number of redirects that the attempt has followed so far, `follow` is `false` if
/// the caller follows none.
///
/// # Errors
///
/// [`RedirectError`], which names the reason.
///
/// # Example
///
/// ```
/// use http::{HeaderMap, HeaderValue, StatusCode, header::LOCATION};
/// use orouter_http::redirect::target;
///
/// let from = "https://host/v1/responses".parse().unwrap();
/// let headers = HeaderMap::from_iter([(LOCATION, HeaderValue::from_static("/v2/responses"))]);
/// let to = target(&from, StatusCode::TEMPORARY_REDIRECT, &headers, 0, true).unwrap();
/// assert_eq!(to.as_str(), "https://host/v2/responses");
/// assert!(target(&from, StatusCode::FOUND, &headers, 0, true).is_err());
/// ```
pub fn target(
    from: &Url,
    status: StatusCode,
    headers: &HeaderMap,
    followed: usize,
    follow: bool,
) -> Result<Url, RedirectError> {
    let location = headers
        .get(header::LOCATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|location| from.join(location).ok());
    let Some(target) = location else {
        return Err(RedirectError::NoTarget(status));
    };
    let keeps_request = matches!(
        status,
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT
    );
    if !follow || !keeps_request || target.origin() != from.origin() {
        return Err(RedirectError::NotFollowed(
            status,
            redact::location(&target),
        ));
    }
    if followed >= MAX_REDIRECTS {
        return Err(RedirectError::TooMany(redact::location(&target)));
    }
    Ok(target)
}

/// The reason why a redirect is not followed. URLs are without their query.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedirectError {
    /// The response has no `Location` that is a URL.
    NoTarget(StatusCode),
    /// The status, the other origin or the caller's setting forbids it. Holds the target.
    NotFollowed(StatusCode, String),
    /// The attempt followed [`MAX_REDIRECTS`] redirects before. Holds the target.
    TooMany(String),
}

impl fmt::Display for RedirectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTarget(status) => write!(f, "{status} leads nowhere"),
            Self::NotFollowed(status, target) => write!(f, "{status} leads to {target}"),
            Self::TooMany(target) => {
                write!(
                    f,
                    "more than {MAX_REDIRECTS} redirects in a row, now to {target}"
                )
            }
        }
    }
}

impl Error for RedirectError {}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const FROM: &str = "https://host/v1/responses?key=secret";

    fn to(status: u16, location: Option<&'static str>) -> Result<String, String> {
        decide(status, location, 0, true)
    }

    fn decide(
        status: u16,
        location: Option<&'static str>,
        followed: usize,
        follow: bool,
    ) -> Result<String, String> {
        let mut headers = HeaderMap::new();
        if let Some(location) = location {
            headers.insert(header::LOCATION, HeaderValue::from_static(location));
        }
        let from = Url::parse(FROM).unwrap();
        let status = StatusCode::from_u16(status).unwrap();
        target(&from, status, &headers, followed, follow)
            .map(String::from)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn redirects_that_keep_the_request_are_followed_within_the_origin() {
        for status in [307, 308] {
            for (location, expected) in [
                ("/v2", "https://host/v2"),
                ("other?x=1", "https://host/v1/other?x=1"),
                ("https://host:443/v2", "https://host/v2"),
                ("//host/v2", "https://host/v2"),
            ] {
                assert_eq!(to(status, Some(location)).as_deref(), Ok(expected));
            }
        }
    }

    #[test]
    fn other_redirects_are_refused_with_the_reason() {
        for (status, location, message) in [
            (301, "/v2", "301 Moved Permanently leads to https://host/v2"),
            (302, "/v2?key=hush", "302 Found leads to https://host/v2"),
            (303, "/v2", "303 See Other leads to https://host/v2"),
            (
                307,
                "http://host/v2",
                "307 Temporary Redirect leads to http://host/v2",
            ),
            (
                307,
                "https://host:8443/",
                "307 Temporary Redirect leads to https://host:8443/",
            ),
            (
                308,
                "https://me:pw@other/",
                "308 Permanent Redirect leads to https://other/",
            ),
            (308, "http://[", "308 Permanent Redirect leads nowhere"),
        ] {
            assert_eq!(to(status, Some(location)).unwrap_err(), message);
        }
        assert_eq!(to(304, None).unwrap_err(), "304 Not Modified leads nowhere");
        assert_eq!(
            decide(307, Some("/v2"), 0, false).unwrap_err(),
            "307 Temporary Redirect leads to https://host/v2"
        );
    }

    #[test]
    fn the_number_of_redirects_is_limited() {
        assert!(decide(307, Some("/v2"), MAX_REDIRECTS - 1, true).is_ok());
        assert_eq!(
            decide(307, Some("/v2?key=hush"), MAX_REDIRECTS, true).unwrap_err(),
            "more than 5 redirects in a row, now to https://host/v2"
        );
    }
}
