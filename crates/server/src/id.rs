//! [`GenerationId`] and item ids: the ids that this server creates.

use std::fmt::Write as _;

/// The alphabet of the random part of an id.
const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The id of one request and its response: `gen-1785813195-Xe9pni9PQzhQfSCC92d4`.
///
/// It is in the `X-Generation-Id` header of every HTTP response, including errors, and is the `id`
/// of the response object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GenerationId(String);

impl GenerationId {
    /// Creates an id for a request that arrived at `now`, in seconds since 1970.
    pub(crate) fn new(now: u64) -> Self {
        let mut id = String::with_capacity(40);
        // Writing to a string does not fail.
        let _ = write!(id, "gen-{now}-");
        push_random(&mut id, 20);
        Self(id)
    }

    /// Returns the id as text.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Creates an id for an output item: `prefix` and 24 random characters.
#[cfg(feature = "local")]
pub(crate) fn item_id(prefix: &str) -> String {
    let mut id = String::with_capacity(prefix.len() + 24);
    id.push_str(prefix);
    push_random(&mut id, 24);
    id
}

/// Appends `length` random letters and digits. They make ids distinct and need not be secret.
fn push_random(id: &mut String, length: usize) {
    let mut random = fastrand::Rng::new();
    for _ in 0..length {
        if let Some(byte) = ALPHABET.get(random.usize(..ALPHABET.len())) {
            id.push(char::from(*byte));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_their_form_and_differ() {
        let id = GenerationId::new(1_785_813_195);
        let random = id
            .as_str()
            .strip_prefix("gen-1785813195-")
            .expect("the prefix");
        assert_eq!(random.len(), 20);
        assert!(random.bytes().all(|b| b.is_ascii_alphanumeric()));
        assert_ne!(id, GenerationId::new(1_785_813_195));
        #[cfg(feature = "local")]
        assert_eq!(item_id("msg_").len(), 28);
    }
}
