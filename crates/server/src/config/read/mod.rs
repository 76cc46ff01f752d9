//! Reads a configuration file: [`Config::load`] and [`Config::from_toml`].

mod address;
pub(super) mod base_url;
mod catalog_file;
mod date;
mod endpoint;
mod headers;
mod keys;
mod model;
mod price;
mod provider;
mod reader;
mod secret;
mod sections;
mod shown;
mod source;
mod suggest;
mod value;

use std::io::Read as _;
use std::path::Path;

use toml::de::DeTable;

use self::provider::Providers;
use self::reader::Reader;
use self::value::Table;
use super::message::{ConfigErrors, ConfigMessage};
use super::sections::{RecordsConfig, StoreConfig};
use super::settings::Config;

/// Maximum size of a configuration file in bytes.
const MAX_BYTES: u64 = 4 << 20;

impl Config {
    /// Reads a configuration file, and the variables and files to which it refers.
    ///
    /// # Errors
    /// Every mistake in the file, with line and column. No message contains a secret.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ConfigErrors> {
        let path = path.as_ref();
        let bytes = read_file(path)?;
        Self::from_toml(decode(&bytes, path)?, path, |name| std::env::var(name).ok())
    }

    /// Reads `[store]` of a configuration file; `None` if the file has none. Other sections are not
    /// read, and their secrets need not exist: a program that uses only the database can be run by an
    /// administrator who does not have them.
    ///
    /// # Errors
    /// If the file is not TOML, and every mistake in `[store]`. No message contains a secret.
    pub fn load_store(path: impl AsRef<Path>) -> Result<Option<StoreConfig>, ConfigErrors> {
        let path = path.as_ref();
        let bytes = read_file(path)?;
        let variable = |name: &str| std::env::var(name).ok();
        let read = |root: Table<'_>| {
            let table = root.get("store").and_then(|value| value.table());
            table.and_then(sections::store)
        };
        parse(decode(&bytes, path)?, path, &variable, read).map(|(store, _)| store)
    }

    /// Reads the text of a configuration file. `path` names it in messages, and relative paths in
    /// the text start in its folder. `variable` returns the value of an environment variable.
    ///
    /// ```
    /// use orouter_server::config::Config;
    ///
    /// let text = r#"
    /// [providers.openai]
    /// protocol = "responses"
    /// base_url = "api.openai.com/v1"
    /// "#;
    /// let errors = Config::from_toml(text, "orouter.toml", |_| None).unwrap_err();
    /// assert_eq!(
    ///     errors.to_string(),
    ///     "orouter.toml:4:12: providers.openai.base_url: \"api.openai.com/v1\" has no scheme; \
    ///      write https://api.openai.com/v1"
    /// );
    /// ```
    ///
    /// # Errors
    /// Every mistake in the file, with line and column. No message contains a secret.
    pub fn from_toml(
        text: &str,
        path: impl AsRef<Path>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigErrors> {
        let (mut config, warnings) = parse(text, path.as_ref(), &variable, read)?;
        config.warnings = warnings;
        Ok(config)
    }
}

/// Reads the bytes of a file.
fn read_file(path: &Path) -> Result<Vec<u8>, ConfigErrors> {
    let name = path.display().to_string();
    let unreadable = |error| ConfigErrors::of_source(&name, format!("cannot be read: {error}"));
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        let text = format!("is larger than {} MiB", MAX_BYTES >> 20);
        return Err(ConfigErrors::of_source(name, text));
    }
    Ok(bytes)
}

/// Returns the text of a file.
fn decode<'t>(bytes: &'t [u8], path: &Path) -> Result<&'t str, ConfigErrors> {
    source::decode(bytes).map_err(|(place, text)| {
        let mut message = ConfigMessage::of_source(path.display().to_string(), text);
        message.place = place;
        ConfigErrors {
            mistakes: vec![message],
            warnings: Vec::new(),
        }
    })
}

/// Parses a text, and reads its root table. Returns what was read, and the warnings.
fn parse<T>(
    text: &str,
    path: &Path,
    variable: &dyn Fn(&str) -> Option<String>,
    read: impl FnOnce(Table<'_>) -> T,
) -> Result<(T, Vec<ConfigMessage>), ConfigErrors> {
    let reader = Reader::new(path, text, variable);
    let (table, errors) = DeTable::parse_recoverable(reader.source.text);
    for error in errors {
        let end = reader.source.text.len();
        let at = error.span().map_or(end, |span| span.start);
        reader.syntax(at, error.message().to_owned());
    }
    let root = Table::new(&reader, String::new(), 0, table.get_ref());
    let result = read(root);
    drop(table);
    let (mistakes, warnings) = reader.finish();
    if mistakes.is_empty() {
        Ok((result, warnings))
    } else {
        Err(ConfigErrors { mistakes, warnings })
    }
}

/// Reads all sections.
fn read(root: Table<'_>) -> Config {
    let section = |name| root.get(name).and_then(|value| value.table());
    let list = |name| root.get(name).map(|value| value.tables());
    let imported = root
        .get("catalog")
        .map(|value| catalog_file::imported(&value));
    let providers = match section("providers") {
        Some(table) => provider::providers(&table),
        None => Providers::default(),
    };
    let models = model::models(list("models").unwrap_or_default(), &providers);
    providers.warn_of_unused(&models, root.reader);
    let config = Config {
        server: section("server").map(sections::server).unwrap_or_default(),
        log: section("log").map(sections::log).unwrap_or_default(),
        store: section("store").and_then(sections::store),
        records: section("records")
            .map(sections::records)
            .unwrap_or_default(),
        keys: list("keys").map(keys::keys).unwrap_or_default(),
        models,
        providers: providers.configs,
        imported: imported.unwrap_or_default(),
        warnings: Vec::new(),
    };
    if config.records.require_keys == Some(true)
        && config.keys.is_empty()
        && config.store.is_none()
        && let Some(value) = section("records").and_then(|records| records.get("require_keys"))
    {
        value.warning(
            "is true and the file has neither [[keys]] nor [store]: every request is refused",
        );
    }
    if config.store.is_none() {
        let defaults = RecordsConfig::default();
        let records = &config.records;
        for (table, member, is_set) in [
            ("server", "allow_unpriced", config.server.allow_unpriced),
            (
                "records",
                "client_fields",
                records.client_fields != defaults.client_fields,
            ),
            (
                "records",
                "retention",
                records.retention != defaults.retention,
            ),
        ] {
            let value = section(table).and_then(|table| table.get(member));
            if let Some(value) = value.filter(|_| is_set) {
                value.warning("has no effect without [store]");
            }
        }
    }
    let admin = config.records.admin_listen.as_deref();
    let listen = config.server.listen.as_deref();
    if listen
        .zip(admin)
        .is_some_and(|(one, other)| address::overlap(one, other))
        && let Some(value) = section("records").and_then(|records| records.get("admin_listen"))
    {
        value.mistake("is in use by server.listen; write another port");
    }
    root.finish();
    config
}
