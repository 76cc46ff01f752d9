//! [`Config::from_env`]: the providers of the usual environment variables, without a file.

use super::message::{ConfigErrors, ConfigMessage};
use orouter_protocols::Protocol;

use super::provider::{ProviderConfig, ServedModels};
use super::read::base_url::base_url;
use super::secret::Secret;
use super::settings::Config;

/// A provider whose key is in a variable.
struct Known {
    variable: &'static str,
    name: &'static str,
    protocol: Protocol,
    base_url: &'static str,
}

const KNOWN: [Known; 4] = [
    Known {
        variable: "OPENAI_API_KEY",
        name: "openai",
        protocol: Protocol::Responses,
        base_url: "https://api.openai.com/v1",
    },
    Known {
        variable: "ANTHROPIC_API_KEY",
        name: "anthropic",
        protocol: Protocol::Anthropic,
        base_url: "https://api.anthropic.com/v1",
    },
    Known {
        variable: "GEMINI_API_KEY",
        name: "gemini",
        protocol: Protocol::Gemini,
        base_url: "https://generativelanguage.googleapis.com/v1beta",
    },
    Known {
        variable: "OPENROUTER_API_KEY",
        name: "openrouter",
        protocol: Protocol::Responses,
        base_url: "https://openrouter.ai/api/v1",
    },
];

/// Variable with the address of an Ollama server.
const OLLAMA_HOST: &str = "OLLAMA_HOST";

/// Port of an Ollama server whose address has none.
const OLLAMA_PORT: u16 = 11434;

impl Config {
    /// Returns the configuration of a server without a file: a provider for each of the variables
    /// `OPENAI_API_KEY`, `ANTHROPIC_API_KEY`, `GEMINI_API_KEY`, `OPENROUTER_API_KEY` and
    /// `OLLAMA_HOST` that is set and not blank. Each serves `<provider>/<any model name>`.
    ///
    /// ```
    /// use orouter_server::config::Config;
    /// let config = Config::from_env(|name| (name == "OLLAMA_HOST").then(|| "gpu:11434".to_owned()))?;
    /// assert_eq!(config.providers[0].base_url, "http://gpu:11434/v1");
    /// # Ok::<(), orouter_server::config::ConfigErrors>(())
    /// ```
    ///
    /// # Errors
    /// If a key cannot be sent in a header, or the address is not one. The keys are not shown.
    pub fn from_env(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigErrors> {
        let mut config = Self::default();
        let mut mistakes = Vec::new();
        let set = |name| variable(name).map(|value| value.trim().to_owned());
        let set = |name| set(name).filter(|value| !value.is_empty());
        for known in KNOWN {
            let Some(key) = set(known.variable) else {
                continue;
            };
            if !key.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
                let text = "contains a character that an HTTP header cannot have";
                mistakes.push(ConfigMessage::of_source(known.variable, text));
                continue;
            }
            let mut provider = ProviderConfig::new(known.name, known.protocol, known.base_url);
            provider.api_key = Some(Secret::new(key));
            provider.models = ServedModels::Any;
            config.providers.push(provider);
        }
        if let Some(host) = set(OLLAMA_HOST) {
            match ollama_url(&host) {
                Ok(url) => {
                    let mut provider = ProviderConfig::new("ollama", Protocol::Chat, url);
                    provider.models = ServedModels::Any;
                    config.providers.push(provider);
                }
                Err(problem) => mistakes.push(ConfigMessage::of_source(OLLAMA_HOST, problem)),
            }
        }
        if mistakes.is_empty() {
            Ok(config)
        } else {
            Err(ConfigErrors {
                mistakes,
                warnings: Vec::new(),
            })
        }
    }
}

/// Returns the base URL of an Ollama server: of a host, a host and a port, or a URL.
fn ollama_url(host: &str) -> Result<String, String> {
    let full = if host.contains("://") {
        host.to_owned()
    } else {
        let (authority, path) = match host.find('/') {
            Some(at) => host.split_at(at),
            None => (host, ""),
        };
        // `::1` is an address, `[::1]:80` and `a:80` have a port, `:80` is a port of this machine.
        let colons = authority.matches(':').count();
        let authority = if colons > 1 && !authority.starts_with('[') {
            format!("[{authority}]:{OLLAMA_PORT}")
        } else if let Some(port) = authority.strip_prefix(':') {
            format!("127.0.0.1:{port}")
        } else if authority
            .rsplit_once(':')
            .is_some_and(|(_, port)| !port.ends_with(']'))
        {
            authority.to_owned()
        } else {
            format!("{authority}:{OLLAMA_PORT}")
        };
        format!("http://{authority}{path}")
    };
    let base = base_url(&full).map_err(|_| {
        "is not the address of an Ollama server, such as 127.0.0.1:11434 or http://gpu.example:11434"
            .to_owned()
    })?;
    // An address to listen on all interfaces is no address to connect to.
    let base = base
        .replacen("://0.0.0.0", "://127.0.0.1", 1)
        .replacen("://[::]", "://[::1]", 1);
    Ok(match base.strip_suffix("/v1") {
        Some(_) => base,
        None => format!("{base}/v1"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_ollama_become_urls() {
        for (host, url) in [
            ("gpu", "http://gpu:11434/v1"),
            ("gpu:81", "http://gpu:81/v1"),
            ("gpu:80", "http://gpu/v1"),
            ("127.0.0.1", "http://127.0.0.1:11434/v1"),
            ("0.0.0.0", "http://127.0.0.1:11434/v1"),
            ("0.0.0.0:9", "http://127.0.0.1:9/v1"),
            (":9", "http://127.0.0.1:9/v1"),
            ("::1", "http://[::1]:11434/v1"),
            ("[::1]", "http://[::1]:11434/v1"),
            ("[::1]:9", "http://[::1]:9/v1"),
            ("[::]:9", "http://[::1]:9/v1"),
            ("http://gpu", "http://gpu/v1"),
            ("https://gpu.example/", "https://gpu.example/v1"),
            (
                "https://gpu.example/ollama",
                "https://gpu.example/ollama/v1",
            ),
            ("http://gpu:11434/v1", "http://gpu:11434/v1"),
            ("gpu/ollama", "http://gpu:11434/ollama/v1"),
        ] {
            assert_eq!(ollama_url(host).as_deref(), Ok(url), "{host}");
        }
        for host in [
            "ftp://gpu",
            "http://",
            "a b",
            "gpu:x",
            "me:pw@gpu:1",
            "http://me:pw@gpu",
        ] {
            assert!(ollama_url(host).is_err(), "{host}");
        }
    }
}
