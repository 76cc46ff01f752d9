//! Reading of environment variables.

use std::env::VarError;

use crate::error::Error;

/// The API key.
pub(crate) const API_KEY: &str = "OPENROUTER_API_KEY";
/// The server's base URL, without `/responses`.
pub(crate) const BASE_URL: &str = "OPENROUTER_BASE_URL";
/// The application's URL.
pub(crate) const HTTP_REFERER: &str = "OPENROUTER_HTTP_REFERER";
/// The application's name.
pub(crate) const APP_TITLE: &str = "OPENROUTER_APP_TITLE";
/// The application's categories.
pub(crate) const APP_CATEGORIES: &str = "OPENROUTER_APP_CATEGORIES";
/// A switch: print each attempt to standard error.
pub(crate) const DEBUG: &str = "OPENROUTER_DEBUG";

/// The source of variables.
#[derive(Default)]
pub(crate) enum Env {
    /// The process's environment.
    #[default]
    Process,
    /// A function of the caller's.
    Lookup(Box<Lookup>),
}

pub(crate) type Lookup = dyn Fn(&str) -> Option<String> + Send + Sync;

impl Env {
    /// Returns a variable, if it is set and not blank. `option` is the option that it sets, for the
    /// error.
    pub(crate) fn get(&self, name: &str, option: &str) -> Result<Option<String>, Error> {
        let set = self.get_or_blank(name, option)?;
        Ok(set.filter(|value| !value.trim().is_empty()))
    }

    /// Returns a variable, if it is set.
    pub(crate) fn get_or_blank(&self, name: &str, option: &str) -> Result<Option<String>, Error> {
        match self {
            Self::Process => set(name).map_err(|NotUnicode| {
                Error::configuration(format!(
                    "{} is not Unicode; set it to a text in UTF-8",
                    origin(name, option)
                ))
            }),
            Self::Lookup(lookup) => Ok(lookup(name)),
        }
    }
}

/// Returns the name of a variable for messages, with the option that it sets.
pub(crate) fn origin(name: &str, option: &str) -> String {
    format!("{name} ({option})")
}

/// The value of a variable is not Unicode.
struct NotUnicode;

/// Returns a variable of the process, if it is set.
fn set(name: &str) -> Result<Option<String>, NotUnicode> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(NotUnicode),
    }
}

/// Returns `true` if the value of a switch means on: anything but blank, `0`, `false`, `no` and `off`.
pub(crate) fn is_on(value: &str) -> bool {
    !matches!(
        value.trim().to_ascii_lowercase().as_str(),
        "" | "0" | "false" | "no" | "off"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_is_on_unless_its_value_means_off() {
        for on in ["1", "true", "YES", "on", "debug"] {
            assert!(is_on(on), "{on}");
        }
        for off in ["", " ", "0", "false", "False", "no", "OFF"] {
            assert!(!is_on(off), "{off}");
        }
    }
}
