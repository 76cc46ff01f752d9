//! Chooses the server of a request, and its API key: the embedded model, the hosted service, or a
//! server that the user names.

use std::env::{self, VarError};
use std::path::PathBuf;

use clap::Args;

use crate::credentials::Credentials;
use crate::embedded;
use crate::exit::CommandError;
use crate::secret::Secret;
use crate::server_url::{HOSTED, normalized};
use crate::user_config::UserConfig;

/// Choice of the server.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ServerArgs {
    /// URL of the server, such as http://127.0.0.1:8080/api/v1
    #[arg(long, value_name = "URL", conflicts_with_all = ["local", "model_path"])]
    pub(crate) base_url: Option<String>,
    /// Use the embedded model; ignores OPENROUTER_API_KEY and OPENROUTER_BASE_URL
    #[arg(long)]
    pub(crate) local: bool,
    /// GGUF file of the embedded model; implies --local
    #[arg(long, value_name = "FILE")]
    pub(crate) model_path: Option<PathBuf>,
}

impl ServerArgs {
    /// Returns `true` if an option selects the embedded model.
    pub(crate) fn choose_embedded(&self) -> bool {
        self.local || self.model_path.is_some()
    }
}

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
        key: Key,
    },
}

/// The API key of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    None,
    /// The variable `OPENROUTER_API_KEY`, which the SDK reads.
    Variable,
    /// The output of the command in the configuration file.
    Command(String),
    /// The key that `orouter login` stored for this server.
    Stored(Secret),
}

impl Target {
    /// Chooses by the options, then by the environment, the configuration file and the stored keys.
    /// `model` is the model that the user named, not an alias.
    pub(crate) fn choose(
        args: &ServerArgs,
        model: Option<&str>,
        config: &UserConfig,
    ) -> Result<Self, CommandError> {
        // The name of another model requires another server.
        let foreign = model.filter(|model| !embedded::serves(model));
        if args.choose_embedded() {
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
        Self::decide(
            model,
            Sources::read(args.base_url.as_deref(), config)?,
            |url| Ok(Credentials::load()?.key(url).cloned()),
        )
    }

    fn decide(
        model: Option<&str>,
        sources: Sources,
        stored: impl FnOnce(&str) -> Result<Option<Secret>, CommandError>,
    ) -> Result<Self, CommandError> {
        let embedded = model.is_some_and(embedded::serves);
        if embedded && sources.base_url.is_none() {
            // The hosted service does not have the embedded model.
            return Ok(Self::Embedded {
                model_path: None,
                chosen: true,
            });
        }
        let key = sources.key(stored)?;
        match (key, sources.base_url, model) {
            (Key::None, None, None) => Ok(Self::Embedded {
                model_path: None,
                chosen: false,
            }),
            (Key::None, None, Some(model)) => Err(CommandError::usage(format!(
                "OPENROUTER_API_KEY is not set and no key is stored, and the model {model:?} needs \
                 one; run `orouter login`, or set the variable to an API key of OpenRouter, or name \
                 a server with --base-url, or use the embedded model {}",
                embedded::MODEL
            ))),
            (key, base_url, _) => Ok(Self::Remote { base_url, key }),
        }
    }
}

/// The settings that choose a server over the network and its key.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// Base URL of the server; `None` for the hosted service.
    pub(crate) base_url: Option<String>,
    /// `true` if `OPENROUTER_API_KEY` is set.
    variable: bool,
    /// `key_command` of the configuration file, if it is for this server.
    command: Option<String>,
}

impl Sources {
    /// Reads the settings. `base_url` is the value of `--base-url`.
    pub(crate) fn read(base_url: Option<&str>, config: &UserConfig) -> Result<Self, CommandError> {
        Self::of(
            base_url,
            config,
            env::var("OPENROUTER_API_KEY"),
            env::var("OPENROUTER_BASE_URL"),
        )
    }

