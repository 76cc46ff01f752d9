//! The ids that this server mints: one per answer, one per item of it.

/// The alphabet of the random part of an id.
const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The id of one request and of its answer, whatever comes of it: `gen-1785813195-Xe9pni9PQzhQfSCC92d4`.
///
/// It travels in the `X-Generation-Id` header of every answer, errors included, and is the `id`
/// of the response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GenerationId(String);

impl GenerationId {
    /// A new id for a request that arrived at `now`, in seconds since 1970.
    pub(crate) fn mint(now: u64) -> Self {
        Self(format!("gen-{now}-{}", random(20)))
    }

    /// The id as text.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A new id for an item of an answer: `prefix` and 24 random characters.
pub(crate) fn item_id(prefix: &str) -> String {
    format!("{prefix}{}", random(24))
}

/// `length` random letters and digits. They tell ids apart; they are no secret.
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
    fn ids_have_their_shape_and_differ() {
        let id = GenerationId::mint(1_785_813_195);
        let random = id
            .as_str()
            .strip_prefix("gen-1785813195-")
            .expect("the prefix");
        assert_eq!(random.len(), 20);
        assert!(random.bytes().all(|b| b.is_ascii_alphanumeric()));
        assert_ne!(id, GenerationId::mint(1_785_813_195));
        assert_eq!(item_id("msg_").len(), 28);
    }
}
