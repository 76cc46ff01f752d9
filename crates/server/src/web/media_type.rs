//! Checks the media type of request bodies, which must be JSON.

use http::HeaderMap;
use http::header::{CONTENT_TYPE, ORIGIN};

use crate::failure::{Failure, FailureKind};

/// Accepts JSON, and bodies without a type from clients that are not web pages. A web page can send
/// other types across origins without a preflight, so that they must not start any work.
///
/// # Errors
/// A 415 for anything else.
pub(super) fn check(headers: &HeaderMap) -> Result<(), Failure> {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let accepted = match (types.next(), types.next()) {
        (None, _) => !headers.contains_key(ORIGIN),
        (Some(only), None) => only.to_str().is_ok_and(is_json),
        (Some(_), Some(_)) => false,
    };
    if accepted {
        Ok(())
    } else {
        Err(Failure::new(
            FailureKind::UnsupportedMediaType,
            "the body must be JSON in UTF-8; send `Content-Type: application/json`",
        ))
    }
}

/// Returns `true` for `application/json` and `application/<any>+json` in UTF-8.
fn is_json(value: &str) -> bool {
    let mut parts = value.split(';');
    let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let json = match essence.strip_prefix("application/") {
        Some("json") => true,
        Some(subtype) => subtype
            .strip_suffix("+json")
            .is_some_and(|name| !name.is_empty() && !name.contains(['/', ',', ' '])),
        None => false,
    };
    json && parts.all(|parameter| match parameter.split_once('=') {
        Some((name, charset)) if name.trim().eq_ignore_ascii_case("charset") => {
            let charset = charset.trim().trim_matches('"');
            ["utf-8", "utf8", "us-ascii"]
                .iter()
                .any(|name| charset.eq_ignore_ascii_case(name))
        }
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_in_utf_8_is_accepted() {
        for value in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
            "application/json; profile=x",
            "application/vnd.api+json",
            "application/json;",
        ] {
            assert!(is_json(value), "{value}");
        }
        for value in [
            "",
            "text/plain",
            "text/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json; charset=utf-16",
            "application/json; charset=iso-8859-1",
            "application/jsonp",
            "application/+json",
            "application/json, text/plain",
            "json",
        ] {
            assert!(!is_json(value), "{value}");
        }
    }
}
