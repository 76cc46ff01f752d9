//! Secrets: `{ env = "NAME" }` and `{ file = "PATH" }`. No message shows a secret, also not one that
//! is written into the file by mistake.

use std::io::Read as _;
use std::path::Path;

use toml::de::DeValue;

use super::shown::shown;
use super::value::Value;
use crate::config::secret::Secret;

/// Maximum size of a secret in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// Reads a secret that must not be in the file itself.
pub(super) fn secret(value: &Value<'_>) -> Option<Secret> {
    if let DeValue::String(_) = value.value {
        value.mistake(
            "must not be written into the file; write { env = \"NAME\" } for a variable or { file = \"PATH\" } for a file",
        );
        return None;
    }
    referred(value)
}

/// Reads a text that may be in the file, in a variable or in another file. It is not checked.
pub(super) fn text_or_secret(value: &Value<'_>) -> Option<Secret> {
    match value.value {
        DeValue::String(text) => Some(Secret::new(text.as_ref())),
        _ => referred(value),
    }
}

/// Reads `{ env = "NAME" }` or `{ file = "PATH" }`.
fn referred(value: &Value<'_>) -> Option<Secret> {
    let DeValue::Table(_) = value.value else {
        value.wrong_type("{ env = \"NAME\" } or { file = \"PATH\" }");
        return None;
    };
    let table = value.table()?;
    let (env, file) = (table.get("env"), table.get("file"));
    let members = table.entries().len();
    table.finish();
    match (env, file) {
        (Some(_), Some(_)) => {
            value.mistake("has both env and file; keep one of them");
            None
        }
        (Some(name), None) => from_variable(&name),
        (None, Some(path)) => from_file(&path),
        (None, None) => {
            // With another key, the message about it is enough.
            if members == 0 {
                value.mistake("is empty; write { env = \"NAME\" } or { file = \"PATH\" }");
            }
            None
        }
    }
}

fn from_variable(name: &Value<'_>) -> Option<Secret> {
    let text = name.string()?;
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !begins || !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        name.mistake("must be the name of an environment variable, such as OPENAI_API_KEY");
        return None;
    }
    match name.reader.variable(text) {
        None => {
            name.mistake(format!("the variable {} is not set", shown(text)));
            None
        }
        Some(secret) => match problem(&secret) {
            None => Some(Secret::new(secret)),
            Some(problem) => {
                name.mistake(format!("the variable {} {problem}", shown(text)));
                None
            }
        },
    }
}

fn from_file(path: &Value<'_>) -> Option<Secret> {
    let text = path.text()?;
    let secret = read(&path.reader.path(text)).and_then(|secret| {
        let secret = secret.strip_suffix('\n').unwrap_or(&secret);
        let secret = secret.strip_suffix('\r').unwrap_or(secret);
        match problem(secret) {
            None => Ok(Secret::new(secret)),
            Some(problem) => Err(problem.to_owned()),
        }
    });
    match secret {
        Ok(secret) => Some(secret),
        Err(problem) => {
            path.mistake(format!("the file {} {problem}", shown(text)));
            None
        }
    }
}

/// Reads a small text file. The error continues a sentence that begins with the file's name.
fn read(path: &Path) -> Result<String, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() > MAX_BYTES {
        return Err(format!("is larger than {} KiB", MAX_BYTES / 1024));
    }
    String::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned())
}

/// Returns the reason why a text cannot be a secret.
fn problem(secret: &str) -> Option<&'static str> {
    if secret.trim().is_empty() {
        Some("is empty")
    } else if secret.len() > MAX_BYTES {
        Some("is larger than 64 KiB")
    } else if secret.contains(['\n', '\r']) {
        Some("contains a line break")
    } else if secret.trim() != secret {
        Some("begins or ends with white space")
    } else if secret.chars().any(char::is_control) {
        Some("contains a control character")
    } else {
        None
    }
}

/// Returns the reason why a text cannot be sent as a key in a header.
pub(super) fn header_problem(secret: &str) -> Option<&'static str> {
    let sendable = |c: char| c.is_ascii_graphic() || c == ' ';
    (!secret.chars().all(sendable))
        .then_some("contains a character that an HTTP header cannot have")
}
