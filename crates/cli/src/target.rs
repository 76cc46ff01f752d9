//! Who answers: the embedded model, the hosted service, or a server that the user named.

use std::env::{self, VarError};
use std::path::PathBuf;

use crate::args::ServerArgs;
use crate::exit::Failure;

/// Where requests go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// To a server inside this process.
    Embedded {
        /// The model's file, if the user named one.
        model_path: Option<PathBuf>,
    },
    /// Over the network.
    Remote {
        /// The server's base URL; none for the hosted service.
        base_url: Option<String>,
        /// Whether OPENROUTER_API_KEY holds a key to send.
        key: bool,
    },
}

impl Target {
    /// What arguments and environment say together; arguments come first.
    pub(crate) fn choose(args: &ServerArgs) -> Result<Self, Failure> {
        Self::decide(
            args,
            env::var("OPENROUTER_API_KEY"),
            env::var("OPENROUTER_BASE_URL"),
        )
    }

    fn decide(
        args: &ServerArgs,
        key: Result<String, VarError>,
        base_url: Result<String, VarError>,
    ) -> Result<Self, Failure> {
        if args.local || args.model_path.is_some() {
            return Ok(Self::Embedded {
                model_path: args.model_path.clone(),
            });
        }
        let key = variable("OPENROUTER_API_KEY", key)?;
        let base_url = match &args.base_url {
            Some(url) if url.trim().is_empty() => {
                return Err(Failure::usage("--base-url is empty"));
            }
            Some(url) => Some(url.clone()),
            None => variable("OPENROUTER_BASE_URL", base_url)?,
        };
        Ok(if key.is_none() && base_url.is_none() {
            Self::Embedded { model_path: None }
        } else {
            Self::Remote {
                base_url,
                key: key.is_some(),
            }
        })
    }
}

/// A variable that is set to nothing is more likely a mistake than a wish, and for a key a
/// dangerous one to guess about.
fn variable(name: &str, value: Result<String, VarError>) -> Result<Option<String>, Failure> {
    match value {
        Ok(value) if value.trim().is_empty() => Err(Failure::usage(format!(
            "{name} is set but empty; unset it, or give it a value"
        ))),
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Failure::usage(format!("{name} is not valid UTF-8"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(args: &ServerArgs, key: Option<&str>, url: Option<&str>) -> Result<Target, Failure> {
        let var = |value: Option<&str>| value.map(str::to_owned).ok_or(VarError::NotPresent);
        Target::decide(args, var(key), var(url))
    }

    fn remote(base_url: Option<&str>, key: bool) -> Target {
        Target::Remote {
            base_url: base_url.map(str::to_owned),
            key,
        }
    }

    #[test]
    fn nothing_said_means_the_embedded_model() {
        let embedded = Target::Embedded { model_path: None };
        assert_eq!(
            decide(&ServerArgs::default(), None, None).unwrap(),
            embedded
        );
        let local = ServerArgs {
            local: true,
            ..ServerArgs::default()
        };
        assert_eq!(
            decide(&local, Some("k"), Some("http://a")).unwrap(),
            embedded
        );
    }

    #[test]
    fn a_key_or_a_url_means_the_network() {
        let none = ServerArgs::default();
        assert_eq!(decide(&none, Some("k"), None).unwrap(), remote(None, true));
        assert_eq!(
            decide(&none, None, Some("http://a")).unwrap(),
            remote(Some("http://a"), false)
        );
        let named = ServerArgs {
            base_url: Some("http://b".to_owned()),
            ..ServerArgs::default()
        };
        assert_eq!(
            decide(&named, Some("k"), Some("http://a")).unwrap(),
            remote(Some("http://b"), true)
        );
    }

    #[test]
    fn an_empty_variable_is_a_mistake_and_says_which() {
        let failure = decide(&ServerArgs::default(), Some(" "), None).unwrap_err();
        assert!(failure.message.contains("OPENROUTER_API_KEY"));
    }
}
