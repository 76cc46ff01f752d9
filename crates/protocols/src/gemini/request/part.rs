//! [`Part`]: a part of a message, and its form in the API.

use std::borrow::Cow;

use orouter_wire::json::Writer;

use super::super::model::Model;
use super::blob::{Blob, Unsendable};
use super::media_type;
use crate::request::part::{self as shared, FileSource, ImageSource, string};

/// A part of a message.
#[derive(Debug)]
pub(super) enum Part<'a> {
    Text {
        text: Cow<'a, str>,
        signature: Option<Cow<'a, str>>,
    },
    Blob(Blob<'a>),
    Call {
        id: Cow<'a, str>,
        name: Cow<'a, str>,
        /// JSON text of an object.
        arguments: Cow<'a, str>,
        signature: Option<Cow<'a, str>>,
    },
    Response {
        id: Cow<'a, str>,
        name: Cow<'a, str>,
        /// JSON text of an object.
        response: Cow<'a, str>,
        blobs: Vec<Blob<'a>>,
    },
}

impl<'a> Part<'a> {
    /// Creates a text.
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text {
            text: text.into(),
            signature: None,
        }
    }

    /// Creates the part of a signature that belongs to no other part.
    pub(super) fn signature(signature: impl Into<Cow<'a, str>>) -> Self {
        Self::Text {
            text: Cow::Borrowed(""),
            signature: Some(signature.into()),
        }
    }

    /// Reads a part of a message of the user or of a result.
    pub(super) fn read(part: shared::Part<'a>, model: Model) -> Result<Self, Unsendable> {
        Ok(match part {
            shared::Part::Text { text, .. } => Self::text(text),
            shared::Part::Image { source, .. } => Self::Blob(image(source, model)?),
            shared::Part::File { source, .. } => Self::Blob(match source {
                FileSource::Data { filename, data } => file(filename, data)?,
                FileSource::Id(uri) => Blob::from_uri(uri)?,
                FileSource::Url { filename, url } => {
                    Blob::from_url(url, filename.unwrap_or_default(), None, model)?
                }
            }),
            shared::Part::Audio { data, format, .. } => {
                Self::Blob(Blob::from_base64(data, media_type::of_audio(format))?)
            }
            shared::Part::Video { url, .. } => {
                Self::Blob(Blob::from_url(url, "", Some("video/mp4"), model)?)
            }
        })
    }

    /// Returns `true` for a signature without a text.
    pub(super) fn is_only_signature(&self) -> bool {
        matches!(self, Self::Text { text, .. } if text.is_empty())
    }

    /// Returns the approximate size of the part in a body, in bytes.
    pub(super) fn size(&self) -> usize {
        let signed = |signature: &Option<Cow<'_, str>>| signature.as_ref().map_or(0, |s| s.len());
        let content = match self {
            Self::Text { text, signature } => text.len() + signed(signature),
            Self::Blob(blob) => blob.size(),
            Self::Call {
                arguments,
                signature,
                ..
            } => arguments.len() + signed(signature) + 128,
            Self::Response {
                response, blobs, ..
            } => response.len() + blobs.iter().map(Blob::size).sum::<usize>() + 128,
        };
        content + 64
    }

    /// Writes the part as an object.
    pub(super) fn write(&self, out: &mut Writer) {
        match self {
            Self::Text { text, signature } => {
                out.open_object();
                string(out, "text", text);
                write_signature(signature.as_deref(), out);
                out.close_object();
            }
            Self::Blob(blob) => blob.write(out),
            Self::Call {
                id,
                name,
                arguments,
                signature,
            } => {
                out.open_object();
                out.member("functionCall");
                out.open_object();
                string(out, "id", id);
                string(out, "name", name);
                out.member("args");
                out.raw(arguments);
                out.close_object();
                write_signature(signature.as_deref(), out);
                out.close_object();
            }
            Self::Response {
                id,
                name,
                response,
                blobs,
            } => {
                out.open_object();
                out.member("functionResponse");
                out.open_object();
                string(out, "id", id);
                string(out, "name", name);
                out.member("response");
                out.raw(response);
                if !blobs.is_empty() {
                    out.member("parts");
                    out.open_array();
                    for blob in blobs {
                        out.element();
                        blob.write(out);
                    }
                    out.close_array();
                }
                out.close_object();
                out.close_object();
            }
        }
    }
}

fn write_signature(signature: Option<&str>, out: &mut Writer) {
    if let Some(signature) = signature {
        string(out, "thoughtSignature", signature);
    }
}

fn image(source: ImageSource<'_>, model: Model) -> Result<Blob<'_>, Unsendable> {
    match source {
        ImageSource::Url(url) => Blob::from_url(url, "", Some("image/jpeg"), model),
        ImageSource::Id(uri) => Blob::from_uri(uri),
    }
}

/// Reads the data of a file: a `data:` URL, or base64 of a file whose name tells its type.
fn file<'a>(filename: &str, data: Cow<'a, str>) -> Result<Blob<'a>, Unsendable> {
    match data {
        Cow::Borrowed(data) => file_data(filename, data),
        Cow::Owned(data) => Ok(file_data(filename, &data)?.into_owned()),
    }
}

fn file_data<'a>(filename: &str, data: &'a str) -> Result<Blob<'a>, Unsendable> {
    let is_url = data
        .get(..5)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"));
    if is_url {
        return Blob::from_data_url(data, filename, None);
    }
    let media_type = media_type::by_name(filename).ok_or(
        "must be a data URL with the type of the file, as in `data:application/pdf;base64,`",
    )?;
    Blob::from_base64(data, Cow::Borrowed(media_type))
}

/// Checks that an image, a file, audio or a video can be sent to a model.
pub(super) fn check(part: &shared::Part<'_>, model: &str) -> Result<(), Unsendable> {
    let model = Model::new(model);
    match part {
        shared::Part::Text { .. } => Ok(()),
        shared::Part::Image { source, .. } => image(*source, model).map(drop),
        shared::Part::File { source, .. } => match source {
            FileSource::Data { filename, data } => file_data(filename, data).map(drop),
            FileSource::Id(uri) => Blob::from_uri(uri).map(drop),
            FileSource::Url { filename, url } => {
                Blob::from_url(url, filename.unwrap_or_default(), None, model).map(drop)
            }
        },
        shared::Part::Audio { data, format, .. } => {
            Blob::from_base64(data, media_type::of_audio(*format)).map(drop)
        }
        shared::Part::Video { url, .. } => {
            Blob::from_url(url, "", Some("video/mp4"), model).map(drop)
        }
    }
}
