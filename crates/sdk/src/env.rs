//! The environment variables that this crate reads, and how.

use std::env::VarError;

use crate::error::Error;

/// The API key.
pub(crate) const API_KEY: &str = "OPENROUTER_API_KEY";
/// The server's URL, up to and without `/responses`.
pub(crate) const BASE_URL: &str = "OPENROUTER_BASE_URL";
/// The application's URL.
pub(crate) const HTTP_REFERER: &str = "OPENROUTER_HTTP_REFERER";
/// The application's name.
pub(crate) const APP_TITLE: &str = "OPENROUTER_APP_TITLE";
/// The application's categories.
pub(crate) const APP_CATEGORIES: &str = "OPENROUTER_APP_CATEGORIES";
/// Whether to print each attempt.
pub(crate) const DEBUG: &str = "OPENROUTER_DEBUG";

/// Where variables are looked up.
#[derive(Default)]
pub(crate) enum Env {
    /// The process's environment.
    #[default]
    Process,
    /// What the caller has in its place.
    Lookup(Box<Lookup>),
}

pub(crate) type Lookup = dyn Fn(&str) -> Option<String> + Send + Sync;

impl Env {
    /// A variable, if it is set to something that is not blank; `option` is what it stands for.
    pub(crate) fn get(&self, name: &str, option: &str) -> Result<Option<String>, Error> {
        let set = self.get_or_blank(name, option)?;
        Ok(set.filter(|value| !value.trim().is_empty()))
    }

    /// A variable, if it is set.
    pub(crate) fn get_or_blank(&self, name: &str, option: &str) -> Result<Option<String>, Error> {
        match self {
            Self::Process => set(name).map_err(|NotUnicode| {
                Error::configuration(format!(
                    "{} is not Unicode text and cannot be read; set it anew",
                    origin(name, option)
                ))
            }),
            Self::Lookup(lookup) => Ok(lookup(name)),
        }
    }
}

/// How messages name a variable: with the option that it stands for.
pub(crate) fn origin(name: &str, option: &str) -> String {
    format!("{name} ({option})")
}

/// A variable is set, to something that no string can hold.
struct NotUnicode;

/// A variable of the process, if it is set.
fn set(name: &str) -> Result<Option<String>, NotUnicode> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(NotUnicode),
    }
}

/// Whether a switch is on, as people write it: `0`, `false`, `no` and `off` are off.
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
    fn switches_read_as_people_mean_them() {
        for on in ["1", "true", "YES", "on", "debug"] {
            assert!(is_on(on), "{on}");
        }
        for off in ["", " ", "0", "false", "False", "no", "OFF"] {
            assert!(!is_on(off), "{off}");
        }
    }
}
