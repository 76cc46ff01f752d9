//! [`Members`]: the members of a small JSON body, read strictly.

use axum::extract::Request;
use orouter_store::Usd;
use orouter_wire::{Extra, Wire};
use serde_json::Value;

use crate::app::App;
use crate::failure::{Failure, FailureKind};
use crate::quote::quote;
use crate::web::{body, content_coding};

/// Maximum size of a body, in bytes, after decompression.
const MAX_BODY: usize = 64 * 1024;

/// Exclusive maximum of an amount in a body, in USD.
const MAX_AMOUNT: f64 = 1_000_000.0;

/// Any object.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Object {
    extra: Extra,
}

/// The members of a body, in the order in which they were sent. No name occurs twice.
pub(super) struct Members(Vec<(String, Value)>);

impl Members {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// A 400 if it is not an object or a name occurs twice; a 408, 413, 415 or 503 as for other bodies.
    pub(super) async fn of(request: Request, app: &App) -> Result<Self, Failure> {
        let limit = app.limits.body_bytes.min(MAX_BODY);
        let encoded = body::read_up_to(request, app, limit).await?;
        let (bytes, _share) = content_coding::decode(encoded.bytes, &encoded.codings)?.into_parts();
        Self::read(&bytes)
    }

    fn read(body: &[u8]) -> Result<Self, Failure> {
        let object: Object = orouter_wire::from_slice(body).map_err(|error| {
            let text = format!("the body must be a JSON object: {error}");
            Failure::new(FailureKind::InvalidRequest, text)
        })?;
        let mut members: Vec<(String, Value)> = Vec::with_capacity(object.extra.len());
        for (name, raw) in object.extra.iter() {
            let shown = quote(name);
            if members.iter().any(|(known, _)| known == name) {
                let text = format!("the body has more than one `{shown}`");
                return Err(Failure::invalid(shown, text));
            }
            let value = serde_json::from_str(raw.get()).map_err(|_| {
                let text = format!(
                    "`{shown}` cannot be read: a number is too large, a text is not Unicode, or it is \
                     nested too deeply"
                );
                Failure::invalid(shown, text)
            })?;
            members.push((name.to_owned(), value));
        }
        Ok(Self(members))
    }
}

impl Members {
    /// Returns the names of all members, joined by commas.
    pub(super) fn names(&self) -> String {
        let names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.join(",")
    }
}

impl IntoIterator for Members {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Returns the failure of a member of another type or out of range.
pub(super) fn wrong(name: &str, expected: &str) -> Failure {
    Failure::invalid(name, format!("`{name}` must be {expected}"))
}

/// Reads a member that may be null.
pub(super) fn or_null<T>(
    value: Value,
    read: impl FnOnce(Value) -> Result<T, Failure>,
) -> Result<Option<T>, Failure> {
    match value {
        Value::Null => Ok(None),
        value => read(value).map(Some),
    }
}

/// Reads a string.
pub(super) fn string(name: &str, expected: &str, value: Value) -> Result<String, Failure> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(wrong(name, expected)),
    }
}

/// Reads a boolean.
pub(super) fn boolean(name: &str, value: &Value) -> Result<bool, Failure> {
    value
        .as_bool()
        .ok_or_else(|| wrong(name, "`true` or `false`"))
}

/// Reads a list of strings.
pub(super) fn strings(name: &str, value: Value) -> Result<Vec<String>, Failure> {
    let expected = "a list of strings, or null";
    match value {
        Value::Array(list) => {
            let texts = list.into_iter().map(|value| string(name, expected, value));
            texts.collect()
        }
        _ => Err(wrong(name, expected)),
    }
}

/// Reads a whole number of at least 1.
pub(super) fn count(name: &str, value: &Value) -> Result<u32, Failure> {
    let number = value.as_u64().and_then(|number| number.try_into().ok());
    number
        .filter(|number| *number >= 1)
        .ok_or_else(|| wrong(name, "a whole number between 1 and 4294967295, or null"))
}

/// Reads an amount of USD. Digits below 10⁻⁹ USD are rounded.
pub(super) fn amount(name: &str, value: &Value) -> Result<Usd, Failure> {
    let number = value.as_f64();
    let within = number.filter(|number| (0.0..MAX_AMOUNT).contains(number));
    within.map(Usd::from_f64).ok_or_else(|| {
        wrong(
            name,
            "a number of US dollars, at least 0 and less than 1000000, or null",
        )
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(body: &str) -> String {
        match Members::read(body.as_bytes()) {
            Ok(_) => String::new(),
            Err(failure) => failure.message().to_owned(),
        }
    }

    #[test]
    fn only_objects_without_repeated_members_are_read() {
        for body in [
            "",
            " ",
            "null",
            "[]",
            "1",
            "\"a\"",
            "{",
            "{\"a\":1}x",
            "{a:1}",
        ] {
            assert!(refused(body).contains("JSON object"), "{body}");
        }
        assert!(refused(r#"{"a":1,"a":1}"#).contains("more than one `a`"));
        assert!(refused(r#"{"a":"\ud800"}"#).contains("`a` cannot be read"));
        assert_eq!(refused(r#"{"a":1,"b":{"a":2}}"#), "");
    }

    #[test]
    fn amounts_are_exact_and_within_bounds() {
        for (value, nanos) in [
            (json!(0), 0),
            (json!(0.1), 100_000_000),
            (json!(999_999.999_999_999), 999_999_999_999_999),
        ] {
            assert_eq!(amount("limit", &value), Ok(Usd::from_nanos(nanos)));
        }
        for value in [
            json!(-0.1),
            json!(1_000_000),
            json!(1e300),
            json!("1"),
            json!([1]),
        ] {
            assert!(amount("limit", &value).is_err(), "{value}");
        }
    }

    #[test]
    fn counts_are_whole_and_at_least_one() {
        assert_eq!(count("n", &json!(1)), Ok(1));
        assert_eq!(count("n", &json!(u32::MAX)), Ok(u32::MAX));
        for value in [
            json!(0),
            json!(-1),
            json!(1.5),
            json!(1u64 << 32),
            json!("1"),
        ] {
            assert!(count("n", &value).is_err(), "{value}");
        }
    }
}
