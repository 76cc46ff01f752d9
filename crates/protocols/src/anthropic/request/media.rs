//! [`Source`]: the sources of images and documents.

use std::borrow::Cow;

use orouter_wire::json::Writer;

use crate::request::media::PDF_URL;
use crate::request::part::{FileSource, ImageSource, Part, string};

/// The media types of images.
const IMAGES: &[&str] = &["image/jpeg", "image/png", "image/gif", "image/webp"];

/// Media types beside `text/*` that are sent as text.
const TEXTS: &[&str] = &[
    "application/json",
    "application/javascript",
    "application/typescript",
    "application/x-sh",
    "application/x-yaml",
    "application/yaml",
    "application/toml",
    "application/sql",
    "application/xml",
    "application/csv",
    "image/svg+xml",
];

/// Ends of the names of files that are text.
const TEXT_ENDINGS: &[&str] = &[
    "txt", "md", "markdown", "csv", "tsv", "json", "jsonl", "xml", "html", "htm", "yaml", "yml",
    "toml", "ini", "log", "sql", "css", "js", "ts", "tsx", "jsx", "py", "rb", "rs", "go", "java",
    "c", "h", "cpp", "hpp", "cs", "kt", "swift", "sh", "php", "svg", "tex", "rst",
];

/// The source of an image or a document.
#[derive(Debug)]
pub(super) enum Source<'a> {
    Base64 {
        media_type: &'static str,
        data: Cow<'a, str>,
    },
    Url(&'a str),
    /// The id of a file that the upstream stores.
    File(&'a str),
    Text(Cow<'a, str>),
}

/// The form of a file.
pub(super) enum FileForm<'a> {
    Image(Source<'a>),
    Document(Source<'a>),
}

/// Checks that an image or a file can be sent. The error is the end of a sentence about its member.
pub(super) fn check(part: &Part<'_>, _model: &str) -> Result<(), &'static str> {
    match part {
        Part::Image { source, .. } => image(*source).map(drop),
        Part::File { source, .. } => file(source.clone()).map(drop),
        // The reader has refused audio and videos.
        Part::Text { .. } | Part::Audio { .. } | Part::Video { .. } => Ok(()),
    }
}

/// Returns the source of an image, or the reason for which it cannot be sent.
pub(super) fn image(source: ImageSource<'_>) -> Result<Source<'_>, &'static str> {
    const REASON: &str =
        "must be an `https:` URL, or the base64 of a JPEG, PNG, GIF or WebP in a `data:` URL";
    let url = match source {
        ImageSource::Id(id) => return stored(id).ok_or(REASON),
        ImageSource::Url(url) => url,
    };
    if has_scheme(url, "https:") {
        return Ok(Source::Url(url));
    }
    let data = DataUrl::parse(url).ok_or(REASON)?;
    base64_image(&data).ok_or(REASON)
}

/// Returns the file with an id.
fn stored(id: &str) -> Option<Source<'_>> {
    (!id.trim().is_empty()).then_some(Source::File(id))
}

fn base64_image<'a>(data: &DataUrl<'a>) -> Option<Source<'a>> {
    let name = match data.media_type.as_str() {
        "image/jpg" | "image/pjpeg" => "image/jpeg",
        name => name,
    };
    let media_type = IMAGES.iter().find(|known| **known == name)?;
    (data.base64 && !data.data.is_empty()).then_some(Source::Base64 {
        media_type,
        data: Cow::Borrowed(data.data),
    })
}

/// Returns the form of a file, or the reason for which it cannot be sent.
pub(super) fn file(source: FileSource<'_>) -> Result<FileForm<'_>, &'static str> {
    const REASON: &str =
        "must be a PDF, a text, a JPEG, PNG, GIF or WebP image, or an `https:` URL of a PDF";
    let (filename, data) = match source {
        FileSource::Id(id) => {
            let file = stored(id).ok_or(REASON)?;
            return Ok(FileForm::Document(file));
        }
        FileSource::Url { url, .. } if has_scheme(url, "https:") => {
            return Ok(FileForm::Document(Source::Url(url)));
        }
        FileSource::Url { .. } => return Err(REASON),
        FileSource::Data { filename, data } => (filename, data),
    };
    let data = match data {
        Cow::Borrowed(data) => data,
        // The reader has made the base64 of a PDF a `data:` URL.
        Cow::Owned(url) => {
            let data = url.strip_prefix(PDF_URL).ok_or(REASON)?;
            if data.trim().is_empty() {
                return Err(REASON);
            }
            return Ok(FileForm::Document(Source::Base64 {
                media_type: "application/pdf",
                data: Cow::Owned(data.to_owned()),
            }));
        }
    };
    let Some(data) = DataUrl::parse(data) else {
        let ending = filename.rsplit_once('.').map_or("", |(_, ending)| ending);
        let is_text = TEXT_ENDINGS
            .iter()
            .any(|text| ending.eq_ignore_ascii_case(text));
        let text = is_text.then(|| decode_text(data).unwrap_or(Cow::Borrowed(data)));
        let text = text.filter(|text| !text.trim().is_empty()).ok_or(REASON)?;
        return Ok(FileForm::Document(Source::Text(text)));
    };
    if let Some(image) = base64_image(&data) {
        return Ok(FileForm::Image(image));
    }
    if data.media_type == "application/pdf" && data.base64 && !data.data.is_empty() {
        return Ok(FileForm::Document(Source::Base64 {
            media_type: "application/pdf",
            data: Cow::Borrowed(data.data),
        }));
    }
    let name = data.media_type.as_str();
    let is_text = name.starts_with("text/") || name.ends_with("+json") || TEXTS.contains(&name);
    let text = if !is_text {
        None
    } else if data.base64 {
        decode_text(data.data)
    } else {
        percent_decoded(data.data)
    };
    // The API refuses an empty text.
    let text = text.filter(|text| !text.trim().is_empty()).ok_or(REASON)?;
    Ok(FileForm::Document(Source::Text(text)))
}

fn has_scheme(url: &str, scheme: &str) -> bool {
    url.get(..scheme.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// A `data:` URL.
struct DataUrl<'a> {
    /// In lower case, without parameters.
    media_type: String,
    base64: bool,
    data: &'a str,
}

impl<'a> DataUrl<'a> {
    fn parse(url: &'a str) -> Option<Self> {
        if !has_scheme(url, "data:") {
            return None;
        }
        let (head, data) = url.get(5..)?.split_once(',')?;
        let mut words = head.split(';').map(str::trim);
        let media_type = words.next().unwrap_or_default().to_ascii_lowercase();
        Some(Self {
            media_type: if media_type.is_empty() {
                "text/plain".to_owned()
            } else {
                media_type
            },
            base64: words.any(|word| word.eq_ignore_ascii_case("base64")),
            data: data.trim(),
        })
    }
}

/// Returns the text that base64 stands for, if it is UTF-8.
fn decode_text(data: &str) -> Option<Cow<'_, str>> {
    let mut bytes = Vec::with_capacity(data.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in data.trim_end().trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'\r' | b'\n' => continue,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap_or_default());
        }
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

/// Returns the text that a percent-encoded text stands for, if it is UTF-8.
fn percent_decoded(data: &str) -> Option<Cow<'_, str>> {
    if !data.contains('%') {
        return Some(Cow::Borrowed(data));
    }
    let mut bytes = Vec::with_capacity(data.len());
    let mut rest = data;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let digits = after.get(..2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = after.get(2..)?;
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

impl Source<'_> {
    /// Returns the approximate size of the source in the body, in bytes.
    pub(super) fn size(&self) -> usize {
        64 + match self {
            Self::Base64 { data, .. } => data.len(),
            Self::Url(text) | Self::File(text) => text.len(),
            Self::Text(text) => text.len(),
        }
    }

    /// Returns `true` for a file that the upstream stores.
    pub(super) fn is_stored(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// Writes the source as a member of the open object.
    pub(super) fn write(&self, out: &mut Writer) {
        out.member("source");
        out.open_object();
        match self {
            Self::Base64 { media_type, data } => {
                string(out, "type", "base64");
                string(out, "media_type", media_type);
                string(out, "data", data);
            }
            Self::Url(url) => {
                string(out, "type", "url");
                string(out, "url", url);
            }
            Self::File(id) => {
                string(out, "type", "file");
                string(out, "file_id", id);
            }
            Self::Text(text) => {
                string(out, "type", "text");
                string(out, "media_type", "text/plain");
                string(out, "data", text);
            }
        }
        out.close_object();
    }
}
