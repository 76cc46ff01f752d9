//! Images, audio and citations in a message.

use orouter_wire::{Extra, Unknown, UrlCitation, Wire};

use crate::tolerant::Skipped;

/// A generated image.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Image {
    pub(in super::super) r#type: Option<Skipped>,
    pub(in super::super) image_url: Option<ImageUrl>,
    pub(in super::super) extra: Extra,
}

/// The URL of an image, `data:` or `https:`: a string, or an object with it.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(untagged)]
pub(in super::super) enum ImageUrl {
    #[wire(string)]
    Text(String),
    #[wire(object)]
    Object(ImageUrlObject),
    Unknown(Unknown),
}

/// An object with the URL of an image.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct ImageUrlObject {
    pub(in super::super) url: Option<String>,
    pub(in super::super) extra: Extra,
}

impl ImageUrl {
    /// Returns the URL.
    pub(in super::super) fn into_url(self) -> Option<String> {
        match self {
            Self::Text(url) => Some(url),
            Self::Object(object) => object.url,
            Self::Unknown(_) => None,
        }
    }
}

/// Generated audio, or a piece of it.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Audio {
    pub(in super::super) data: Option<String>,
    pub(in super::super) transcript: Option<String>,
    pub(in super::super) id: Option<Skipped>,
    pub(in super::super) expires_at: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// A source of a range of the text. Chat Completions nests its members in `url_citation`.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct NestedCitation {
    pub(in super::super) url_citation: Option<UrlCitation>,
    pub(in super::super) extra: Extra,
}
