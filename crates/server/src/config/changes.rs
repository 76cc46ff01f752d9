//! [`Changes`]: the differences between two configurations, for the log of a reload.

use std::fmt;

use super::endpoint::ModelConfig;
use super::provider::ProviderConfig;
use super::settings::Config;

/// Maximum number of names that a list shows.
const SHOWN: usize = 10;

/// The differences between two configurations. `Display` shows them in one line, without secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    applied: Vec<String>,
    /// Members that differ and need a restart, such as `server.listen`.
    pub needs_restart: Vec<&'static str>,
}

impl Changes {
    /// Compares two configurations.
    #[must_use]
    pub fn between(old: &Config, new: &Config) -> Self {
        let mut changes = Self::default();
        let name = |provider: &ProviderConfig| provider.name.clone();
        changes.list("providers", &old.providers, &new.providers, name);
        let id = |model: &ModelConfig| model.id.clone();
        changes.list("models", &old.models, &new.models, id);
        changes.list("imported models", &old.imported, &new.imported, id);
        changes.list("keys", &old.keys, &new.keys, |key| key.name.clone());
        if old.server.fetch_urls != new.server.fetch_urls {
            changes.applied.push("server.fetch_urls".to_owned());
        }
        if old.server.allow_unpriced != new.server.allow_unpriced {
            changes.applied.push("server.allow_unpriced".to_owned());
        }
        if old.records.require_keys != new.records.require_keys {
            changes.applied.push("records.require_keys".to_owned());
        }
        changes.needs_restart = needs_restart(old, new);
        changes
    }

    /// Returns `true` if the configurations do not differ in what a reload applies.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.applied.is_empty()
    }

    fn list<T: PartialEq>(
        &mut self,
        what: &str,
        old: &[T],
        new: &[T],
        name: impl Fn(&T) -> String,
    ) {
        let find = |list: &[T], wanted: &T| {
            let wanted = name(wanted);
            list.iter().position(|item| name(item) == wanted)
        };
        let (mut added, mut changed) = (Vec::new(), Vec::new());
        for item in new {
            match find(old, item).and_then(|index| old.get(index)) {
                None => added.push(name(item)),
                Some(known) if known != item => changed.push(name(item)),
                Some(_) => {}
            }
        }
        let gone = old.iter().filter(|item| find(new, item).is_none());
        let removed: Vec<String> = gone.map(&name).collect();
        for (change, names) in [("added", added), ("changed", changed), ("removed", removed)] {
            if !names.is_empty() {
                self.applied
                    .push(format!("{what} {change}: {}", shortened(&names)));
            }
        }
    }
}

/// Shows "no changes" for configurations that do not differ.
impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.applied.is_empty() {
            return f.write_str("no changes");
        }
        f.write_str(&self.applied.join("; "))
    }
}

fn shortened(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        others => format!("{} and {others} others", shown.join(", ")),
    }
}

/// Returns the members that differ and that only a new server reads.
fn needs_restart(old: &Config, new: &Config) -> Vec<&'static str> {
    let (server, other) = (&old.server, &new.server);
    let differs = [
        ("server.listen", server.listen != other.listen),
        (
            "server.allow_origins",
            server.allow_origins != other.allow_origins,
        ),
        (
            "server.allow_hosts",
            server.allow_hosts != other.allow_hosts,
        ),
        ("server.drain", server.drain != other.drain),
        (
            "server.body_timeout",
            server.body_timeout != other.body_timeout,
        ),
        (
            "server.head_timeout",
            server.head_timeout != other.head_timeout,
        ),
        (
            "server.keep_alive_timeout",
            server.keep_alive_timeout != other.keep_alive_timeout,
        ),
        ("server.head_hold", server.head_hold != other.head_hold),
        ("server.max_body", server.max_body != other.max_body),
        (
            "server.max_bodies_in_flight",
            server.max_bodies_in_flight != other.max_bodies_in_flight,
        ),
        (
            "server.max_connections",
            server.max_connections != other.max_connections,
        ),
        (
            "records.admin_listen",
            old.records.admin_listen != new.records.admin_listen,
        ),
        (
            "records.client_fields",
            old.records.client_fields != new.records.client_fields,
        ),
        (
            "records.retention",
            old.records.retention != new.records.retention,
        ),
        ("store", old.store != new.store),
        ("log.level", old.log.level != new.log.level),
        ("log.format", old.log.format != new.log.format),
    ];
    let differs = differs.into_iter().filter(|(_, differs)| *differs);
    differs.map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Protocol;
    use crate::config::secret::Secret;

    #[test]
    fn differences_are_named_without_secrets() {
        let provider =
            |name: &str| ProviderConfig::new(name, Protocol::Chat, format!("http://{name}"));
        let old = Config {
            providers: vec![provider("a"), provider("b")],
            ..Config::default()
        };
        let mut new = old.clone();
        assert_eq!(Changes::between(&old, &new).to_string(), "no changes");
        new.providers = vec![provider("b"), provider("c")];
        new.providers[0].api_key = Some(Secret::new("hunter2"));
        new.models = vec![ModelConfig::new("b/x")];
        new.server.listen = Some("127.0.0.1:1".to_owned());
        new.server.fetch_urls = true;
        let changes = Changes::between(&old, &new);
        assert_eq!(
            changes.to_string(),
            "providers added: c; providers changed: b; providers removed: a; models added: b/x; \
             server.fetch_urls"
        );
        assert_eq!(changes.needs_restart, ["server.listen"]);
    }
}
