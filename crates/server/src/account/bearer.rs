//! Reads the key in a request's `Authorization` header.

use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::keys::KeyRefusal;

/// The scheme of keys, compared ignoring ASCII case.
const SCHEME: &[u8] = b"bearer";

/// Returns the key in `Authorization: Bearer KEY`; `None` if the request has no such header.
///
/// # Errors
/// If the header occurs twice, has another scheme, or has no key.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<Option<&[u8]>, KeyRefusal> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(KeyRefusal::Repeated);
    }
    let value = value.as_bytes().trim_ascii();
    let (scheme, key) = value
        .split_at_checked(SCHEME.len())
        .ok_or(KeyRefusal::Scheme)?;
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return Err(KeyRefusal::Scheme);
    }
    match key.first() {
        None => Err(KeyRefusal::Missing),
        Some(b' ' | b'\t') => Ok(Some(key.trim_ascii())),
        Some(_) => Err(KeyRefusal::Scheme),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn read(values: &[&str]) -> Result<Option<String>, KeyRefusal> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(
                AUTHORIZATION,
                HeaderValue::from_str(value).expect("a value"),
            );
        }
        let key = bearer(&headers)?;
        Ok(key.map(|key| String::from_utf8_lossy(key).into_owned()))
    }

    #[test]
    fn the_scheme_is_compared_without_case() {
        for value in [
            "Bearer k",
            "bearer k",
            "BEARER k",
            "bEaReR   k ",
            "Bearer\tk",
        ] {
            assert_eq!(read(&[value]), Ok(Some("k".to_owned())), "{value}");
        }
    }

    #[test]
    fn other_headers_have_no_key() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&["Bearer"]), Err(KeyRefusal::Missing));
        for value in ["Basic k", "k", "", "Bearerk", "Bear"] {
            assert_eq!(read(&[value]), Err(KeyRefusal::Scheme), "{value}");
        }
        assert_eq!(read(&["Bearer k", "Bearer k"]), Err(KeyRefusal::Repeated));
    }
}
