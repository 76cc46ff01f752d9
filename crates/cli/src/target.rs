//! Chooses the server of a request: the embedded model, the hosted service, or a server that the user
//! names.

use std::env::{self, VarError};
use std::path::PathBuf;

use crate::args::ServerArgs;
use crate::embedded;
use crate::exit::CommandError;

/// Destination of requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A server with the embedded model in this process.
    Embedded {
        /// Path of the model's file, if the user named one.
        model_path: Option<PathBuf>,
        /// `true` if the user chose the embedded model by an option or by its name.
        chosen: bool,
    },
    /// A server over the network.
    Remote {
        /// Base URL of the server; `None` for the hosted service.
        base_url: Option<String>,
        /// `true` if `OPENROUTER_API_KEY` is set.
        key: bool,
    },
}

impl Target {
    /// Chooses by the options, then by the environment. `model` is the value of `--model`.
    pub(crate) fn choose(args: &ServerArgs, model: Option<&str>) -> Result<Self, CommandError> {
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
    ) -> Result<Self, CommandError> {
        // The name of another model requires another server.
        let foreign = model.filter(|model| !embedded::serves(model));
        if args.local || args.model_path.is_some() {
            return match foreign {
                None => Ok(Self::Embedded {
                    model_path: args.model_path.clone(),
                    chosen: true,
                }),
                Some(model) => Err(CommandError::usage(format!(
                    "{model:?} is not the embedded model {}; leave out -m, or leave out --local and \
                     --model-path to use a server that has that model",
                    embedded::MODEL
                ))),
            };
        }
        let key = variable("OPENROUTER_API_KEY", key)?;
        let base_url = match &args.base_url {
            Some(url) if url.trim().is_empty() => {
                return Err(CommandError::usage(
                    "--base-url is empty; leave it out, or set it to the URL of a server",
                ));
            }
            Some(url) => Some(url.clone()),
            None => variable("OPENROUTER_BASE_URL", base_url)?,
        };
        match (key, base_url, foreign) {
            (None, None, None) => Ok(Self::Embedded {
                model_path: None,
                chosen: model.is_some(),
            }),
            (None, None, Some(model)) => Err(CommandError::usage(format!(
                "OPENROUTER_API_KEY is not set, and the model {model:?} needs it; set it to an API \
                 key of OpenRouter, or name a server with --base-url, or use the embedded model \
                 {}",
                embedded::MODEL
            ))),
            (key, base_url, _) => Ok(Self::Remote {
                base_url,
                key: key.is_some(),
            }),
        }
    }
}

/// Returns the value of a variable. A blank value is refused: it is probably a mistake, and without
/// it the request would go to another server.
fn variable(name: &str, value: Result<String, VarError>) -> Result<Option<String>, CommandError> {
    match value {
        Ok(value) if value.trim().is_empty() => Err(CommandError::usage(format!(
            "{name} is set but empty; unset it, or set it to a value"
        ))),
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(CommandError::usage(format!(
            "{name} is not valid UTF-8; set it to another value"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(
        args: &ServerArgs,
        key: Option<&str>,
        url: Option<&str>,
    ) -> Result<Target, CommandError> {
        decide_for(args, None, key, url)
    }

    fn decide_for(
        args: &ServerArgs,
        model: Option<&str>,
        key: Option<&str>,
        url: Option<&str>,
    ) -> Result<Target, CommandError> {
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
    fn the_default_is_the_embedded_model() {
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
    fn a_key_or_a_url_selects_the_network() {
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
    fn an_empty_variable_is_refused_by_name() {
        let failure = decide(&ServerArgs::default(), Some(" "), None).unwrap_err();
        assert!(failure.message.contains("OPENROUTER_API_KEY"));
    }

    #[test]
    fn other_models_need_a_server() {
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
            // With a key or a URL, the server checks the name.
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
