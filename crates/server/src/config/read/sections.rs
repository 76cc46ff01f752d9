//! `[server]`, `[log]`, `[store]` and `[records]`.

use std::path::PathBuf;
use std::time::Duration;

use super::address::address;
use super::secret::text_or_secret;
use super::value::{Table, Value};
use crate::config::byte_size::ByteSize;
use crate::config::secret::Secret;
use crate::config::sections::{
    LogConfig, LogFormat, OnOutage, RecordsConfig, ServerConfig, StoreConfig,
};
use crate::config::time_span::TimeSpan;
use crate::limits::Limits;

/// Levels of the log.
const LEVELS: [(&str, &str); 6] = [
    ("off", "off"),
    ("error", "error"),
    ("warn", "warn"),
    ("info", "info"),
    ("debug", "debug"),
    ("trace", "trace"),
];

/// Maximum of `admit_up_to`, in USD.
const MAX_USD: f64 = 1_000_000.0;

pub(super) fn server(table: Table<'_>) -> ServerConfig {
    let config = ServerConfig {
        listen: table.get("listen").and_then(|v| v.parsed(address)),
        allow_origins: parsed_list(table.get("allow_origins")),
        allow_hosts: parsed_list(table.get("allow_hosts")),
        allow_unpriced: table
            .get("allow_unpriced")
            .and_then(|v| v.boolean())
            .unwrap_or_default(),
        fetch_urls: table
            .get("fetch_urls")
            .and_then(|v| v.boolean())
            .unwrap_or_default(),
        drain: table.get("drain").and_then(|v| time(&v)),
        body_timeout: table.get("body_timeout").and_then(|v| positive(&v)),
        head_timeout: table.get("head_timeout").and_then(|v| positive(&v)),
        keep_alive_timeout: table.get("keep_alive_timeout").and_then(|v| positive(&v)),
        head_hold: table.get("head_hold").and_then(|v| time(&v)),
        max_body: table.get("max_body").and_then(|v| size(&v)),
        max_bodies_in_flight: table.get("max_bodies_in_flight").and_then(|v| size(&v)),
        max_connections: table
            .get("max_connections")
            .and_then(|v| v.count::<u32>())
            .and_then(|count| usize::try_from(count).ok()),
    };
    let limits = Limits::default();
    let body = config.max_body.unwrap_or(limits.body_bytes);
    let all = config
        .max_bodies_in_flight
        .unwrap_or(limits.bodies_in_flight);
    let place = table.get("max_body").or(table.get("max_bodies_in_flight"));
    if let Some(place) = place.filter(|_| body > all) {
        place.warning(format!(
            "max_body ({body} bytes) is larger than max_bodies_in_flight ({all} bytes): bodies beyond that are refused with 503"
        ));
    }
    table.finish();
    config
}

pub(super) fn log(table: Table<'_>) -> LogConfig {
    let formats = [("text", LogFormat::Text), ("json", LogFormat::Json)];
    let config = LogConfig {
        level: table
            .get("level")
            .and_then(|v| v.word(&LEVELS))
            .map(str::to_owned),
        format: table.get("format").and_then(|v| v.word(&formats)),
    };
    table.finish();
    config
}

/// Scheme of the URL of a SQLite file.
const SQLITE: &str = "sqlite:";

/// Name of the folder of the journal beside the configuration file, if the database is not a file.
const JOURNAL: &str = "orouter-journal";

pub(super) fn store(table: Table<'_>) -> Option<StoreConfig> {
    let effects = [("refuse", OnOutage::Refuse), ("admit", OnOutage::Admit)];
    let url = table
        .require("url", "url = \"sqlite:orouter.db\"")
        .and_then(|value| database_url(&value));
    let on_outage = table.get("on_outage").and_then(|v| v.word(&effects));
    let admit_up_to = table.get("admit_up_to");
    let refuses = |_: &&Value<'_>| on_outage != Some(OnOutage::Admit);
    if let Some(value) = admit_up_to.as_ref().filter(refuses) {
        value.mistake("needs on_outage = \"admit\"");
    }
    let admit_up_to = admit_up_to.and_then(|v| v.amount(MAX_USD, "USD"));
    let folder = table.get("journal").and_then(|value| {
        let path = value.text()?;
        Some(value.reader.path(path))
    });
    let media_tokens = table.get("media_tokens").and_then(|v| v.count::<u32>());
    let reader = table.reader;
    table.finish();
    let url = url?;
    let folder = folder.unwrap_or_else(|| match url.expose().strip_prefix(SQLITE) {
        Some(file) => PathBuf::from(format!("{file}-records")),
        None => reader.path(JOURNAL),
    });
    let mut config = StoreConfig::new(url, folder);
    config.on_outage = on_outage.unwrap_or(config.on_outage);
    config.admit_up_to = admit_up_to.unwrap_or(config.admit_up_to);
    config.media_tokens = media_tokens.unwrap_or(config.media_tokens);
    Some(config)
}

/// Reads the URL of a database. The path of a SQLite file starts in the folder of the configuration.
fn database_url(value: &Value<'_>) -> Option<Secret> {
    let url = text_or_secret(value)?;
    let text = url.expose();
    if let Some(path) = text.strip_prefix(SQLITE) {
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.starts_with(':') {
            value.mistake("must name a file: sqlite:orouter.db");
            return None;
        }
        if path.contains('?') {
            value.mistake("must have no parameters after the file: sqlite:orouter.db");
            return None;
        }
        let path = value.reader.path(path);
        let Some(path) = path.to_str() else {
            value.mistake("names a file in a folder whose name is not UTF-8");
            return None;
        };
        return Some(Secret::new(format!("{SQLITE}{path}")));
    }
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        if !cfg!(feature = "postgres") {
            value.mistake(
                "names PostgreSQL, which this build does not support; write sqlite:orouter.db",
            );
            return None;
        }
        return Some(url);
    }
    // Not shown, because it may contain a password.
    value.mistake("must begin with sqlite: or postgres://");
    None
}

pub(super) fn records(table: Table<'_>) -> RecordsConfig {
    let defaults = RecordsConfig::default();
    let client_fields = table.get("client_fields").and_then(|v| v.boolean());
    let retention = table.get("retention").and_then(|v| positive(&v));
    let config = RecordsConfig {
        client_fields: client_fields.unwrap_or(defaults.client_fields),
        retention: retention.unwrap_or(defaults.retention),
        admin_listen: table.get("admin_listen").and_then(|v| v.parsed(address)),
        require_keys: table.get("require_keys").and_then(|v| v.boolean()),
    };
    table.finish();
    config
}

fn time(value: &Value<'_>) -> Option<Duration> {
    value.parsed(str::parse::<TimeSpan>).map(|time| time.0)
}

/// Reads a time that is not zero.
pub(super) fn positive(value: &Value<'_>) -> Option<Duration> {
    value.parsed(TimeSpan::positive).map(|time| time.0)
}

fn size(value: &Value<'_>) -> Option<usize> {
    if let toml::de::DeValue::Integer(_) = value.value {
        return value.count();
    }
    value.parsed(str::parse::<ByteSize>).map(|size| size.0)
}

/// Reads a list of texts that are parsed.
fn parsed_list<T: std::str::FromStr<Err: std::fmt::Display>>(value: Option<Value<'_>>) -> Vec<T> {
    let values = value.and_then(|value| value.list()).unwrap_or_default();
    let parse = |value: &Value<'_>| {
        let text = value.text()?;
        text.parse()
            .map_err(|error: T::Err| value.mistake(error.to_string()))
            .ok()
    };
    values.iter().filter_map(parse).collect()
}
