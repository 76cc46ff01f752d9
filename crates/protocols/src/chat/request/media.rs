//! [`MediaReader`]: reads images, files, audio and video.

use std::borrow::Cow;

use orouter_wire::{
    AudioFormat, Extra, ImageDetail, InputAudio, InputFile, InputImage, InputVideo,
    PromptCacheBreakpoint, Raw,
};

use super::part::{FileSource, Marks, Part};
use super::part_error::PartError;
use super::place::Place;
use super::support::Support;
use super::undecoded;
use crate::notes::Notes;
use crate::quote::quote_list;
use crate::refusal::Refusal;

/// Reads images, files, audio and video.
#[derive(Clone, Copy)]
pub(super) struct MediaReader<'a> {
    /// Kinds of input that the endpoint reads. `None`: not known.
    pub(super) modalities: Option<&'a [String]>,
    pub(super) support: Support<'a>,
    pub(super) notes: &'a Notes,
}

impl<'a> MediaReader<'a> {
    /// Reads an image.
    pub(super) fn image(self, image: &'a InputImage, place: Place) -> Result<Part<'a>, PartError> {
        for member in ["image_url", "file_id"] {
            undecoded::string(&image.extra, place, member)?;
        }
        self.check_modality("image", "an image", place)?;
        match image.image_url.as_deref() {
            Some(url) if !url.is_empty() => Ok(Part::Image {
                url,
                detail: self.detail(image, place),
                marks: self.marks(&image.extra, image.prompt_cache_breakpoint.as_ref()),
            }),
            _ if image.file_id.is_some() => Err(PartError::Unsupported(Refusal::new(
                format!("{place}.file_id"),
                format!(
                    "`{place}.file_id` cannot be served: in Chat Completions an image has no file \
                     id; send `image_url` with an `https:` or `data:` URL"
                ),
            ))),
            _ => Err(PartError::Malformed(Refusal::new(
                format!("{place}.image_url"),
                format!("`{place}.image_url` must be an `https:` or `data:` URL"),
            ))),
        }
    }

    fn detail(self, image: &'a InputImage, place: Place) -> Option<&'a str> {
        match &image.detail {
            Some(ImageDetail::Original) => {
                self.notes.adjusted(
                    format!("{place}.detail"),
                    "sent as `high`, the highest resolution that Chat Completions has",
                );
                Some(ImageDetail::High.as_str())
            }
            detail => detail.as_ref().map(ImageDetail::as_str),
        }
    }

    /// Reads a file.
    pub(super) fn file(self, file: &'a InputFile, place: Place) -> Result<Part<'a>, PartError> {
        for member in ["file_data", "file_id", "file_url", "filename"] {
            undecoded::string(&file.extra, place, member)?;
        }
        self.check_modality("file", "a file", place)?;
        let set = |member: &'a Option<String>| member.as_deref().filter(|text| !text.is_empty());
        let source = if let Some(data) = set(&file.file_data) {
            let filename = set(&file.filename).unwrap_or("file");
            FileSource::Data {
                filename,
                data: data_url(data, filename),
            }
        } else if let Some(id) = set(&file.file_id) {
            FileSource::Id(id)
        } else if set(&file.file_url).is_some() {
            return Err(PartError::Unsupported(Refusal::new(
                format!("{place}.file_url"),
                format!(
                    "`{place}.file_url` cannot be served: in Chat Completions a file has no URL, \
                     and this server does not fetch it; send the file in `file_data`, as a data URL"
                ),
            )));
        } else {
            return Err(PartError::Malformed(Refusal::new(
                format!("{place}.file_data"),
                format!("`{place}.file_data` must be the file as a data URL"),
            )));
        };
        if file.detail.is_some() {
            self.notes.ignored(
                format!("{place}.detail"),
                "in Chat Completions, a file has no such setting",
            );
        }
        Ok(Part::File {
            source,
            marks: self.marks(&file.extra, file.prompt_cache_breakpoint.as_ref()),
        })
    }

    /// Reads audio.
    pub(super) fn audio(self, audio: &'a InputAudio, place: Place) -> Result<Part<'a>, PartError> {
        let data = &audio.input_audio;
        undecoded::string(&data.extra, place, "data")?;
        self.check_modality("audio", "audio", place)?;
        Ok(Part::Audio {
            data: &data.data,
            format: data.format.as_ref().map(AudioFormat::as_str),
            marks: self.marks(&audio.extra, None),
        })
    }

    /// Reads a video.
    pub(super) fn video(self, video: &'a InputVideo, place: Place) -> Result<Part<'a>, PartError> {
        undecoded::string(&video.extra, place, "video_url")?;
        self.check_modality("video", "a video", place)?;
        if video.processing.is_some() {
            self.notes.ignored(
                format!("{place}.processing"),
                "Chat Completions has no such setting",
            );
        }
        Ok(Part::Video {
            url: &video.video_url,
            marks: self.marks(&video.extra, None),
        })
    }

    /// Returns an error for a kind of input that the endpoint does not read.
    fn check_modality(self, kind: &str, described: &str, place: Place) -> Result<(), PartError> {
        let Some(kinds) = self.modalities else {
            return Ok(());
        };
        if kinds.iter().any(|known| known.eq_ignore_ascii_case(kind)) {
            return Ok(());
        }
        let kinds = match kinds {
            [] => "`text`".to_owned(),
            kinds => quote_list(kinds, 5),
        };
        Err(PartError::Unsupported(Refusal::new(
            place.to_string(),
            format!("`{place}` is {described}, which the model does not read; it reads {kinds}"),
        )))
    }

    /// Returns the cache marks that the endpoint takes.
    pub(super) fn marks(
        self,
        extra: &'a Extra,
        breakpoint: Option<&'a PromptCacheBreakpoint>,
    ) -> Marks<'a> {
        let cache_control = extra
            .get("cache_control")
            .filter(|raw| !Raw::is_null(raw))
            .filter(|_| {
                self.support
                    .allows_or_note(&["cache_control"], "cache_control")
            });
        let breakpoint = breakpoint.filter(|_| {
            let path = "prompt_cache_breakpoint";
            self.support.allows_or_note(&["prompt_cache_options"], path)
        });
        Marks {
            cache_control,
            breakpoint,
        }
    }
}

/// Returns `data` as a data URL. Base64 of a file whose name tells its type becomes one; other data
/// stays as it is.
fn data_url<'a>(data: &'a str, filename: &str) -> Cow<'a, str> {
    let scheme = data.get(..5).unwrap_or_default();
    let ending = filename.rsplit_once('.').map_or("", |(_, ending)| ending);
    if scheme.eq_ignore_ascii_case("data:") || !ending.eq_ignore_ascii_case("pdf") {
        return Cow::Borrowed(data);
    }
    Cow::Owned(format!("data:application/pdf;base64,{data}"))
}
