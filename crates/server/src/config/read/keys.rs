//! `[[keys]]`.

use sha2::{Digest as _, Sha256};

use super::secret::{header_problem, secret};
use super::shown::shown;
use super::value::{Table, Value};
use crate::config::sections::KeyConfig;

/// A key and the places that messages name.
struct Read {
    key: KeyConfig,
    name_at: usize,
    hash_at: usize,
}

/// Reads the keys. Two keys must differ in name and hash.
pub(super) fn keys(tables: Vec<Table<'_>>) -> Vec<KeyConfig> {
    let mut read: Vec<Read> = Vec::new();
    for table in tables {
        let Some((name, hash)) = key(table) else {
            continue;
        };
        let same_name = |known: &&Read| known.key.name.eq_ignore_ascii_case(&name.1);
        if let Some(known) = read.iter().find(same_name) {
            let place = name.0.reader.place(known.name_at);
            name.0.mistake(format!(
                "{} is the name of the key at {place} too",
                shown(&name.1)
            ));
        } else if let Some(known) = read.iter().find(|known| known.key.hash == hash.1) {
            let place = hash.0.reader.place(known.hash_at);
            hash.0.mistake(format!("is the same key as at {place}"));
        } else {
            read.push(Read {
                key: KeyConfig::new(name.1, hash.1),
                name_at: name.0.at,
                hash_at: hash.0.at,
            });
        }
    }
    read.into_iter().map(|read| read.key).collect()
}

/// A value and what was read from it.
type With<'a, T> = (Value<'a>, T);

fn key(table: Table<'_>) -> Option<(With<'_, String>, With<'_, [u8; 32]>)> {
    let name = table.require("name", "name = \"ci\"").and_then(|value| {
        let name = value.text()?.to_owned();
        Some((value, name))
    });
    let (at, member, reader) = (table.at, table.member.clone(), table.reader);
    let (hash, key) = (table.get("hash"), table.get("key"));
    table.finish();
    let hash = match (hash, key) {
        (Some(_), Some(key)) => {
            key.mistake("the table has both hash and key; keep one of them");
            None
        }
        (Some(value), None) => hash_text(&value).map(|hash| (value, hash)),
        (None, Some(value)) => {
            let secret = secret(&value)?;
            if let Some(problem) = header_problem(secret.expose()) {
                value.mistake(problem);
                return None;
            }
            let hash = Sha256::digest(secret.expose().as_bytes()).into();
            Some((value, hash))
        }
        (None, None) => {
            let text = "has neither hash nor key; write hash = \"sha256:<hex of the key's SHA-256>\" or key = { env = \"NAME\" }";
            reader.doubtful(at, member, text.to_owned());
            None
        }
    };
    Some((name?, hash?))
}

/// Reads `sha256:` and 64 hex digits. The text is not shown, because it may be a key.
fn hash_text(value: &Value<'_>) -> Option<[u8; 32]> {
    let text = value.string()?;
    let expected = "must be sha256: and the 64 hex digits of the key's SHA-256";
    let Some(digits) = text.strip_prefix("sha256:") else {
        value.mistake(expected);
        return None;
    };
    let hash = from_hex(digits);
    if hash.is_none() {
        let count = digits.chars().count();
        let found = if digits.chars().all(|c| c.is_ascii_hexdigit()) {
            format!("has {count} digits")
        } else {
            "has other characters".to_owned()
        };
        value.mistake(format!("{expected}; this one {found}"));
    }
    hash
}

fn from_hex(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        let pair = digits.get(index * 2..index * 2 + 2)?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}
