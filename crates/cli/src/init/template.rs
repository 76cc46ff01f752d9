//! The configuration file that `orouter init` writes.

/// Place of the value of `store.url`.
const URL: &str = "@URL@";

/// Lines that begin with `#` and a letter or bracket are settings with their defaults or examples.
const TEMPLATE: &str = r##"# Configuration of `orouter serve`, which reads orouter.toml in the current folder, or the file of --config.
# `orouter check` reports mistakes. A running server reads the file again on SIGHUP.
# Lines that begin with # and a name are settings that are off; the values of [server], [log], [store] and
# [records] are the defaults. docs/configuration.md describes all members.

# Models, context lengths and prices of the hosted service; `orouter catalog import` writes this file.
#catalog = "models.json"

[server]
# Address. For an address that others can reach, put a proxy that terminates TLS in front.
#listen = "127.0.0.1:8080"
# Host names under which clients reach a proxy on this machine: ["api.example.com"]
#allow_hosts = []
# Origins of web pages that may read responses: ["https://app.example"]
#allow_origins = []
# true: keys with a limit, and accounts with credits, may use models without a price, at no cost.
#allow_unpriced = false
# Maximum time for running responses when the server stops.
#drain = "30s"

[log]
#level = "info"
# json: one object a line.
#format = "text"

# Accounts: keys, credits and the records of generations. Every request then needs a key:
# `orouter keys create NAME` creates one, `orouter credits add AMOUNT` limits all keys to prepaid credits.
[store]
url = @URL@
# Folder for the records that are not in the database yet, on a local disk; it must be kept.
#journal = "@JOURNAL@"
# Effect of an outage of the database on keys and accounts with limits: refuse, or admit up to an amount for
# each key (admit_up_to = 5.0, in US dollars).
#on_outage = "refuse"
# Tokens that each image, file, audio and video of a prompt counts for, when its cost is reserved.
#media_tokens = 2000

[records]
# Records contain user agent, referer, origin and session of the client, for this time.
#client_fields = true
#retention = "30d"
# A listener of its own for metrics and for management.
#admin_listen = "127.0.0.1:8081"
#require_keys = true

# The embedded model, for trials. Its price, in US dollars per million tokens, makes costs visible.
[[models]]
id = "local/smollm2-135m-instruct"
[[models.endpoints]]
provider = "local"
price = { prompt = 0.1, completion = 0.4 }

# Providers. A provider with models = ["*"] serves NAME/<any model name>; keys with a limit can use the
# models that have a price here or in the catalog.
#[providers.openai]
#protocol = "responses"
#base_url = "https://api.openai.com/v1"
#api_key = { env = "OPENAI_API_KEY" }
#models = ["*"]

#[providers.anthropic]
#protocol = "anthropic"
#base_url = "https://api.anthropic.com/v1"
#api_key = { env = "ANTHROPIC_API_KEY" }
#models = ["*"]

# A server of your own with Chat Completions, such as vLLM, llama.cpp or Ollama.
#[providers.gpu]
#protocol = "chat"
#base_url = "http://127.0.0.1:11434/v1"

#[[models]]
#id = "meta/llama-3.1-70b"
#context_length = 131072
#[[models.endpoints]]
#provider = "gpu"
#model = "Llama-3.1-70B-Instruct"
#price = { prompt = 0.2, completion = 0.6 }
#max_concurrent = 16
"##;

/// Place of the default of `store.journal`.
const JOURNAL: &str = "@JOURNAL@";

/// Returns the file. `url` is the value of `store.url` as TOML.
pub(super) fn text(url: &str) -> String {
    let journal = match url.strip_prefix("\"sqlite:") {
        Some(file) => format!("{}-records", file.trim_end_matches('"')),
        None => "orouter-journal".to_owned(),
    };
    TEMPLATE.replace(URL, url).replace(JOURNAL, &journal)
}

#[cfg(test)]
mod tests {
    use orouter_server::config::{Config, ConfigErrors, OnOutage};

    use super::*;

    fn read(text: &str) -> Result<Config, ConfigErrors> {
        Config::from_toml(text, "orouter.toml", |_| Some("postgres://x".to_owned()))
    }

    /// Turns settings that are off on.
    fn with_settings(text: &str) -> String {
        let lines = text.lines().map(|line| match line.strip_prefix('#') {
            Some(setting) if !setting.starts_with(' ') => setting,
            _ => line,
        });
        let lines: Vec<&str> = lines.collect();
        // The file of the catalog does not exist here.
        lines.join("\n").replace("catalog = \"models.json\"", "")
    }

    #[test]
    fn the_file_and_its_settings_are_valid_and_the_defaults() {
        for url in ["\"sqlite:orouter.db\"", "{ env = \"DATABASE_URL\" }"] {
            let plain = read(&text(url)).unwrap();
            let all = read(&with_settings(&text(url))).unwrap();
            assert!(plain.warnings.is_empty(), "{:?}", plain.warnings);
            assert!(all.warnings.is_empty(), "{:?}", all.warnings);
            assert_eq!(plain.store, all.store);
            assert_eq!(all.store.as_ref().unwrap().on_outage, OnOutage::Refuse);
            assert_eq!(plain.records.client_fields, all.records.client_fields);
            assert_eq!(plain.records.retention, all.records.retention);
            assert_eq!(
                plain.server.allow_unpriced, all.server.allow_unpriced,
                "{url}"
            );
            assert!(plain.uses_embedded_model() && all.uses_embedded_model());
            assert_eq!(all.providers.len(), 3);
            assert_eq!(all.models.len(), 2);
        }
    }
}
