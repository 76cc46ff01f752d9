//! [`Keys`]: the static keys of a server.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};

use crate::config::KeyConfig;

/// The static keys of a server. The default has none and requires none.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    keys: Vec<StaticKey>,
    /// `true` if every request needs a key. `None`: unless the server listens on a loopback address
    /// and has no keys.
    required: Option<bool>,
    /// `true` if the server has a store, whose keys are valid too.
    stored: bool,
}

/// A key that the configuration has.
#[derive(Clone, Debug)]
struct StaticKey {
    name: Arc<str>,
    hash: [u8; 32],
}

impl Default for Keys {
    fn default() -> Self {
        Self::new(Vec::new(), false)
    }
}

impl Keys {
    /// Creates the keys of a configuration. `required` is its `records.require_keys`.
    pub(crate) fn new(keys: Vec<KeyConfig>, required: impl Into<Option<bool>>) -> Self {
        let keys = keys.into_iter().map(|key| StaticKey {
            name: key.name.into(),
            hash: key.hash,
        });
        Self {
            keys: keys.collect(),
            required: required.into(),
            stored: false,
        }
    }

    /// Sets if the server has a store, whose keys are valid too.
    pub(crate) fn stored(mut self, stored: bool) -> Self {
        self.stored = stored;
        self
    }

    /// Returns `true` if every request needs a key. `loopback`: the server listens on a loopback
    /// address.
    pub(crate) fn required(&self, loopback: bool) -> bool {
        self.required.unwrap_or(!(loopback && self.is_empty()))
    }

    /// Returns `true` if no key is valid.
    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty() && !self.stored
    }

    /// Returns the name of a key; `None` if it is unknown. The time does not depend on which key it
    /// is.
    pub(crate) fn name_of(&self, key: &[u8]) -> Option<&Arc<str>> {
        if self.keys.is_empty() {
            return None;
        }
        let hash: [u8; 32] = Sha256::digest(key).into();
        let mut found = Choice::from(0);
        let mut index = 0;
        for (position, known) in (0_u64..).zip(&self.keys) {
            let equal = known.hash.ct_eq(&hash);
            index.conditional_assign(&position, equal);
            found |= equal;
        }
        if !bool::from(found) {
            return None;
        }
        let known = self.keys.get(usize::try_from(index).ok()?)?;
        Some(&known.name)
    }
}

/// The reason why a request's key is refused. The log has it; clients get one message for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyRefusal {
    /// The request has no key.
    Missing,
    /// No key has this hash.
    Unknown,
    /// The key is disabled.
    Disabled,
    /// The key has expired.
    Expired,
    /// `Authorization` is not `Bearer KEY`.
    Scheme,
    /// The request has more than one `Authorization` header.
    Repeated,
}

impl From<orouter_store::KeyRefusal> for KeyRefusal {
    fn from(refusal: orouter_store::KeyRefusal) -> Self {
        match refusal {
            orouter_store::KeyRefusal::Disabled => Self::Disabled,
            orouter_store::KeyRefusal::Expired => Self::Expired,
            _ => Self::Unknown,
        }
    }
}

impl KeyRefusal {
    /// Returns the reason, for the log.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "no key",
            Self::Unknown => "unknown key",
            Self::Disabled => "disabled key",
            Self::Expired => "expired key",
            Self::Scheme => "Authorization is not a bearer key",
            Self::Repeated => "more than one Authorization header",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str, text: &str) -> KeyConfig {
        KeyConfig::new(name, Sha256::digest(text).into())
    }

    #[test]
    fn a_key_is_known_by_its_hash() {
        let keys = Keys::new(vec![key("ci", "one"), key("app", "two")], None);
        assert_eq!(keys.name_of(b"one").map(|name| &**name), Some("ci"));
        assert_eq!(keys.name_of(b"two").map(|name| &**name), Some("app"));
        for unknown in ["", "On", "one ", "ONE", "twoo"] {
            assert_eq!(keys.name_of(unknown.as_bytes()), None, "{unknown}");
        }
        assert_eq!(Keys::default().name_of(b"one"), None);
    }

    #[test]
    fn keys_are_required_unless_the_server_is_local_and_has_none() {
        let some = || vec![key("ci", "one")];
        for (keys, setting, loopback, required) in [
            (vec![], None, true, false),
            (vec![], None, false, true),
            (some(), None, true, true),
            (some(), None, false, true),
            (some(), Some(false), false, false),
            (vec![], Some(true), true, true),
        ] {
            let text = format!("{setting:?} {loopback} {keys:?}");
            assert_eq!(
                Keys::new(keys, setting).required(loopback),
                required,
                "{text}"
            );
        }
        assert!(!Keys::default().required(false));
        let stored = Keys::new(vec![], None).stored(true);
        assert!(stored.required(true) && !stored.is_empty());
        assert!(!Keys::new(vec![], Some(false)).stored(true).required(false));
    }
}