    fn of(
        base_url: Option<&str>,
        config: &UserConfig,
        key: Result<String, VarError>,
        url: Result<String, VarError>,
    ) -> Result<Self, CommandError> {
        let variable = variable_value("OPENROUTER_API_KEY", key)?.is_some();
        let base_url = match base_url {
            Some(url) if url.trim().is_empty() => {
                return Err(CommandError::usage(
                    "--base-url is empty; leave it out, or set it to the URL of a server",
                ));
            }
            Some(url) => Some(url.to_owned()),
            None => match variable_value("OPENROUTER_BASE_URL", url)? {
                Some(url) => Some(url),
                None => config.base_url.clone(),
            },
        };
        // The key of one server is not sent to another.
        let server = |url: &Option<String>| normalized(url.as_deref().unwrap_or(HOSTED));
        let command = config.key_command.clone();
        let command = command.filter(|_| server(&base_url) == server(&config.base_url));
        Ok(Self {
            base_url,
            variable,
            command,
        })
    }

    /// Returns the URL of the server.
    pub(crate) fn server(&self) -> &str {
        self.base_url.as_deref().unwrap_or(HOSTED)
    }

    /// Returns the key. `stored` returns the key that is stored for a URL.
    pub(crate) fn key(
        &self,
        stored: impl FnOnce(&str) -> Result<Option<Secret>, CommandError>,
    ) -> Result<Key, CommandError> {
        if self.variable {
            return Ok(Key::Variable);
        }
        if let Some(command) = &self.command {
            return Ok(Key::Command(command.clone()));
        }
        Ok(stored(self.server())?.map_or(Key::None, Key::Stored))
    }
}

/// Returns the value of a variable. A blank value is refused: it is probably a mistake, and without
/// it the request would go to another server.
pub(crate) fn variable(name: &str) -> Result<Option<String>, CommandError> {
    variable_value(name, env::var(name))
}

