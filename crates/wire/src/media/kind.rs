//! [`Kind`]: the kinds of media, and the checks of data of each kind.

use super::detect::{by_content, by_name, is_media_type};
use super::error::{InputError, InputErrorKind};
use crate::base64::encode;

/// Kind of input with data.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Image,
    Audio,
    Video,
    File,
}

impl Kind {
    /// Returns the word for an input of this kind in messages.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::File => "file",
        }
    }

    /// Returns the media type of the data: from its first bytes, or else from the file's name; for a
    /// file the other way round.
    pub(super) fn media_type(
        self,
        bytes: &[u8],
        name: Option<&str>,
    ) -> Result<&'static str, InputError> {
        self.check_size(bytes)?;
        let content = by_content(bytes);
        let named = name.and_then(by_name);
        match self {
            // Text can begin with the same bytes as another format, so the name comes first.
            Self::File => Ok(named.or(content).unwrap_or_else(|| fallback(bytes))),
            Self::Image | Self::Audio | Self::Video => {
                let fits = |media_type: &&str| {
                    let (kind, _) = media_type.split_once('/').unwrap_or_default();
                    kind == self.word()
                };
                if let Some(found) = content.filter(fits).or(named.filter(fits)) {
                    return Ok(found);
                }
                Err(match content {
                    Some(other) => InputError::new(
                        InputErrorKind::WrongMedia,
                        format!("the data is {other}, which is not {}", self.noun()),
                    ),
                    None => InputError::new(
                        InputErrorKind::UnknownMedia,
                        format!(
                            "the format of the {} is not known; from_bytes_as sets it",
                            self.word()
                        ),
                    ),
                })
            }
        }
    }

    /// Returns the data as a `data:` URL of this media type.
    pub(super) fn data_url(self, bytes: &[u8], media_type: &str) -> Result<String, InputError> {
        self.check_size(bytes)?;
        if !is_media_type(media_type) {
            return Err(InputError::new(
                InputErrorKind::InvalidMediaType,
                format!(
                    "{media_type:?} is not a media type, such as {}",
                    self.example()
                ),
            ));
        }
        let mut url = format!("data:{media_type};base64,");
        encode(bytes, &mut url);
        Ok(url)
    }

    pub(super) fn check_size(self, bytes: &[u8]) -> Result<(), InputError> {
        if bytes.is_empty() {
            let message = format!("the {} is empty", self.word());
            return Err(InputError::new(InputErrorKind::Empty, message));
        }
        Ok(())
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Image => "an image",
            Self::Audio => "audio",
            Self::Video => "a video",
            Self::File => "a file",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::Image => "image/png",
            Self::Audio => "audio/mpeg",
            Self::Video => "video/mp4",
            Self::File => "application/pdf",
        }
    }
}

/// The media type of a file about which nothing is known.
fn fallback(bytes: &[u8]) -> &'static str {
    let is_text = std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
    if is_text {
        "text/plain"
    } else {
        "application/octet-stream"
    }
}
