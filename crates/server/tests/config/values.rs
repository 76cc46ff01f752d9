//! The meaning of valid values, with the file of the documentation.

use std::time::Duration;

use orouter_server::Amount;
use orouter_server::config::{
    Config, LogFormat, OnOutage, Protocol, Secret, ServedModels, TimeSpan,
};
use orouter_wire::ReasoningEffort;

use crate::mistakes::read;

/// All members.
const WHOLE: &str = r#"
[server]
listen = "127.0.0.1:8080"
allow_origins = ["https://app.example"]
allow_hosts = ["api.example"]
allow_unpriced = true
fetch_urls = true
drain = "30s"
body_timeout = "1m"
head_timeout = "20s"
keep_alive_timeout = "1h30m"
head_hold = "0s"
max_body = "32MiB"
max_bodies_in_flight = 1000000000
max_connections = 10

[log]
level = "WARN"
format = "json"

[store]
url = { env = "KEY_URL" }
on_outage = "admit"
admit_up_to = 7.5
journal = "/var/lib/records"
media_tokens = 500

[records]
client_fields = false
retention = "30d"
admin_listen = "127.0.0.1:8081"
require_keys = true

[[keys]]
name = "ci"
hash = "sha256:f52fbd32b2b3b86ff88ef6c490628285f482af15ddcb29541f94bcf526a3f6c7"
[[keys]]
name = "dev"
key = { env = "OTHER" }

[providers.zeta]
protocol = "responses"
base_url = "https://api.openai.com/v1/"
api_key = { env = "KEY" }
headers = { "X-Team" = "search", "x-secret" = { env = "KEY" } }
timeouts = { connect = "5s", first_byte = "120s", idle = "500ms" }
models = ["*"]
[providers.alpha]
protocol = "chat"
base_url = "http://127.0.0.1:11434/v1"
models = ["llama3", "meta/llama"]
[providers.claude]
protocol = "anthropic"
base_url = "https://api.anthropic.com/v1"

[[models]]
id = "openai/gpt-4o"
name = "GPT-4o"
description = "A model"
created = "2026-05-01"
family = "gpt"
supported_efforts = ["low", "none"]
context_length = 128_000
aliases = ["gpt", "openai/gpt-4o-2026"]
[[models.endpoints]]
provider = "zeta"
model = "gpt-4o"
price = { prompt = 2.5, completion = 10, cache_read = 1.25, cache_write = 3.125, reasoning = 10.0, audio = 40, image = 0.5, request = 0.0 }
max_concurrent = 64
max_output_tokens = 0x4000
quantization = "fp16"
data_collection = "deny"
zdr = true
distillable = true
region = "us-east5"
tier = "priority"
supported_parameters = ["tools", "temperature"]
input_modalities = ["text", "image", "file"]
[[models.endpoints]]
provider = "alpha"

[[models]]
id = "alpha/llama3"
created = 2026-05-01T12:00:00Z
"#;

