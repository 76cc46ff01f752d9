//! Parsers of option values.

use std::path::PathBuf;

/// Parses a number that JSON can represent.
pub(crate) fn finite(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err("must be a finite number".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Parses a seed. Signed and unsigned numbers of 64 bits are seeds.
pub(crate) fn seed(text: &str) -> Result<serde_json::Number, String> {
    let signed = text.parse::<i64>().map(serde_json::Number::from);
    let seed = signed.or_else(|_| text.parse::<u64>().map(serde_json::Number::from));
    seed.map_err(|error| error.to_string())
}

/// Parses the path of a file.
pub(crate) fn file(text: &str) -> Result<PathBuf, String> {
    if text.trim().is_empty() {
        return Err("must be the path of a file".to_owned());
    }
    Ok(PathBuf::from(text))
}

/// Checks that the text is a host and a port.
pub(crate) fn address(text: &str) -> Result<String, String> {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
            Ok(text.to_owned())
        }
        _ => Err("must be a host and a port, as in 127.0.0.1:8080 or localhost:0".to_owned()),
    }
}
