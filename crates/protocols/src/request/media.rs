//! [`MediaReader`]: reads images, files, audio and video.

use std::borrow::Cow;

use orouter_wire::{
    AudioFormat, Extra, ImageDetail, InputAudio, InputFile, InputImage, InputVideo,
    PromptCacheBreakpoint,
};

use super::part::{FileSource, ImageSource, Marks, Part, UNNAMED_FILE};
use super::part_error::PartError;
use super::place::Place;
use super::support::Support;
use super::undecoded;
use crate::notes::Notes;
use crate::quote::quote_list;
use crate::refusal::Refusal;

/// The beginning of the `data:` URL of a PDF.
pub(crate) const PDF_URL: &str = "data:application/pdf;base64,";

/// Reads images, files, audio and video.
#[derive(Clone, Copy)]
pub(crate) struct MediaReader<'a> {
    /// Kinds of input that the endpoint reads. `None`: not known.
    pub(crate) modalities: Option<&'a [String]>,
    /// The upstream's name of the model.
    pub(crate) model: &'a str,
    pub(crate) support: Support<'a>,
    pub(crate) notes: &'a Notes,
}

impl<'a> MediaReader<'a> {
    /// Reads an image.
    pub(crate) fn image(self, image: &'a InputImage, place: Place) -> Result<Part<'a>, PartError> {
        for member in ["image_url", "file_id"] {
            undecoded::string(&image.extra, place, member)?;
        }
        self.check_modality("image", "an image", place)?;
        let api = self.support.api;
        let source = match (image.image_url.as_deref(), image.file_id.as_deref()) {
            (Some(url), _) if !url.is_empty() => ImageSource::Url(url),
            (_, Some(id)) if api.image_ids && !id.is_empty() => ImageSource::Id(id),
            (_, Some(_)) if !api.image_ids => {
                return Err(PartError::Unsupported(Refusal::new(
                    format!("{place}.file_id"),
                    format!(
                        "`{place}.file_id` cannot be served: in {} an image has no file id; send \
                         `image_url` with an `https:` or `data:` URL",
                        api.name
                    ),
                )));
            }
            _ => {
                return Err(PartError::Malformed(Refusal::new(
                    format!("{place}.image_url"),
                    format!("`{place}.image_url` must be an `https:` or `data:` URL"),
                )));
            }
        };
        let member = match source {
            ImageSource::Url(_) => "image_url",
            ImageSource::Id(_) => "file_id",
        };
        let image = Part::Image {
            source,
            detail: self.detail(image, place),
            marks: self.marks(&image.extra, image.prompt_cache_breakpoint.as_ref()),
        };
        self.checked(image, member, place)
    }

    fn detail(self, image: &'a InputImage, place: Place) -> Option<&'a str> {
        let api = self.support.api;
        match &image.detail {
            None => None,
            Some(ImageDetail::Auto) if !api.image_detail => None,
            Some(_) if !api.image_detail => {
                let reason = format!("in {}, an image has no such setting", api.name);
                self.notes.ignored(format!("{place}.detail"), reason);
                None
            }
            Some(ImageDetail::Original) => {
                let reason = format!(
                    "sent as `high`, the highest resolution that {} has",
                    api.name
                );
                self.notes.adjusted(format!("{place}.detail"), reason);
                Some(ImageDetail::High.as_str())
            }
            detail => detail.as_ref().map(ImageDetail::as_str),
        }
    }

    /// Reads a file.
    pub(crate) fn file(self, file: &'a InputFile, place: Place) -> Result<Part<'a>, PartError> {
        for member in ["file_data", "file_id", "file_url", "filename"] {
            undecoded::string(&file.extra, place, member)?;
        }
        self.check_modality("file", "a file", place)?;
        let api = self.support.api;
        let set = |member: &'a Option<String>| member.as_deref().filter(|text| !text.is_empty());
        let source = if let Some(data) = set(&file.file_data) {
            let filename = set(&file.filename).unwrap_or(UNNAMED_FILE);
            FileSource::Data {
                filename,
                data: data_url(data, filename),
            }
        } else if let Some(id) = set(&file.file_id) {
            FileSource::Id(id)
        } else if let Some(url) = set(&file.file_url) {
            if !api.file_urls {
                return Err(PartError::Unsupported(Refusal::new(
                    format!("{place}.file_url"),
                    format!(
                        "`{place}.file_url` cannot be served: in {} a file has no URL, and this \
                         server does not fetch it; send the file in `file_data`, as a data URL",
                        api.name
                    ),
                )));
            }
            FileSource::Url {
                filename: set(&file.filename),
                url,
            }
        } else {
            return Err(PartError::Malformed(Refusal::new(
                format!("{place}.file_data"),
                format!("`{place}.file_data` must be the file as a data URL"),
            )));
        };
        if file.detail.is_some() {
            let reason = format!("in {}, a file has no such setting", api.name);
            self.notes.ignored(format!("{place}.detail"), reason);
        }
        let member = match source {
            FileSource::Data { .. } => "file_data",
            FileSource::Id(_) => "file_id",
            FileSource::Url { .. } => "file_url",
        };
        let file = Part::File {
            source,
            marks: self.marks(&file.extra, file.prompt_cache_breakpoint.as_ref()),
        };
        self.checked(file, member, place)
    }

    /// Reads audio.
    pub(crate) fn audio(self, audio: &'a InputAudio, place: Place) -> Result<Part<'a>, PartError> {
        let data = &audio.input_audio;
        undecoded::string(&data.extra, place, "data")?;
        self.check_api(self.support.api.audio, "audio", place)?;
        self.check_modality("audio", "audio", place)?;
        let audio = Part::Audio {
            data: &data.data,
            format: data.format.as_ref().map(AudioFormat::as_str),
            marks: self.marks(&audio.extra, None),
        };
        self.checked(audio, "input_audio.data", place)
    }

    /// Reads a video.
    pub(crate) fn video(self, video: &'a InputVideo, place: Place) -> Result<Part<'a>, PartError> {
        undecoded::string(&video.extra, place, "video_url")?;
        self.check_api(self.support.api.video, "a video", place)?;
        self.check_modality("video", "a video", place)?;
        if video.processing.is_some() {
            let reason = format!("{} has no such setting", self.support.api.name);
            self.notes.ignored(format!("{place}.processing"), reason);
        }
        let video = Part::Video {
            url: &video.video_url,
            marks: self.marks(&video.extra, None),
        };
        self.checked(video, "video_url", place)
    }

    /// Returns the part, or an error if the API does not take its data for the model.
    fn checked(self, part: Part<'a>, member: &str, place: Place) -> Result<Part<'a>, PartError> {
        match (self.support.api.check_media)(&part, self.model) {
            Ok(()) => Ok(part),
            Err(reason) => Err(PartError::Unsupported(Refusal::new(
                format!("{place}.{member}"),
                format!(
                    "`{place}.{member}` cannot be sent to {}: it {reason}",
                    self.support.api.name
                ),
            ))),
        }
    }

    /// Returns an error for a kind of input that the API does not have.
    fn check_api(self, has: bool, described: &str, place: Place) -> Result<(), PartError> {
        if has {
            return Ok(());
        }
        let api = self.support.api.name;
        Err(PartError::Unsupported(Refusal::new(
            place.to_string(),
            format!("`{place}` is {described}, which {api} does not have; send its text"),
        )))
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
    pub(crate) fn marks(
        self,
        extra: &'a Extra,
        breakpoint: Option<&'a PromptCacheBreakpoint>,
    ) -> Marks<'a> {
        self.support.marks(extra, breakpoint)
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
    Cow::Owned(format!("{PDF_URL}{data}"))
}
