//! Rewrites the constraints on strings and numbers.

use serde_json::{Map, Value, json};

use super::change::member;
use super::rewrite::{CONFLICT, Rewriter, UNSUPPORTED};

/// Formats that are enforced. All others are annotations.
pub(super) const FORMATS: [&str; 10] = [
    "date-time",
    "time",
    "date",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "uuid",
    "uri",
];

/// Number of characters above which a string does not fit into the context.
const MAX_STRING: u64 = 100_000;

const BOUNDS: [&str; 4] = ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"];

/// Maximum divisor of `multipleOf` without its decimal point. Each remainder takes a lexer state.
const MAX_DIVISOR: f64 = 10_000.0;

impl Rewriter<'_> {
    pub(super) fn strings(
        &mut self,
        members: &Map<String, Value>,
        own: &mut Map<String, Value>,
        at: &str,
    ) {
        self.counts(members, ["minLength", "maxLength"], own, at);
        if own
            .get("maxLength")
            .is_some_and(|length| length.as_u64() > Some(MAX_STRING))
        {
            own.remove("maxLength");
        }
        let format = members.get("format").and_then(Value::as_str);
        if let Some(format) = format.filter(|format| FORMATS.contains(format)) {
            own.insert("format".to_owned(), json!(format));
        }
        if let Some(pattern) = members.get("pattern") {
            if self.is_supported_pattern(pattern) {
                own.insert("pattern".to_owned(), pattern.clone());
            } else {
                self.change(&member(at, "pattern"), "is a pattern that is not supported");
            }
        }
        // A format that contradicts the other constraints is dropped: it is only an annotation.
        if own.contains_key("format") && own.len() > 1 {
            let mut string = own.clone();
            string.insert("type".to_owned(), json!("string"));
            if !self.compiler.parses(&Value::Object(string)) {
                own.remove("format");
            }
        }
    }

    /// Returns `true` if llguidance supports the pattern with the meaning of JSON Schema.
    pub(super) fn is_supported_pattern(&self, pattern: &Value) -> bool {
        let Some(text) = pattern.as_str() else {
            return false;
        };
        // llguidance treats a group of this name as a look-ahead.
        !text.contains("<stop>")
            && self
                .compiler
                .parses(&json!({"type": "string", "pattern": text}))
    }

    pub(super) fn numbers(
        &mut self,
        members: &Map<String, Value>,
        fractions: bool,
        own: &mut Map<String, Value>,
        at: &str,
    ) {
        let mut bounds = Map::new();
        for (key, exclusive) in [
            ("minimum", "exclusiveMinimum"),
            ("maximum", "exclusiveMaximum"),
        ] {
            let bound = self.number(members, key, at);
            match members.get(exclusive) {
                // In draft 4, it is a flag of the bound.
                Some(Value::Bool(flag)) => {
                    if let Some(bound) = bound {
                        let key = if *flag { exclusive } else { key };
                        bounds.insert(key.to_owned(), bound);
                    }
                }
                _ => {
                    if let Some(bound) = bound {
                        bounds.insert(key.to_owned(), bound);
                    }
                    if let Some(bound) = self.number(members, exclusive, at) {
                        bounds.insert(exclusive.to_owned(), bound);
                    }
                }
            }
        }
        let name = if fractions { "number" } else { "integer" };
        let parses = |parts: &[&Map<String, Value>]| {
            let mut node = Map::from_iter([("type".to_owned(), json!(name))]);
            for part in parts {
                node.extend((*part).clone());
            }
            self.compiler.parses(&Value::Object(node))
        };
        let mut keep_bounds = true;
        if !bounds.is_empty() && !parses(&[&bounds]) {
            keep_bounds = false;
        }
        let mut multiple = Map::new();
        let mut keep_multiple = true;
        if let Some(divisor) = members.get("multipleOf") {
            multiple.insert("multipleOf".to_owned(), divisor.clone());
            keep_multiple = divisor.as_f64().is_some_and(is_small_divisor) && parses(&[&multiple]);
            if keep_multiple && keep_bounds {
                keep_multiple = parses(&[&bounds, &multiple]);
            }
        }
        if keep_bounds {
            own.extend(bounds);
        } else if let Some(key) = BOUNDS.iter().find(|key| bounds.contains_key(**key)) {
            self.change(&member(at, key), CONFLICT);
        }
        if keep_multiple {
            own.extend(multiple);
        } else {
            self.change(&member(at, "multipleOf"), UNSUPPORTED);
        }
    }

    fn number(&mut self, members: &Map<String, Value>, key: &str, at: &str) -> Option<Value> {
        let value = members.get(key)?;
        if !value.is_number() {
            self.change(&member(at, key), "must be a number");
            return None;
        }
        // Generators write the limits of `double`, which every number satisfies.
        if value.as_f64().is_some_and(|bound| bound.abs() >= 1e300) {
            return None;
        }
        Some(value.clone())
    }
}

/// Returns `true` if `multipleOf` with this number can be enforced.
fn is_small_divisor(divisor: f64) -> bool {
    let mut digits = divisor;
    for _ in 0..9 {
        if digits.fract() == 0.0 {
            break;
        }
        digits *= 10.0;
    }
    digits.fract() == 0.0 && (1.0..=MAX_DIVISOR).contains(&digits)
}
