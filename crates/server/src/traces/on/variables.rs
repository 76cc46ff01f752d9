//! [`Variables`]: reads the environment variables of OpenTelemetry. [`TracesError`] is one that
//! cannot be used.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// An error from a variable that cannot be used, or from TLS that cannot be set up. The message does
/// not quote values: some are keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracesError(String);

impl TracesError {
    /// Creates the error of a variable. `advice` names the values that can be used.
    pub(super) fn value(name: &str, advice: &str) -> Self {
        Self(format!("{name} has an unsupported value; {advice}"))
    }

    pub(super) fn other(message: String) -> Self {
        Self(message)
    }
}

impl fmt::Display for TracesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TracesError {}

/// The variables. An empty one counts as one that is not set.
pub(super) struct Variables<'a>(pub(super) &'a dyn Fn(&str) -> Option<String>);

impl Variables<'_> {
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let value = (self.0)(name)?;
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// Returns the variable of traces, or else the one of all signals, with its name.
    pub(super) fn signal(&self, name: &str) -> Option<(String, String)> {
        let names = [
            format!("OTEL_EXPORTER_OTLP_TRACES_{name}"),
            format!("OTEL_EXPORTER_OTLP_{name}"),
        ];
        names.into_iter().find_map(|name| {
            let value = self.text(&name)?;
            Some((name, value))
        })
    }

    /// # Errors
    /// If the value is neither `true` nor `false`.
    pub(super) fn flag(&self, name: &str) -> Result<bool, TracesError> {
        let value = self.text(name).map(|value| value.to_ascii_lowercase());
        match value.as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(TracesError::value(name, "use true or false")),
        }
    }

    /// # Errors
    /// If the value is not a positive integer.
    pub(super) fn count(&self, name: &str, default: usize) -> Result<usize, TracesError> {
        match self.text(name) {
            None => Ok(default),
            Some(value) => positive(name, &value),
        }
    }

    /// Returns a time that is in milliseconds.
    ///
    /// # Errors
    /// If the value is not a positive integer.
    pub(super) fn time(&self, name: &str, default: Duration) -> Result<Duration, TracesError> {
        match self.text(name) {
            None => Ok(default),
            Some(value) => Ok(Duration::from_millis(positive(name, &value)?)),
        }
    }
}

/// Reads a positive integer.
pub(super) fn positive<T: FromStr + Default + PartialEq>(
    name: &str,
    value: &str,
) -> Result<T, TracesError> {
    let number = value.parse().ok().filter(|number| *number != T::default());
    number.ok_or_else(|| TracesError::value(name, "use a positive integer"))
}
