//! [`Blob`]: the data of an image, a file, audio or a video, and its form in the API.

use std::borrow::Cow;

use orouter_wire::json::Writer;

use super::super::model::Model;
use super::{base64, media_type};
use crate::request::part::string;

/// Data in the request, or a file that the upstream fetches.
#[derive(Debug)]
pub(super) enum Blob<'a> {
    Inline {
        media_type: Cow<'a, str>,
        /// Base64.
        data: Cow<'a, str>,
    },
    File {
        media_type: Option<Cow<'a, str>>,
        uri: Cow<'a, str>,
    },
}

/// The reason why data cannot be sent, as the end of a sentence about the member.
pub(super) type Unsendable = &'static str;

/// Types that the result of a function can have.
const IN_RESULTS: &[&str] = &[
    "image/png",
    "image/jpeg",
    "image/webp",
    "application/pdf",
    "text/plain",
];

impl<'a> Blob<'a> {
    /// Reads a `data:` URL, or a URL from which the upstream fetches the file. `name` is the name of
    /// the file, and `fallback` the type that is sent if neither the data nor the names tell one.
    pub(super) fn from_url(
        url: &'a str,
        name: &str,
        fallback: Option<&'static str>,
        model: Model,
    ) -> Result<Self, Unsendable> {
        if scheme_is(url, "data") {
            return Self::from_data_url(url, name, fallback);
        }
        let by_name = || media_type::by_name(url).or_else(|| media_type::by_name(name));
        let typed = by_name().map(Cow::Borrowed);
        if is_youtube(url) || is_stored(url) {
            return Ok(Self::File {
                media_type: typed,
                uri: Cow::Borrowed(url),
            });
        }
        if scheme_is(url, "gs") || scheme_is(url, "https") && model.takes_web_urls() {
            return match typed.or(fallback.map(Cow::Borrowed)) {
                Some(media_type) => Ok(Self::File {
                    media_type: Some(media_type),
                    uri: Cow::Borrowed(url),
                }),
                None => Err(
                    "does not tell the type of the file; send a URL whose path ends like `.pdf`, \
                     or the file as a `data:` URL",
                ),
            };
        }
        if scheme_is(url, "https") {
            return Err(
                "is a URL from which Google does not fetch files for this model; send the file as \
                 a `data:` URL",
            );
        }
        Err("must be an `https:` or `data:` URL")
    }

    /// Reads the URI of a file that the upstream stores.
    pub(super) fn from_uri(uri: &'a str) -> Result<Self, Unsendable> {
        if !scheme_is(uri, "https") && !scheme_is(uri, "gs") {
            return Err(
                "must be the URI of a file that was uploaded to Google, which begins with `https:` \
                 or `gs:`",
            );
        }
        Ok(Self::File {
            media_type: media_type::by_name(uri).map(Cow::Borrowed),
            uri: Cow::Borrowed(uri),
        })
    }

    /// Reads base64 of a known type.
    pub(super) fn from_base64(data: &'a str, media_type: Cow<'a, str>) -> Result<Self, Unsendable> {
        let data = base64::normalized(data).ok_or("must be base64")?;
        Ok(Self::Inline { media_type, data })
    }

    /// Reads a `data:` URL.
    pub(super) fn from_data_url(
        url: &'a str,
        name: &str,
        fallback: Option<&'static str>,
    ) -> Result<Self, Unsendable> {
        let (head, data) = url
            .get(5..)
            .and_then(|rest| rest.split_once(','))
            .ok_or("must have a comma before the data")?;
        let encoded = head.trim_end().rsplit(';').next().unwrap_or_default();
        let data = if encoded.eq_ignore_ascii_case("base64") {
            base64::normalized(data).ok_or("must be base64 after the comma")?
        } else {
            let mut bytes = Vec::new();
            decode_percent(data, &mut bytes);
            Cow::Owned(crate::output::base64::encode(&bytes))
        };
        if data.is_empty() {
            return Err("must contain data");
        }
        let media_type = media_type::read_as(head)
            .or_else(|| media_type::by_name(name).map(Cow::Borrowed))
            .or(fallback.map(Cow::Borrowed))
            .ok_or("must have a media type, as in `data:application/pdf;base64,`")?;
        Ok(Self::Inline { media_type, data })
    }

    /// Returns the blob with its own data.
    pub(super) fn into_owned(self) -> Blob<'static> {
        match self {
            Self::Inline { media_type, data } => Blob::Inline {
                media_type: Cow::Owned(media_type.into_owned()),
                data: Cow::Owned(data.into_owned()),
            },
            Self::File { media_type, uri } => Blob::File {
                media_type: media_type.map(|media_type| Cow::Owned(media_type.into_owned())),
                uri: Cow::Owned(uri.into_owned()),
            },
        }
    }

    /// Returns `true` if the result of a function can have the data.
    pub(super) fn fits_results(&self) -> bool {
        match self {
            Self::Inline { media_type, .. } => IN_RESULTS.contains(&&**media_type),
            Self::File { .. } => false,
        }
    }

    /// Returns the approximate size in a body, in bytes.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Inline { data, .. } => data.len() + 64,
            Self::File { uri, .. } => uri.len() + 96,
        }
    }

    /// Writes the data as an object.
    pub(super) fn write(&self, out: &mut Writer) {
        out.open_object();
        match self {
            Self::Inline { media_type, data } => {
                out.member("inlineData");
                out.open_object();
                string(out, "mimeType", media_type);
                string(out, "data", data);
            }
            Self::File { media_type, uri } => {
                out.member("fileData");
                out.open_object();
                if let Some(media_type) = media_type {
                    string(out, "mimeType", media_type);
                }
                string(out, "fileUri", uri);
            }
        }
        out.close_object();
        out.close_object();
    }
}

