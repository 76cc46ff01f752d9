//! `[server]`, `[log]`, `[store]` and `[records]`.

use std::time::Duration;

use super::address::address;
use super::secret::text_or_secret;
use super::value::{Table, Value};
use crate::config::byte_size::ByteSize;
use crate::config::sections::{
    LogConfig, LogFormat, OnOutage, RecordsConfig, ServerConfig, StoreConfig,
};
use crate::config::time_span::TimeSpan;
use crate::limits::Limits;

/// Note on members whose effect a later version brings.
const NO_EFFECT: &str = "is checked and has no effect in this version";

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
        allow_unpriced: later(table.get("allow_unpriced"), false, Value::boolean),
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

pub(super) fn store(table: Table<'_>) -> Option<StoreConfig> {
    let effects = [("refuse", OnOutage::Refuse), ("admit", OnOutage::Admit)];
    let url = table
        .require("url", "url = \"sqlite:orouter.db\"")
        .and_then(|value| {
            let url = text_or_secret(&value)?;
            let known = ["sqlite:", "postgres://", "postgresql://"];
            if known.iter().any(|scheme| url.expose().starts_with(scheme)) {
                return Some(url);
            }
            // Not shown, because it may contain a password.
            value.mistake("must begin with sqlite: or postgres://");
            None
        });
    let on_outage = table.get("on_outage").and_then(|v| v.word(&effects));
    let admit_up_to = table.get("admit_up_to");
    if let Some(value) = admit_up_to
        .as_ref()
        .filter(|_| on_outage != Some(OnOutage::Admit))
    {
        value.mistake("needs on_outage = \"admit\"");
    }
    let admit_up_to = admit_up_to.and_then(|v| v.amount(MAX_USD, "USD"));
    let text = format!("[store] {NO_EFFECT}: it has no accounts");
    table.reader.warning(table.at, table.member.clone(), text);
    table.finish();
    let mut config = StoreConfig::new(url?);
    config.on_outage = on_outage.unwrap_or(config.on_outage);
    config.admit_up_to = admit_up_to;
    Some(config)
}

pub(super) fn records(table: Table<'_>) -> RecordsConfig {
    let defaults = RecordsConfig::default();
    let config = RecordsConfig {
        client_fields: later(
            table.get("client_fields"),
            defaults.client_fields,
            Value::boolean,
        ),
        retention: later(table.get("retention"), defaults.retention, positive),
        admin_listen: table.get("admin_listen").and_then(|v| v.parsed(address)),
        require_keys: table.get("require_keys").and_then(|v| v.boolean()),
    };
    table.finish();
    config
}

/// Reads a member without an effect in this version. A value other than the default gets a warning.
fn later<'a, T: PartialEq>(
    value: Option<Value<'a>>,
    default: T,
    read: impl FnOnce(&Value<'a>) -> Option<T>,
) -> T {
    let Some(value) = value else {
        return default;
    };
    let Some(read) = read(&value) else {
        return default;
    };
    if read != default {
        value.warning(NO_EFFECT);
    }
    read
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
