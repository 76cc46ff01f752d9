//! Thought signatures: opaque data with which the model finds its reasoning again. A signature
//! belongs to one part of a message of the model.

use std::borrow::Cow;

use orouter_wire::{Raw, ReasoningFormat, ReasoningItem};

use super::base64::is_base64;
use crate::json_text::{get, string};
use crate::notes::Notes;
use crate::request::place::Place;
use crate::seals;
use crate::target::Target;

/// The documented value, base64 of `skip_thought_signature_validator`, of a call that another model
/// made or whose signature was lost. Newer models refuse a call without a signature.
pub(super) const UNKNOWN: &str = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=";

/// Returns the signature in the `extra_content` of a call.
pub(super) fn of_call(extra_content: &Raw) -> Option<Cow<'_, str>> {
    let google = get(extra_content.get(), "google")?;
    let signature = string(get(google, "thought_signature")?)?;
    // The API refuses a request with another signature.
    is_base64(&signature).then_some(signature)
}

/// Reads the signatures of reasoning items.
#[derive(Clone, Copy)]
pub(super) struct SignatureReader<'a> {
    pub(super) target: &'a Target<'a>,
    pub(super) notes: &'a Notes,
}

impl SignatureReader<'_> {
    /// Returns the signature of reasoning. `None` if it has none that this endpoint can verify; this
    /// is then in the notes. The model reads its earlier reasoning only through signatures.
    pub(super) fn read(self, item: &ReasoningItem, place: Place) -> Option<&str> {
        let of_google = matches!(
            item.format,
            None | Some(ReasoningFormat::GoogleGeminiV1 | ReasoningFormat::Unspecified)
        );
        let found = seals::of_reasoning(item)
            .filter(|seal| of_google && is_base64(seal))
            .find(|seal| (self.target.accepts_encrypted)(seal));
        if found.is_some() {
            return found;
        }
        match seals::of_reasoning(item).next() {
            Some(_) => self.notes.skipped(
                place.to_string(),
                "another endpoint encrypted or signed this reasoning, and this one cannot read it",
            ),
            None => self.notes.skipped(
                place.to_string(),
                "the reasoning has no signature of the endpoint",
            ),
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_of_a_call_is_googles() {
        for (extra, signature) in [
            (
                r#"{"google":{"thought_signature":"AA\u003d="}}"#,
                Some("AA=="),
            ),
            (r#"{"google":{"thought_signature":"a b"}}"#, None),
            (r#"{"google":{"thought_signature":""}}"#, None),
            (r#"{"google":{"thought_signature":7}}"#, None),
            (r#"{"google":"x"}"#, None),
            (r#"{"other":{"thought_signature":"AAAA"}}"#, None),
        ] {
            let extra: Raw = extra.parse().unwrap();
            assert_eq!(of_call(&extra).as_deref(), signature);
        }
    }

    #[test]
    fn the_value_for_unknown_signatures_is_base64() {
        assert!(is_base64(UNKNOWN));
    }
}
