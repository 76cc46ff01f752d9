//! `headers`: further headers of requests to a provider.

use http::{HeaderName, HeaderValue};
use toml::de::DeValue;

use super::secret::text_or_secret;
use super::value::Value;
use crate::config::Protocol;
use crate::config::secret::Secret;
use crate::quote::quote;

/// Maximum number of headers.
const MAX_HEADERS: usize = 64;

/// Maximum size of a value in bytes.
const MAX_VALUE: usize = 8 * 1024;

/// Headers that the server sets itself.
const OWN: [&str; 15] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Reads the headers. The values may be secret: no message shows them.
pub(super) fn headers(value: &Value<'_>, protocol: Option<Protocol>) -> Vec<(String, Secret)> {
    let DeValue::Table(_) = value.value else {
        value.wrong_type("a table of names and values");
        return Vec::new();
    };
    let Some(table) = value.table() else {
        return Vec::new();
    };
    let entries = table.entries();
    if entries.len() > MAX_HEADERS {
        value.mistake(format!("has more than {MAX_HEADERS} headers"));
    }
    let mut headers: Vec<(String, Secret)> = Vec::new();
    for (at, name, value) in entries.into_iter().take(MAX_HEADERS) {
        let problem = match HeaderName::from_bytes(name.as_bytes()) {
            Err(_) => Some(format!("\"{}\" is not a header name", quote(name))),
            Ok(name) if headers.iter().any(|(known, _)| known == name.as_str()) => {
                Some("occurs twice; header names ignore case".to_owned())
            }
            Ok(name) => refused(name.as_str(), protocol).map(str::to_owned),
        };
        if let Some(problem) = problem {
            value.reader.mistake(at, value.member.clone(), problem);
            continue;
        }
        if let Some(text) = header_value(&value) {
            headers.push((name.to_ascii_lowercase(), text));
        }
    }
    headers
}

/// Returns the reason why a header cannot be set.
fn refused(name: &str, protocol: Option<Protocol>) -> Option<&'static str> {
    let key = matches!(
        (name, protocol),
        ("authorization", _)
            | ("x-api-key", Some(Protocol::Anthropic))
            | ("x-goog-api-key", Some(Protocol::Gemini))
    );
    if key {
        Some("is set from api_key; write the key there")
    } else if OWN.contains(&name) {
        Some("is set by the server and cannot be changed")
    } else {
        None
    }
}

fn header_value(value: &Value<'_>) -> Option<Secret> {
    if !matches!(value.value, DeValue::String(_) | DeValue::Table(_)) {
        value.wrong_type("a string, { env = \"NAME\" } or { file = \"PATH\" }");
        return None;
    }
    let text = text_or_secret(value)?;
    if text.expose().len() > MAX_VALUE {
        value.mistake(format!("is larger than {} KiB", MAX_VALUE / 1024));
        return None;
    }
    if HeaderValue::from_str(text.expose()).is_err() {
        value.mistake("contains a character that an HTTP header cannot have");
        return None;
    }
    Some(text)
}
