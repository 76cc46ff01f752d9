//! [`DatabaseUrl`]: the database of a new configuration, and how its file refers to it.

use orouter_server::config::Secret;

use crate::exit::CommandError;

/// Variable to which the file refers for a URL that was given as an argument.
const VARIABLE: &str = "DATABASE_URL";

/// URL without options.
const DEFAULT: &str = "sqlite:orouter.db";

const SQLITE: &str = "sqlite:";

/// The URL of the database.
#[derive(Debug)]
pub(super) enum DatabaseUrl {
    /// A file; its URL is written into the configuration.
    File(String),
    /// A URL that may contain a password; the configuration refers to [`VARIABLE`].
    Given(Secret),
    /// The value of a variable, to which the configuration refers.
    Variable(String),
}

impl DatabaseUrl {
    /// Chooses by the options `--database-url` and `--database-env`.
    pub(super) fn choose(
        url: Option<Secret>,
        variable: Option<String>,
    ) -> Result<Self, CommandError> {
        if let Some(name) = variable {
            return Ok(Self::Variable(name));
        }
        match url {
            None => Ok(Self::File(DEFAULT.to_owned())),
            Some(url) if url.expose().starts_with(SQLITE) => {
                Ok(Self::File(url.expose().to_owned()))
            }
            Some(url) if url.expose().contains("://") => Ok(Self::Given(url)),
            Some(_) => Err(CommandError::usage(
                "--database-url must begin with sqlite: or postgres://",
            )),
        }
    }

    /// Returns the value of `store.url` in the file.
    pub(super) fn in_file(&self) -> String {
        match self {
            Self::File(url) => quoted(url),
            Self::Given(_) => format!("{{ env = {} }}", quoted(VARIABLE)),
            Self::Variable(name) => format!("{{ env = {} }}", quoted(name)),
        }
    }

    /// Returns the value of a variable while the new file is read.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        match self {
            Self::Given(url) if name == VARIABLE => Some(url.expose().to_owned()),
            Self::File(_) | Self::Given(_) | Self::Variable(_) => std::env::var(name).ok(),
        }
    }

    /// Returns the variable that must be set for other commands, unless it is set as it must be.
    pub(super) fn needed_variable(&self) -> Option<&str> {
        match self {
            Self::Given(url) => {
                let set = std::env::var(VARIABLE);
                (set.as_deref() != Ok(url.expose())).then_some(VARIABLE)
            }
            Self::File(_) | Self::Variable(_) => None,
        }
    }

    /// Returns the option that sets the URL.
    pub(super) fn option(&self) -> &'static str {
        match self {
            Self::File(_) | Self::Given(_) => "--database-url",
            Self::Variable(_) => "--database-env:",
        }
    }
}

/// Returns a text as a string of TOML.
fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_no_password() {
        let url = Secret::new("postgres://u:pw@db/orouter");
        let url = DatabaseUrl::choose(Some(url), None).unwrap();
        assert_eq!(url.in_file(), "{ env = \"DATABASE_URL\" }");
        assert_eq!(
            url.variable(VARIABLE).as_deref(),
            Some("postgres://u:pw@db/orouter")
        );
        assert!(!format!("{url:?}").contains("pw"));

        let named = DatabaseUrl::choose(None, Some("PG".to_owned())).unwrap();
        assert_eq!(named.in_file(), "{ env = \"PG\" }");
        let file = DatabaseUrl::choose(Some(Secret::new("sqlite:a\"b.db")), None).unwrap();
        let line = format!("url = {}", file.in_file());
        let parsed: toml_edit::DocumentMut = line.parse().unwrap();
        assert_eq!(parsed["url"].as_str(), Some("sqlite:a\"b.db"));
        assert!(DatabaseUrl::choose(Some(Secret::new("u:pw@db")), None).is_err());
    }
}
