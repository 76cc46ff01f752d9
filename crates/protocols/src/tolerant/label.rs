//! [`Label`]: a short string that every chunk repeats.

use orouter_wire::Wire;
use orouter_wire::json::{Parsed, Parser, Writer};

/// Maximum number of bytes that a label keeps in place.
const IN_PLACE: usize = 47;

/// A string that every chunk repeats, such as the model's name. A short one is kept in place, so that
/// reading a chunk does not allocate memory for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    InPlace(u8, [u8; IN_PLACE]),
    Long(Box<str>),
}

impl Label {
    fn new(text: &str) -> Self {
        let mut bytes = [0; IN_PLACE];
        match (bytes.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(text.as_bytes());
                Self::InPlace(length, bytes)
            }
            _ => Self::Long(text.into()),
        }
    }

    /// Returns the string.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::InPlace(length, bytes) => {
                let text = bytes.get(..usize::from(*length)).unwrap_or_default();
                std::str::from_utf8(text).unwrap_or_default()
            }
            Self::Long(text) => text,
        }
    }
}

impl Wire for Label {
    fn decode(parser: &mut Parser<'_>) -> Parsed<Self> {
        parser.string().map(|text| Self::new(&text))
    }

    fn encode(&self, writer: &mut Writer) {
        writer.string(self.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_every_length_are_kept() {
        for length in [0, 1, 46, 47, 48, 200, 300] {
            let text = "x".repeat(length);
            assert_eq!(Label::new(&text).as_str(), text);
        }
        assert_eq!(Label::new("é漢🙂").as_str(), "é漢🙂");
    }
}
