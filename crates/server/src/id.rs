//! [`GenerationId`] and item ids: the ids that this server creates.

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
        Self(format!("gen-{now}-{}", random(20)))
    }

    /// Returns the id as text.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Creates an id for an output item: `prefix` and 24 random characters.
pub(crate) fn item_id(prefix: &str) -> String {
    format!("{prefix}{}", random(24))
}

/// Returns `length` random letters and digits. They make ids distinct and need not be secret.
fn random(length: usize) -> String {
    (0..length)
        .filter_map(|_| ALPHABET.get(fastrand::usize(..ALPHABET.len())))
        .map(|&b| b as char)
        .collect()
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
        assert_eq!(item_id("msg_").len(), 28);
    }
}
