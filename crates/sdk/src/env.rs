//! The environment variables that this crate reads, and how.

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

/// A variable of the process, if it is set to something that is not blank.
pub(crate) fn process(name: &str) -> Option<String> {
    std::env::var(name)
        .ok()
        .filter(|value| !value.trim().is_empty())
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
