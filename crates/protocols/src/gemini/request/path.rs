//! The path of a request: the name of the model as a part of a URL.

use std::fmt::Write as _;

use crate::quote::quote;
use crate::refusal::Refusal;

/// Resources whose names are complete. The name of a model has its resource in front of it.
const RESOURCES: &[&str] = &[
    "endpoints/",
    "models/",
    "projects/",
    "publishers/",
    "tunedModels/",
];

/// Returns the path of the method for a model, after the base URL. The name can change nothing but
/// the name in the URL: characters with a meaning in a URL are escaped.
///
/// # Errors
/// If the name has a segment that URLs resolve: `..`.
pub(super) fn path(model: &str, method: &str) -> Result<String, Refusal> {
    let resolved = |segment: &str| matches!(segment, "." | "..");
    if model.is_empty() || model.split('/').any(resolved) {
        return Err(Refusal::new(
            "model",
            format!(
                "`model` is `{}`, which cannot be the name of a model at the provider; send the \
                 name of one of its models",
                quote(model)
            ),
        ));
    }
    let complete = RESOURCES.iter().any(|resource| model.starts_with(resource));
    let mut path = String::with_capacity(model.len() + method.len() + 8);
    if !complete {
        path.push_str("models/");
    }
    for byte in model.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' | b'@' => {
                path.push(char::from(byte));
            }
            _ => {
                let _ = write!(path, "%{byte:02X}");
            }
        }
    }
    path.push(':');
    path.push_str(method);
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn a_name_is_a_model_unless_it_names_a_resource() {
        for (model, expected) in [
            ("gemini-2.5-pro", "models/gemini-2.5-pro:m"),
            ("models/gemini-2.5-pro", "models/gemini-2.5-pro:m"),
            ("tunedModels/mine-x1", "tunedModels/mine-x1:m"),
            (
                "publishers/google/models/gemini-2.5-pro@001",
                "publishers/google/models/gemini-2.5-pro@001:m",
            ),
            ("modelsx", "models/modelsx:m"),
        ] {
            assert_eq!(path(model, "m").unwrap(), expected);
        }
    }

    #[test]
    fn a_name_does_not_change_the_rest_of_the_url() {
        for (model, expected) in [
            ("a?key=b#c", "models/a%3Fkey%3Db%23c:m"),
            ("a%2e%2e", "models/a%252e%252e:m"),
            ("a\\..\\b", "models/a%5C..%5Cb:m"),
            ("a:predict", "models/a%3Apredict:m"),
            ("é\n", "models/%C3%A9%0A:m"),
        ] {
            assert_eq!(path(model, "m").unwrap(), expected);
        }
        for model in ["", "..", "a/../b", "models/./a", "models/.."] {
            assert_eq!(path(model, "m").unwrap_err().param, "model", "{model}");
        }
    }
}
