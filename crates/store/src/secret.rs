//! [`ApiKey`] and [`KeyHash`]: the secret that a client sends, and the hash that is stored.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::StoreError;

/// Prefix of every key that a store creates.
const PREFIX: &str = "sk-or-v1-";

/// Number of digits of a label before and after the dots.
const LABEL_DIGITS: (usize, usize) = (3, 4);

/// A new API key: `sk-or-v1-` and 64 hex digits from the operating system's random source. It exists
/// only until it was shown; the store keeps its hash. `Debug` shows the label.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// Creates a random key.
    ///
    /// # Errors
    /// [`StoreError::Io`] if the operating system's random source fails.
    pub fn random() -> Result<Self, StoreError> {
        let mut bytes = [0; 32];
        fill_random(&mut bytes)?;
        Ok(Self(format!("{PREFIX}{}", to_hex(&bytes))))
    }

    /// Returns `true` if a text has the form of a key. Other texts need not be looked up.
    #[must_use]
    pub fn has_form(text: &[u8]) -> bool {
        let digits = text.strip_prefix(PREFIX.as_bytes()).unwrap_or_default();
        digits.len() == 64 && digits.iter().all(u8::is_ascii_hexdigit)
    }

    /// Returns the secret.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the hash of the key.
    #[must_use]
    pub fn hash(&self) -> KeyHash {
        KeyHash::of(self.0.as_bytes())
    }

    /// Returns the label, by which a person recognises the key: `sk-or-v1-0e6...1c96`.
    #[must_use]
    pub fn label(&self) -> String {
        let (first, last) = LABEL_DIGITS;
        let start = self.0.get(..PREFIX.len() + first).unwrap_or_default();
        let end = self.0.len().saturating_sub(last);
        format!("{start}...{}", self.0.get(end..).unwrap_or_default())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({})", self.label())
    }
}

/// The SHA-256 of a key. Keys have 256 random bits, so their hashes need no salt.
///
/// Comparison takes a time that depends on the hash. That reveals nothing of use: a client cannot
/// choose a key with a given hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyHash([u8; 32]);

impl KeyHash {
    /// Returns the hash of the key that a client sent.
    #[must_use]
    pub fn of(key: &[u8]) -> Self {
        Self(Sha256::digest(key).into())
    }

    /// Creates a hash from its bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes of the hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Shows the hash as 64 lower-case hex digits.
impl fmt::Display for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyHash({self})")
    }
}

/// Reads 64 hex digits.
impl FromStr for KeyHash {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let wrong = StoreError::invalid("hash", "must have 64 hex digits");
        let mut bytes = [0; 32];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return Err(wrong);
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            let (Some(high), Some(low)) = (nibble(*high), nibble(*low)) else {
                return Err(wrong);
            };
            *byte = high << 4 | low;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for KeyHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KeyHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

fn nibble(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

/// Returns the lower-case hex digits of bytes.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'0');
    let mut digits = Vec::with_capacity(2 * bytes.len());
    for byte in bytes {
        digits.extend([digit(byte >> 4), digit(byte & 15)]);
    }
    String::from_utf8(digits).unwrap_or_default() // digits are ASCII
}

/// Fills the buffer from the operating system's random source.
pub(crate) fn fill_random(bytes: &mut [u8]) -> Result<(), StoreError> {
    getrandom::fill(bytes)
        .map_err(|error| StoreError::Io(format!("the system's random source failed: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_64_digits_and_a_label() {
        let key = ApiKey::random().expect("a key");
        let digits = key.expose().strip_prefix("sk-or-v1-").expect("a prefix");
        assert_eq!(digits.len(), 64);
        assert!(digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        assert_eq!(
            key.label(),
            format!("sk-or-v1-{}...{}", &digits[..3], &digits[60..])
        );
        assert_ne!(key, ApiKey::random().expect("a key"));
        assert!(ApiKey::has_form(key.expose().as_bytes()));
        for other in [
            "",
            "sk-or-v1-",
            "sk-or-v1-0",
            "x",
            &key.expose()[1..],
            &format!("{}0", key.expose()),
        ] {
            assert!(!ApiKey::has_form(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn debug_does_not_show_the_secret() {
        let key = ApiKey::random().expect("a key");
        assert!(!format!("{key:?}").contains(&key.expose()[12..]));
    }

    #[test]
    fn a_hash_survives_its_text() {
        let hash = KeyHash::of(b"abc");
        let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash.to_string(), text);
        assert_eq!(text.parse(), Ok(hash));
        assert_eq!(text.to_uppercase().parse(), Ok(hash));
        for text in [
            "",
            "ba78",
            &text[1..],
            &format!("{text}0"),
            &text.replace('b', "g"),
        ] {
            assert!(text.parse::<KeyHash>().is_err(), "{text}");
        }
        let json = serde_json::to_string(&hash).expect("JSON");
        assert_eq!(
            serde_json::from_str::<KeyHash>(&json).expect("a hash"),
            hash
        );
    }
}
