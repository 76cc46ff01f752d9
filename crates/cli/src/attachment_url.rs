//! Attachments that are URLs: the provider fetches them.

use orouter::{ContentPart, InputFile, InputImage, InputVideo};

const IMAGES: [&str; 13] = [
    "png", "jpg", "jpeg", "jfif", "webp", "gif", "bmp", "tif", "tiff", "avif", "heic", "heif",
    "svg",
];
const VIDEOS: [&str; 8] = ["mp4", "m4v", "mov", "webm", "mkv", "avi", "mpg", "mpeg"];
const AUDIO: [&str; 10] = [
    "mp3", "wav", "flac", "ogg", "oga", "opus", "m4a", "aac", "aif", "aiff",
];
const FILES: [&str; 22] = [
    "pdf", "txt", "md", "csv", "tsv", "html", "htm", "json", "xml", "yaml", "yml", "rtf", "doc",
    "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "epub",
];

/// Kind of part that takes a URL.
#[derive(Clone, Copy)]
enum Kind {
    Image,
    Video,
    File,
}

/// Returns the part for a URL, or the reason why it cannot be one; `None` if the text is not a URL with
/// `http` or `https`, with or without a kind in front of it.
pub(crate) fn part(text: &str) -> Option<Result<ContentPart, String>> {
    if is_url(text) {
        return Some(
            check(text)
                .and_then(|()| kind(text))
                .map(|kind| make(kind, text)),
        );
    }
    let (name, url) = text.split_once(':')?;
    let kind = match name {
        "image" => Kind::Image,
        "video" => Kind::Video,
        "file" => Kind::File,
        _ => return None,
    };
    is_url(url).then(|| check(url).map(|()| make(kind, url)))
}

fn is_url(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

fn check(url: &str) -> Result<(), String> {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() {
        return Err("the URL has no host".to_owned());
    }
    if url.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("the URL contains a space or a control character; encode it as %20".to_owned());
    }
    Ok(())
}

/// Determines the kind by the extension.
fn kind(url: &str) -> Result<Kind, String> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or("", |(_, rest)| rest);
    let last = path
        .split_once('/')
        .and_then(|(_, path)| path.rsplit('/').next());
    let extension = last
        .and_then(|name| name.rsplit_once('.'))
        .map(|(_, extension)| extension.to_ascii_lowercase())
        .unwrap_or_default();
    let known = |list: &[&str]| list.contains(&extension.as_str());
    if known(&IMAGES) {
        Ok(Kind::Image)
    } else if known(&VIDEOS) {
        Ok(Kind::Video)
    } else if known(&FILES) {
        Ok(Kind::File)
    } else if known(&AUDIO) {
        Err("audio cannot be sent as a URL; download it and attach the file".to_owned())
    } else {
        Err(format!(
            "the URL does not end in a known extension; write image:{url}, video:{url} or file:{url}"
        ))
    }
}

fn make(kind: Kind, url: &str) -> ContentPart {
    match kind {
        Kind::Image => InputImage::from_url(url).into(),
        Kind::Video => InputVideo::from_url(url).into(),
        Kind::File => InputFile::from_url(url).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Option<Result<serde_json::Value, String>> {
        let part = part(text)?;
        Some(part.map(|part| serde_json::to_value(part).unwrap()))
    }

    #[test]
    fn the_extension_determines_the_kind() {
        for (url, member) in [
            ("https://a.example/cat.PNG?w=3#top", "image_url"),
            ("HTTPS://a.example/cat.jpeg", "image_url"),
            ("http://a.example/a/b.pdf", "file_url"),
            ("https://a.example/clip.mp4", "video_url"),
            ("https://a.example/cat.png/notes.txt", "file_url"),
        ] {
            assert_eq!(json(url).unwrap().unwrap()[member], url);
        }
        let refused = |url| json(url).unwrap().unwrap_err();
        assert!(refused("https://a.example/a.mp3").contains("audio"));
        for url in [
            "https://a.example/2301.00001",
            "https://a.example/",
            "https://example.pdf",
            "https://a.example/a?b=c.png",
        ] {
            assert!(refused(url).contains(&format!("image:{url}")), "{url}");
        }
        assert!(refused("https:///a.png").contains("host"));
        assert!(refused("https://a.example/a b.png").contains("space"));
    }

    #[test]
    fn a_kind_in_front_of_a_url_wins() {
        let url = "https://a.example/2301.pdf";
        for (kind, member) in [
            ("image", "image_url"),
            ("video", "video_url"),
            ("file", "file_url"),
        ] {
            assert_eq!(
                json(&format!("{kind}:{url}")).unwrap().unwrap()[member],
                url
            );
        }
    }

    #[test]
    fn other_texts_are_paths() {
        for path in [
            "a.png",
            "image:a.png",
            "ftp://a/b",
            "http:/a",
            "é:http://a",
            "C:\\a.png",
            "",
        ] {
            assert!(json(path).is_none(), "{path}");
        }
    }
}