fn whole() -> Config {
    let variable = |name: &str| match name {
        "KEY_URL" => Some("postgres://me:hunter2@db/orouter".to_owned()),
        "KEY" | "OTHER" => Some(format!("hunter2{}", name.len())),
        _ => None,
    };
    Config::from_toml(WHOLE, "orouter.toml", variable).unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn sections_have_their_values() {
    let config = whole();
    let (server, seconds) = (&config.server, Duration::from_secs);
    assert_eq!(server.listen.as_deref(), Some("127.0.0.1:8080"));
    assert_eq!(
        server.allow_origins,
        ["https://app.example".parse().unwrap()]
    );
    assert_eq!(server.allow_hosts, ["api.example".parse().unwrap()]);
    assert!(server.allow_unpriced && server.fetch_urls);
    assert_eq!(server.drain, Some(seconds(30)));
    assert_eq!(server.body_timeout, Some(seconds(60)));
    assert_eq!(server.head_timeout, Some(seconds(20)));
    assert_eq!(server.keep_alive_timeout, Some(seconds(5400)));
    assert_eq!(server.head_hold, Some(Duration::ZERO));
    assert_eq!(server.max_body, Some(32 << 20));
    assert_eq!(server.max_bodies_in_flight, Some(1_000_000_000));
    assert_eq!(server.max_connections, Some(10));
    assert_eq!(config.log.level.as_deref(), Some("warn"));
    assert_eq!(config.log.format, Some(LogFormat::Json));
    let store = config.store.as_ref().unwrap();
    assert_eq!(store.url, Secret::new("postgres://me:hunter2@db/orouter"));
    assert_eq!((store.on_outage, store.admit_up_to), (OnOutage::Admit, 7.5));
    assert_eq!(store.journal.to_str(), Some("/var/lib/records"));
    assert_eq!(store.media_tokens, 500);
    assert!(!config.records.client_fields);
    assert_eq!(config.records.retention, seconds(30 * 86_400));
    assert_eq!(
        config.records.admin_listen.as_deref(),
        Some("127.0.0.1:8081")
    );
    assert_eq!(config.records.require_keys, Some(true));
}

#[test]
fn keys_are_hashed() {
    let config = whole();
    let names: Vec<&str> = config.keys.iter().map(|key| key.name.as_str()).collect();
    assert_eq!(names, ["ci", "dev"]);
    // Of "hunter2" and of "hunter25".
    assert_eq!(config.keys[0].hash[..3], [0xf5, 0x2f, 0xbd]);
    assert_ne!(config.keys[0].hash, config.keys[1].hash);
    let text = "[[keys]]\nname = \"a\"\nkey = { env = \"KEY\" }\n";
    assert_eq!(read(text).unwrap().keys[0].hash, config.keys[0].hash);
}

#[test]
fn providers_keep_the_order_of_the_file() {
    let config = whole();
    let [zeta, alpha, claude] = config.providers.as_slice() else {
        panic!("{:?}", config.providers);
    };
    assert_eq!((zeta.name.as_str(), alpha.name.as_str()), ("zeta", "alpha"));
    assert_eq!(zeta.protocol, Protocol::Responses);
    assert_eq!(zeta.base_url, "https://api.openai.com/v1");
    assert_eq!(zeta.api_key, Some(Secret::new("hunter23")));
    assert_eq!(
        zeta.headers,
        [
            ("x-team".to_owned(), Secret::new("search")),
            ("x-secret".to_owned(), Secret::new("hunter23")),
        ]
    );
    assert_eq!(zeta.timeouts.connect, Duration::from_secs(5));
    assert_eq!(zeta.timeouts.first_byte, Duration::from_secs(120));
    assert_eq!(zeta.timeouts.idle, Duration::from_millis(500));
    assert_eq!(zeta.models, ServedModels::Any);
    let names = ["llama3".to_owned(), "meta/llama".to_owned()];
    assert_eq!(alpha.models, ServedModels::Names(names.to_vec()));
    assert_eq!(alpha.api_key, None);
    assert_eq!(alpha.timeouts.connect, Duration::from_secs(10));
    assert_eq!(claude.protocol, Protocol::Anthropic);
    assert_eq!(claude.models, ServedModels::Listed);
}

#[test]
fn models_have_their_values() {
    let config = whole();
    let [gpt, llama] = config.models.as_slice() else {
        panic!("{:?}", config.models);
    };
    assert_eq!(gpt.id, "openai/gpt-4o");
    assert_eq!(gpt.created, Some(1_777_593_600));
    assert_eq!(llama.created, Some(1_777_593_600 + 12 * 3600));
    assert_eq!(gpt.family.as_deref(), Some("gpt"));
    let efforts = gpt.supported_efforts.as_ref().unwrap();
    let efforts: Vec<&str> = efforts.iter().map(ReasoningEffort::as_str).collect();
    assert_eq!(efforts, ["low", "none"]);
    assert_eq!(llama.supported_efforts, None);
    assert_eq!(gpt.context_length, Some(128_000));
    assert_eq!(gpt.aliases, ["gpt", "openai/gpt-4o-2026"]);
    let [first, second] = gpt.endpoints.as_slice() else {
        panic!("{:?}", gpt.endpoints);
    };
    assert_eq!(first.slug(), "zeta/us-east5/priority");
    assert_eq!(second.slug(), "alpha");
    assert_eq!(first.model.as_deref(), Some("gpt-4o"));
    let price = first.price.unwrap();
    assert_eq!(price.prompt, Amount::per_million(2.5));
    assert_eq!(price.completion, Amount::per_million(10.0));
    assert_eq!(price.cache_read, Some(Amount::per_million(1.25)));
    assert_eq!(price.cache_write, Some(Amount::per_million(3.125)));
    assert_eq!(price.reasoning, Some(Amount::per_million(10.0)));
    assert_eq!(price.audio, Some(Amount::per_million(40.0)));
    assert_eq!(price.image, Amount::from_usd(0.5));
    assert_eq!(price.request, Amount::ZERO);
    assert_eq!(first.max_concurrent, Some(64));
    assert_eq!(first.max_output_tokens, Some(0x4000));
    assert_eq!(first.quantization.as_deref(), Some("fp16"));
    assert_eq!(first.data_collection, Some(false));
    assert_eq!((first.zdr, first.distillable), (Some(true), Some(true)));
    assert_eq!(first.supported_parameters.as_ref().unwrap().len(), 2);
    assert_eq!(first.input_modalities.as_ref().unwrap().len(), 3);
    assert_eq!((second.price, second.max_concurrent), (None, None));
    assert!(!config.uses_embedded_model());
}

#[test]
fn an_empty_file_offers_the_embedded_model() {
    for text in [
        "",
        "\n",
        "# nothing\n",
        "\u{feff}",
        "[server]\n",
        "models = []\n",
    ] {
        let config = read(text).unwrap();
        assert!(
            config.uses_embedded_model() && config.providers.is_empty(),
            "{text:?}"
        );
    }
}

#[test]
fn variables_make_providers() {
    let config = Config::from_env(|name| match name {
        "OPENAI_API_KEY" => Some(" hunter2\n".to_owned()),
        "ANTHROPIC_API_KEY" => Some("a".to_owned()),
        "GEMINI_API_KEY" => Some("  ".to_owned()),
        "OPENROUTER_API_KEY" => Some("o".to_owned()),
        "OLLAMA_HOST" => Some("gpu".to_owned()),
        _ => None,
    })
    .unwrap();
    let providers: Vec<_> = config
        .providers
        .iter()
        .map(|p| (p.name.as_str(), p.protocol.as_str(), p.base_url.as_str()))
        .collect();
    assert_eq!(
        providers,
        [
            ("openai", "responses", "https://api.openai.com/v1"),
            ("anthropic", "anthropic", "https://api.anthropic.com/v1"),
            ("openrouter", "responses", "https://openrouter.ai/api/v1"),
            ("ollama", "chat", "http://gpu:11434/v1"),
        ]
    );
    assert!(
        config
            .providers
            .iter()
            .all(|p| p.models == ServedModels::Any)
    );
    assert_eq!(config.providers[0].api_key, Some(Secret::new("hunter2")));
    assert_eq!(config.providers[3].api_key, None);
    assert!(Config::from_env(|_| None).unwrap().providers.is_empty());
    let errors = Config::from_env(|_| Some("ä b".to_owned())).unwrap_err();
    assert_eq!(errors.mistakes.len(), 5, "{errors}");
    assert!(!errors.to_string().contains('ä'), "{errors}");
}

#[test]
fn spans_of_time_are_public() {
    assert_eq!("1h30m".parse(), Ok(TimeSpan(Duration::from_secs(5400))));
}