fn variable_value(
    name: &str,
    value: Result<String, VarError>,
) -> Result<Option<String>, CommandError> {
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

    /// The settings of a decision.
    #[derive(Default)]
    struct Case<'a> {
        option: Option<&'a str>,
        key: Option<&'a str>,
        url: Option<&'a str>,
        config: UserConfig,
        model: Option<&'a str>,
        /// Servers with a stored key.
        stored: &'a [&'a str],
    }

    impl Case<'_> {
        fn decide(&self) -> Result<Target, CommandError> {
            let var = |value: Option<&str>| value.map(str::to_owned).ok_or(VarError::NotPresent);
            let sources = Sources::of(self.option, &self.config, var(self.key), var(self.url))?;
            Target::decide(self.model, sources, |url| {
                let url = normalized(url).unwrap();
                let known = self
                    .stored
                    .iter()
                    .any(|known| normalized(known).unwrap() == url);
                Ok(known.then(secret))
            })
        }
    }

    fn secret() -> Secret {
        Secret::parse("sk-stored").unwrap()
    }

    fn remote(base_url: Option<&str>, key: Key) -> Target {
        Target::Remote {
            base_url: base_url.map(str::to_owned),
            key,
        }
    }

    fn embedded(chosen: bool) -> Target {
        Target::Embedded {
            model_path: None,
            chosen,
        }
    }

    fn config(base_url: Option<&str>, key_command: Option<&str>) -> UserConfig {
        UserConfig {
            base_url: base_url.map(str::to_owned),
            key_command: key_command.map(str::to_owned),
            ..UserConfig::default()
        }
    }

    #[test]
    fn the_default_is_the_embedded_model() {
        assert_eq!(Case::default().decide().unwrap(), embedded(false));
        let local = ServerArgs {
            local: true,
            ..ServerArgs::default()
        };
        let config = config(Some("http://a"), Some("echo k"));
        assert_eq!(
            Target::choose(&local, None, &config).unwrap(),
            embedded(true)
        );
    }

    #[test]
    fn a_key_or_a_url_selects_the_network() {
        for (option, key, url, file, expected) in [
            (None, Some("k"), None, None, remote(None, Key::Variable)),
            (
                None,
                None,
                Some("http://a"),
                None,
                remote(Some("http://a"), Key::None),
            ),
            (
                None,
                None,
                None,
                Some("http://c"),
                remote(Some("http://c"), Key::None),
            ),
            (
                None,
                None,
                Some("http://a"),
                Some("http://c"),
                remote(Some("http://a"), Key::None),
            ),
            (
                Some("http://b"),
                Some("k"),
                Some("http://a"),
                Some("http://c"),
                remote(Some("http://b"), Key::Variable),
            ),
        ] {
            let case = Case {
                option,
                key,
                url,
                config: config(file, None),
                ..Case::default()
            };
            assert_eq!(case.decide().unwrap(), expected);
        }
    }

    #[test]
    fn a_stored_key_is_used_for_its_server_only() {
        let case = |option, url| Case {
            option,
            url,
            stored: &[HOSTED],
            ..Case::default()
        };
        let stored = || Key::Stored(secret());
        assert_eq!(case(None, None).decide().unwrap(), remote(None, stored()));
        let slash = "https://openrouter.ai/api/v1/";
        assert_eq!(
            case(Some(slash), None).decide().unwrap(),
            remote(Some(slash), stored())
        );
        for other in [
            "http://a",
            "https://openrouter.ai.example/api/v1",
            "http://openrouter.ai/api/v1",
        ] {
            for case in [case(Some(other), None), case(None, Some(other))] {
                assert_eq!(
                    case.decide().unwrap(),
                    remote(Some(other), Key::None),
                    "{other}"
                );
            }
            let case = Case {
                config: config(Some(other), None),
                ..case(None, None)
            };
            assert_eq!(
                case.decide().unwrap(),
                remote(Some(other), Key::None),
                "{other}"
            );
        }
        let case = Case {
            key: Some("k"),
            ..case(None, None)
        };
        assert_eq!(case.decide().unwrap(), remote(None, Key::Variable));
    }

    #[test]
    fn the_key_command_is_run_for_the_server_of_its_file_only() {
        let command = || Key::Command("pass".to_owned());
        for (file, option, expected) in [
            (None, None, remote(None, command())),
            (
                Some("http://a/"),
                None,
                remote(Some("http://a/"), command()),
            ),
            (
                Some("http://a/"),
                Some("http://a"),
                remote(Some("http://a"), command()),
            ),
            (None, Some("http://a"), remote(Some("http://a"), Key::None)),
            (
                Some("http://a"),
                Some("http://b"),
                remote(Some("http://b"), Key::None),
            ),
            (
                Some("http://a"),
                Some(HOSTED),
                remote(Some(HOSTED), Key::Stored(secret())),
            ),
        ] {
            let case = Case {
                option,
                config: config(file, Some("pass")),
                stored: &[HOSTED],
                ..Case::default()
            };
            assert_eq!(case.decide().unwrap(), expected, "{file:?} {option:?}");
        }
    }

    #[test]
    fn an_empty_variable_is_refused_by_name() {
        let case = Case {
            key: Some(" "),
            ..Case::default()
        };
        let failure = case.decide().unwrap_err();
        assert!(failure.message.contains("OPENROUTER_API_KEY"));
    }

    #[test]
    fn other_models_need_a_server() {
        for model in ["openai/gpt-4o", "gpt-4o", "smollm2", "", "openrouter/auto"] {
            let case = |key, url| Case {
                key,
                url,
                model: Some(model),
                ..Case::default()
            };
            let failure = case(None, None).decide().unwrap_err();
            assert!(
                failure.message.contains("OPENROUTER_API_KEY is not set"),
                "{}",
                failure.message
            );
            let local = ServerArgs {
                local: true,
                ..ServerArgs::default()
            };
            let failure = Target::choose(&local, Some(model), &UserConfig::default()).unwrap_err();
            assert!(failure.message.contains("--local"), "{}", failure.message);
            // With a key or a URL, the server checks the name.
            assert!(case(Some("k"), None).decide().is_ok());
            assert!(case(None, Some("http://a")).decide().is_ok());
        }
    }

    #[test]
    fn the_name_of_the_embedded_model_selects_it_instead_of_the_hosted_service() {
        for model in [
            "local/smollm2-135m-instruct",
            "LOCAL/SmolLM2-135M-Instruct",
            "local",
        ] {
            for key in [None, Some("k")] {
                let case = |url| Case {
                    key,
                    url,
                    model: Some(model),
                    stored: &[HOSTED],
                    ..Case::default()
                };
                assert_eq!(case(None).decide().unwrap(), embedded(true));
                // Another server can have a model of this name.
                assert_ne!(case(Some("http://a")).decide().unwrap(), embedded(true));
            }
        }
    }
}
