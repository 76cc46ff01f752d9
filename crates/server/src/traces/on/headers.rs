//! Lists of `name=value` in variables: the headers for the collector, and the attributes of the
//! resource. Values are percent-encoded.

use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;

/// Reads a list. `None` if it has an entry without `=` or a name, or with a value that is not UTF-8.
pub(super) fn pairs(list: &str) -> Option<Vec<(String, String)>> {
    let entries = list.split(',').map(str::trim);
    let pair = |entry: &str| {
        let (name, value) = entry.split_once('=')?;
        let value = percent_decode_str(value.trim()).decode_utf8().ok()?;
        let name = Some(name.trim()).filter(|name| !name.is_empty())?;
        Some((name.to_owned(), value.into_owned()))
    };
    entries
        .filter(|entry| !entry.is_empty())
        .map(pair)
        .collect()
}

/// Reads a list of headers. `None` if one cannot be sent.
pub(super) fn headers(list: &str) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs(list)? {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        let mut value = HeaderValue::from_str(&value).ok()?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    Some(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_decoded() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            pairs(" a=1, b = x%20y%2C=z ,,c="),
            Some(vec![pair("a", "1"), pair("b", "x y,=z"), pair("c", "")])
        );
        for list in ["a", "=1", "a=%ff"] {
            assert_eq!(pairs(list), None, "{list}");
        }
    }

    #[test]
    fn headers_are_secret() {
        let found = headers("Authorization=Bearer%20collector-key").unwrap();
        assert_eq!(found["authorization"], "Bearer collector-key");
        assert!(!format!("{found:?}").contains("collector-key"));
        assert_eq!(headers("a b=1"), None);
        assert_eq!(headers("a=%0a"), None);
    }
}
