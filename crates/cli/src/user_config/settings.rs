//! The keys and the values of the file.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The keys of the file, and their meaning. `read` accepts these keys only.
pub(crate) const KEYS: [(&str, &str); 10] = [
    (
        "model",
        "model, or alias of a model, of requests without -m",
    ),
    ("base_url", "URL of the server [the hosted service]"),
    ("instructions", "instructions for the whole conversation"),
    ("temperature", "sampling temperature, from 0 to 2"),
    ("max_output_tokens", "maximum number of output tokens"),
    ("seed", "seed of the sampling"),
    ("usage", "true to print token counts and cost"),
    (
        "history",
        "false to keep no files of conversations and typed lines of chat",
    ),
    (
        "key_command",
        "shell command that prints the API key of the server",
    ),
    (
        "aliases",
        "table of short names of models, such as aliases.fast",
    ),
];

/// The values of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct UserConfig {
    /// Path of the file, for messages.
    pub(crate) path: PathBuf,
    pub(crate) model: Option<String>,
    pub(crate) base_url: Option<String>,
    pub(crate) instructions: Option<String>,
    pub(crate) temperature: Option<f64>,
    pub(crate) max_output_tokens: Option<u32>,
    pub(crate) seed: Option<i64>,
    pub(crate) usage: Option<bool>,
    pub(crate) history: Option<bool>,
    pub(crate) key_command: Option<String>,
    /// Short names of models.
    pub(crate) aliases: BTreeMap<String, String>,
}

impl UserConfig {
    /// Returns the model that a name means: the model of the alias, or the name itself.
    pub(crate) fn model_named<'a>(&'a self, name: &'a str) -> &'a str {
        self.aliases.get(name).map_or(name, String::as_str)
    }
}
