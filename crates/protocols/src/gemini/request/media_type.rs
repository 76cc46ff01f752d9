//! Media types of files, and the types under which the API reads them.

use std::borrow::Cow;

/// Media types by the ending of a name.
const ENDINGS: &[(&str, &str)] = &[
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("heic", "image/heic"),
    ("heif", "image/heif"),
    ("gif", "image/gif"),
    ("bmp", "image/bmp"),
    ("pdf", "application/pdf"),
    ("txt", "text/plain"),
    ("text", "text/plain"),
    ("log", "text/plain"),
    ("md", "text/markdown"),
    ("markdown", "text/markdown"),
    ("csv", "text/csv"),
    ("html", "text/html"),
    ("htm", "text/html"),
    ("css", "text/css"),
    ("xml", "text/xml"),
    ("rtf", "text/rtf"),
    ("js", "text/javascript"),
    ("json", "text/plain"),
    ("jsonl", "text/plain"),
    ("yaml", "text/plain"),
    ("yml", "text/plain"),
    ("toml", "text/plain"),
    ("ts", "text/plain"),
    ("tsx", "text/plain"),
    ("jsx", "text/plain"),
    ("py", "text/plain"),
    ("rs", "text/plain"),
    ("go", "text/plain"),
    ("java", "text/plain"),
    ("c", "text/plain"),
    ("h", "text/plain"),
    ("cpp", "text/plain"),
    ("cs", "text/plain"),
    ("rb", "text/plain"),
    ("php", "text/plain"),
    ("sh", "text/plain"),
    ("sql", "text/plain"),
    ("svg", "text/plain"),
    ("wav", "audio/wav"),
    ("mp3", "audio/mp3"),
    ("aiff", "audio/aiff"),
    ("aac", "audio/aac"),
    ("ogg", "audio/ogg"),
    ("flac", "audio/flac"),
    ("m4a", "audio/m4a"),
    ("mp4", "video/mp4"),
    ("mpeg", "video/mpeg"),
    ("mpg", "video/mpg"),
    ("mov", "video/quicktime"),
    ("avi", "video/x-msvideo"),
    ("flv", "video/x-flv"),
    ("webm", "video/webm"),
    ("wmv", "video/wmv"),
    ("3gp", "video/3gpp"),
];

/// Types of texts whose names do not begin with `text/`, after the slash.
const TEXTS: &[&str] = &[
    "ecmascript",
    "graphql",
    "javascript",
    "json",
    "jsonl",
    "ld+json",
    "ndjson",
    "sql",
    "svg+xml",
    "toml",
    "typescript",
    "x-javascript",
    "x-ndjson",
    "x-python",
    "x-sh",
    "x-toml",
    "x-typescript",
    "x-yaml",
    "xml",
    "yaml",
];

/// Returns the type of a file by its name, or by the path of its URL.
pub(super) fn by_name(name: &str) -> Option<&'static str> {
    let path = name.split(['?', '#']).next()?;
    let file = path.rsplit(['/', '\\']).next()?;
    let (_, ending) = file.rsplit_once('.')?;
    let mut known = ENDINGS.iter();
    known
        .find(|(known, _)| known.eq_ignore_ascii_case(ending))
        .map(|(_, media_type)| *media_type)
}

/// Returns the type under which the API reads data of a type, without parameters. It reads texts of
/// any kind as plain text only. `None` if the type says nothing.
pub(super) fn read_as(media_type: &str) -> Option<Cow<'_, str>> {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let (kind, rest) = essence.split_once('/')?;
    let rest = rest.to_ascii_lowercase();
    let is_text = TEXTS.contains(&rest.as_str())
        || rest.ends_with("+json")
        || rest.ends_with("+xml")
        || rest.ends_with("+yaml");
    Some(match (kind.to_ascii_lowercase().as_str(), rest.as_str()) {
        ("" | "*", _) | (_, "" | "*") | ("application", "octet-stream") => return None,
        ("application" | "image", _) if is_text => Cow::Borrowed("text/plain"),
        ("image", "jpg" | "pjpeg") => Cow::Borrowed("image/jpeg"),
        ("audio", "wave" | "x-wav" | "vnd.wave") => Cow::Borrowed("audio/wav"),
        ("application", "x-pdf") => Cow::Borrowed("application/pdf"),
        (kind, rest) => Cow::Owned(format!("{kind}/{rest}")),
    })
}

/// Returns the type of audio in a format.
pub(super) fn of_audio(format: Option<&str>) -> Cow<'static, str> {
    let format = format.unwrap_or("wav").to_ascii_lowercase();
    match format.as_str() {
        "pcm" | "pcm16" => Cow::Borrowed("audio/L16;rate=24000"),
        "mpeg" | "mpga" => Cow::Borrowed("audio/mp3"),
        "" => Cow::Borrowed("audio/wav"),
        format => Cow::Owned(format!("audio/{format}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_types() {
        for (name, media_type) in [
            ("a.PDF", Some("application/pdf")),
            ("https://h/b.d/a.png?x=.pdf#.gif", Some("image/png")),
            ("C:\\a\\b.json", Some("text/plain")),
            ("https://h/watch", None),
            ("https://h.png/watch", None),
            ("a.unknown", None),
        ] {
            assert_eq!(by_name(name), media_type, "{name}");
        }
    }

    #[test]
    fn texts_are_read_as_plain_text() {
        for (given, read) in [
            ("application/json", Some("text/plain")),
            ("application/vnd.api+json", Some("text/plain")),
            ("image/svg+xml", Some("text/plain")),
            ("text/csv; charset=utf-8", Some("text/csv")),
            ("Image/JPG", Some("image/jpeg")),
            ("audio/x-wav", Some("audio/wav")),
            ("application/pdf", Some("application/pdf")),
            ("application/octet-stream", None),
            ("", None),
            ("image/*", None),
        ] {
            assert_eq!(read_as(given).as_deref(), read, "{given}");
        }
    }
}