fn scheme_is(url: &str, scheme: &str) -> bool {
    url.split_once(':')
        .is_some_and(|(own, _)| own.eq_ignore_ascii_case(scheme))
}

/// Returns the host and the path of an `https:` URL.
fn host_and_path(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    (
        rest.get(..end).unwrap_or_default(),
        rest.get(end..).unwrap_or_default(),
    )
}

/// Returns `true` for videos that Google reads without fetching them.
fn is_youtube(url: &str) -> bool {
    let (host, _) = host_and_path(url);
    scheme_is(url, "https")
        && [
            "youtube.com",
            "www.youtube.com",
            "m.youtube.com",
            "youtu.be",
        ]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(host))
}

/// Returns `true` for files that were uploaded to the API.
fn is_stored(url: &str) -> bool {
    let (host, path) = host_and_path(url);
    scheme_is(url, "https")
        && host.eq_ignore_ascii_case("generativelanguage.googleapis.com")
        && path.contains("/files/")
}

/// Appends the bytes of percent-encoded text.
fn decode_percent(text: &str, bytes: &mut Vec<u8>) {
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let escaped = (byte == b'%').then(|| {
            let high = char::from(ahead.next()?).to_digit(16)?;
            let low = char::from(ahead.next()?).to_digit(16)?;
            u8::try_from(high * 16 + low).ok()
        });
        match escaped.flatten() {
            Some(escaped) => {
                bytes.push(escaped);
                rest = ahead;
            }
            None => bytes.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str, model: &str) -> Result<String, Unsendable> {
        let blob = Blob::from_url(url, "", None, Model::new(model))?;
        let mut out = Writer::new();
        blob.write(&mut out);
        Ok(String::from_utf8(out.finish().to_vec()).unwrap())
    }

    #[test]
    fn data_urls_are_inline_data() {
        for (url, media_type, data) in [
            ("data:image/png;base64,AAAA", "image/png", "AAAA"),
            ("DATA:image/jpg;charset=x;BASE64,AA==", "image/jpeg", "AA=="),
            ("data:application/json;base64,AA\n AA", "text/plain", "AAAA"),
            ("data:text/plain,a%20b%", "text/plain", "YSBiJQ=="),
            ("data:image/png;base64,-_-_", "image/png", "-_-_"),
        ] {
            let expected =
                format!(r#"{{"inlineData":{{"mimeType":"{media_type}","data":"{data}"}}}}"#);
            assert_eq!(read(url, "gemini-2.0-flash").unwrap(), expected, "{url}");
        }
        for url in [
            "data:image/png;base64",
            "data:image/png;base64,",
            "data:image/png;base64,A",
            "data:image/png;base64,A===",
            "data:image/png;base64,AA$A",
            "data:;base64,AAAA",
            "data:application/octet-stream;base64,AAAA",
        ] {
            assert!(read(url, "gemini-3-pro").is_err(), "{url}");
        }
    }

    #[test]
    fn urls_are_files_that_the_upstream_fetches() {
        for (url, file) in [
            (
                "https://h/a.pdf?x",
                r#""mimeType":"application/pdf","fileUri":"https://h/a.pdf?x""#,
            ),
            (
                "gs://bucket/a.mp4",
                r#""mimeType":"video/mp4","fileUri":"gs://bucket/a.mp4""#,
            ),
            (
                "https://www.youtube.com/watch?v=1",
                r#""fileUri":"https://www.youtube.com/watch?v=1""#,
            ),
            (
                "https://generativelanguage.googleapis.com/v1beta/files/a1",
                r#""fileUri":"https://generativelanguage.googleapis.com/v1beta/files/a1""#,
            ),
        ] {
            let expected = format!(r#"{{"fileData":{{{file}}}}}"#);
            assert_eq!(read(url, "gemini-2.5-flash").unwrap(), expected);
        }
        for (url, model) in [
            ("https://h/a.pdf", "gemini-2.0-flash"),
            ("https://h/a", "gemini-2.5-flash"),
            ("http://h/a.pdf", "gemini-2.5-flash"),
            ("https://youtube.com.evil/a", "gemini-2.5-flash"),
            ("a.pdf", "gemini-2.5-flash"),
            ("", "gemini-2.5-flash"),
        ] {
            assert!(read(url, model).is_err(), "{url}");
        }
    }
}
