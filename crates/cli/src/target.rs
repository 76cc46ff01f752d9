//! Chooses where requests go: to the embedded model, the hosted service, or a server that the user
//! named.

use std::env::{self, VarError};
use std::path::PathBuf;

use crate::args::ServerArgs;
use crate::embedded;
use crate::exit::Failure;

/// Where requests go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// To a server inside this process.
    Embedded {
        /// File of the model, if the user named one.
        model_path: Option<PathBuf>,
        /// True if the user asked for the embedded model, by option or by name.
        chosen: bool,
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
    /// Chooses by arguments, then by environment. `model` is the model that the user named.
    pub(crate) fn choose(args: &ServerArgs, model: Option<&str>) -> Result<Self, Failure> {
        Self::decide(
            args,
            model,
            env::var("OPENROUTER_API_KEY"),
            env::var("OPENROUTER_BASE_URL"),
        )
    }

    fn decide(
        args: &ServerArgs,
        model: Option<&str>,
        key: Result<String, VarError>,
        base_url: Result<String, VarError>,
    ) -> Result<Self, Failure> {
        // The embedded model serves one name; another one is a request for some other server.
        let foreign = model.filter(|model| !embedded::serves(model));
        if args.local || args.model_path.is_some() {
            return match foreign {
                None => Ok(Self::Embedded {
                    model_path: args.model_path.clone(),
                    chosen: true,
                }),
                Some(model) => Err(Failure::usage(format!(
                    "the embedded model is {}, not {model:?}; leave out -m, or leave out --local \
                     and --model-path to use a server that has that model",
                    embedded::MODEL
                ))),
            };
        }
        let key = variable("OPENROUTER_API_KEY", key)?;
        let base_url = match &args.base_url {
            Some(url) if url.trim().is_empty() => {
                return Err(Failure::usage("--base-url is empty"));
            }
            Some(url) => Some(url.clone()),
            None => variable("OPENROUTER_BASE_URL", base_url)?,
        };
        match (key, base_url, foreign) {
            (None, None, None) => Ok(Self::Embedded {
                model_path: None,
                chosen: model.is_some(),
            }),
            (None, None, Some(model)) => Err(Failure::usage(format!(
                "OPENROUTER_API_KEY is not set, and {model:?} needs it: set it to a key of \
                 OpenRouter, or name another server with --base-url; without either, only the \
                 embedded model {} is available",
                embedded::MODEL
            ))),
            (key, base_url, _) => Ok(Self::Remote {
                base_url,
                key: key.is_some(),
            }),
        }
    }
}

/// The value of a variable. One that is set but blank is refused: it is more likely a mistake than a
/// wish, and without its key a request would go elsewhere.
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
        decide_for(args, None, key, url)
    }

    fn decide_for(
        args: &ServerArgs,
        model: Option<&str>,
        key: Option<&str>,
        url: Option<&str>,
    ) -> Result<Target, Failure> {
        let var = |value: Option<&str>| value.map(str::to_owned).ok_or(VarError::NotPresent);
        Target::decide(args, model, var(key), var(url))
    }

    fn remote(base_url: Option<&str>, key: bool) -> Target {
        Target::Remote {
            base_url: base_url.map(str::to_owned),
            key,
        }
    }

    #[test]
    fn nothing_said_means_the_embedded_model() {
        let embedded = |chosen| Target::Embedded {
            model_path: None,
            chosen,
        };
        assert_eq!(
            decide(&ServerArgs::default(), None, None).unwrap(),
            embedded(false)
        );
        let local = ServerArgs {
            local: true,
            ..ServerArgs::default()
        };
        assert_eq!(
            decide(&local, Some("k"), Some("http://a")).unwrap(),
            embedded(true)
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

    #[test]
    fn another_model_than_the_embedded_one_needs_a_server() {
        let default = ServerArgs::default();
        for model in ["openai/gpt-4o", "gpt-4o", "smollm2", "", "openrouter/auto"] {
            let failure = decide_for(&default, Some(model), None, None).unwrap_err();
            assert!(
                failure.message.contains("OPENROUTER_API_KEY is not set"),
                "{}",
                failure.message
            );
            let local = ServerArgs {
                local: true,
                ..ServerArgs::default()
            };
            let failure = decide_for(&local, Some(model), Some("k"), None).unwrap_err();
            assert!(failure.message.contains("--local"), "{}", failure.message);
            // Servers and keys decide for themselves.
            assert!(decide_for(&default, Some(model), Some("k"), None).is_ok());
            assert!(decide_for(&default, Some(model), None, Some("http://a")).is_ok());
        }
        for model in [
            "local/smollm2-135m-instruct",
            "LOCAL/SmolLM2-135M-Instruct",
            "local",
        ] {
            assert_eq!(
                decide_for(&default, Some(model), None, None).unwrap(),
                Target::Embedded {
                    model_path: None,
                    chosen: true,
                }
            );
        }
    }
}
