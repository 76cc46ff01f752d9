//! Detects the type of a file from its content, and makes a content part of it.

use orouter::{
    ContentPart, InputAudio, InputError, InputErrorKind, InputFile, InputImage, InputVideo,
};

use crate::encoding::{self, DecodeError};

/// Type of a document that is sent as a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Document {
    media_type: &'static str,
    extension: &'static str,
}

const fn document(media_type: &'static str, extension: &'static str) -> Document {
    Document {
        media_type,
        extension,
    }
}

const PDF: Document = document("application/pdf", "pdf");
const RTF: Document = document("application/rtf", "rtf");

/// Documents in a ZIP archive, with a name or a content that only they have in it.
const IN_ZIP: [(&[u8], Document); 7] = [
    (
        b"word/document",
        document(
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "docx",
        ),
    ),
    (
        b"xl/workbook",
        document(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
        ),
    ),
    (
        b"ppt/presentation",
        document(
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            "pptx",
        ),
    ),
    (
        b"mimetypeapplication/vnd.oasis.opendocument.text",
        document("application/vnd.oasis.opendocument.text", "odt"),
    ),
    (
        b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
        document("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ),
    (
        b"mimetypeapplication/vnd.oasis.opendocument.presentation",
        document("application/vnd.oasis.opendocument.presentation", "odp"),
    ),
    (
        b"mimetypeapplication/epub+zip",
        document("application/epub+zip", "epub"),
    ),
];

/// Streams in a compound file, the format of the older office programs: the names are UTF-16.
const IN_COMPOUND: [(&str, Document); 4] = [
    ("WordDocument", document("application/msword", "doc")),
    ("Workbook", document("application/vnd.ms-excel", "xls")),
    ("Book", document("application/vnd.ms-excel", "xls")),
    (
        "PowerPoint Document",
        document("application/vnd.ms-powerpoint", "ppt"),
    ),
];

const UNKNOWN: &str = "its type is unknown: it is not text in UTF-8 or UTF-16, and not an image (PNG, \
    JPEG, WebP, GIF, ..), audio (WAV, MP3, ..), a video (MP4, WebM, ..), a PDF or an office document";

/// Returns a content part with the data of a file of this name, or the reason why it cannot be
/// attached.
pub(crate) fn part(name: &str, bytes: &[u8]) -> Result<ContentPart, String> {
    if bytes.is_empty() {
        return Err("it is empty".to_owned());
    }
    // Can be valid UTF-8, so they come before text.
    if bytes.starts_with(b"%PDF-") {
        return file(name, bytes, PDF);
    }
    if bytes.starts_with(b"{\\rtf") {
        return file(name, bytes, RTF);
    }
    let decoded = encoding::decode(bytes);
    if let Some(text) = decoded.as_ref().ok().filter(|text| !text.contains('\0')) {
        if text.trim().is_empty() {
            return Err("it contains only white space".to_owned());
        }
        return Ok(text_part(name, text));
    }
    if let Some(part) = media(bytes)? {
        return Ok(part);
    }
    if let Some(document) = office(bytes) {
        return file(name, bytes, document);
    }
    let other_encoding = match decoded {
        Err(DecodeError::Unmarked(encoding)) => {
            let text = encoding.decode(bytes);
            text.is_ok_and(|text| !text.contains(is_binary))
        }
        Err(DecodeError::Invalid(..)) => !bytes.iter().any(|byte| *byte < 9),
        Err(DecodeError::Utf32) => true,
        Ok(_) => false,
    };
    Err(match decoded {
        Err(error) if other_encoding => format!("it {error}"),
        _ => UNKNOWN.to_owned(),
    })
}

/// Returns `true` for control characters that text does not contain.
fn is_binary(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
}

/// Returns a part for an image, audio or a video.
fn media(bytes: &[u8]) -> Result<Option<ContentPart>, String> {
    let is_other = |error: &InputError| {
        matches!(
            error.kind(),
            InputErrorKind::WrongMedia | InputErrorKind::UnknownMedia
        )
    };
    let part = InputImage::from_bytes(bytes).map(ContentPart::from);
    let part = part.or_else(|_| InputAudio::from_bytes(bytes).map(ContentPart::from));
    let part = part.or_else(|_| InputVideo::from_bytes(bytes).map(ContentPart::from));
    match part {
        Ok(part) => Ok(Some(part)),
        Err(error) if is_other(&error) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

fn office(bytes: &[u8]) -> Option<Document> {
    let has = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    if bytes.starts_with(b"PK\x03\x04") {
        let mut known = IN_ZIP.iter();
        return known
            .find(|(name, _)| has(name))
            .map(|(_, document)| *document);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        let mut known = IN_COMPOUND.iter();
        return known
            .find(|(name, _)| {
                let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
                has(&name)
            })
            .map(|(_, document)| *document);
    }
    None
}

fn file(name: &str, bytes: &[u8], document: Document) -> Result<ContentPart, String> {
    let last = name.rsplit('/').next().unwrap_or(name);
    // Some providers require an extension.
    let filename = if last.contains('.') {
        last.to_owned()
    } else {
        format!("{last}.{}", document.extension)
    };
    InputFile::from_bytes_as(filename, bytes, document.media_type)
        .map(ContentPart::from)
        .map_err(|error| error.to_string())
}

/// Returns a text part that names the file and marks its beginning and end.
fn text_part(name: &str, text: &str) -> ContentPart {
    let name = name.replace(|c: char| c.is_control() || c == '"', "_");
    let end = if text.ends_with('\n') { "" } else { "\n" };
    ContentPart::input_text(format!("<file name=\"{name}\">\n{text}{end}</file>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(name: &str, bytes: &[u8]) -> serde_json::Value {
        serde_json::to_value(part(name, bytes).unwrap()).unwrap()
    }

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn images_are_recognised_by_their_content() {
        for (bytes, media_type) in [
            (&b"\x89PNG\r\n\x1a\n\0\0"[..], "image/png"),
            (b"\xff\xd8\xff\xe0\0", "image/jpeg"),
            (b"GIF89a\x01\0", "image/gif"),
            (b"RIFF\x04\0\0\0WEBPVP8 ", "image/webp"),
        ] {
            for name in ["picture", "picture.txt", "picture.mp3"] {
                let part = json(name, bytes);
                assert_eq!(part["type"], "input_image", "{media_type}");
                let url = part["image_url"].as_str().unwrap();
                assert!(
                    url.starts_with(&format!("data:{media_type};base64,")),
                    "{url}"
                );
            }
        }
    }

    #[test]
    fn audio_and_video_are_recognised_by_their_content() {
        for (bytes, format) in [
            (&b"RIFF\x04\0\0\0WAVEfmt "[..], "wav"),
            (b"ID3\x04\0\0\0\0\0\0", "mp3"),
            (b"\xff\xfb\x90\x64\0", "mp3"),
            (b"fLaC\0\0\0\x22", "flac"),
            (b"OggS\0\x02", "ogg"),
            (b"\0\0\0\x20ftypM4A \0\0", "m4a"),
        ] {
            let part = json("sound.png", bytes);
            assert_eq!(part["type"], "input_audio", "{format}");
            assert_eq!(part["input_audio"]["format"], format);
        }
        let part = json("clip", b"\0\0\0\x20ftypisom\0\0");
        assert_eq!(part["type"], "input_video");
    }

    #[test]
    fn documents_are_files_with_a_name() {
        let docx = b"PK\x03\x04\x14\0[Content_Types].xmlPK\x03\x04word/document.xml\xff";
        let epub = b"PK\x03\x04\x0a\0\xffmimetypeapplication/epub+zipPK";
        let mut xls = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0".to_vec();
        xls.extend(utf16("Workbook"));
        for (name, bytes, filename, media_type) in [
            ("dir/a.pdf", &b"%PDF-1.7\n"[..], "a.pdf", "application/pdf"),
            (
                "stdin",
                b"%PDF-1.7\n\xe2\xe3",
                "stdin.pdf",
                "application/pdf",
            ),
            ("a.rtf", b"{\\rtf1 hi}", "a.rtf", "application/rtf"),
            ("book.epub", epub, "book.epub", "application/epub+zip"),
            ("old", &xls, "old.xls", "application/vnd.ms-excel"),
            (
                "x.zip",
                docx,
                "x.zip",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
        ] {
            let part = json(name, bytes);
            assert_eq!(part["type"], "input_file", "{name}");
            assert_eq!(part["filename"], filename);
            let data = part["file_data"].as_str().unwrap();
            assert!(
                data.starts_with(&format!("data:{media_type};base64,")),
                "{data}"
            );
        }
    }

    #[test]
    fn text_names_its_file() {
        let text = |name, bytes: &[u8]| json(name, bytes)["text"].as_str().unwrap().to_owned();
        assert_eq!(
            text("src/a.rs", b"fn main() {}\n"),
            "<file name=\"src/a.rs\">\nfn main() {}\n</file>"
        );
        assert_eq!(
            text("notes", "Grüße".as_bytes()),
            "<file name=\"notes\">\nGrüße\n</file>"
        );
        assert_eq!(
            text("n", &utf16("\u{feff}é")),
            "<file name=\"n\">\né\n</file>"
        );
        assert_eq!(text("a\"\nb", b"x"), "<file name=\"a__b\">\nx\n</file>");
        // Text that begins like another format is text.
        for start in [
            "ID3 is a tag",
            "GIF89a is a format",
            "BM",
            "PK",
            "<svg></svg>",
            "\u{1b}[1m",
        ] {
            assert!(text("t", start.as_bytes()).contains(start));
        }
    }

    #[test]
    fn other_data_is_refused_with_the_reason() {
        for (bytes, reason) in [
            (&b""[..], "is empty"),
            (b" \n\t", "white space"),
            (b"\x7fELF\x02\x01\x01\0", "type is unknown"),
            (b"PK\x03\x04\x14\0a.txt\xff", "type is unknown"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "type is unknown"),
            (b"caf\xe9 au lait", "not valid UTF-8 (byte 3); convert"),
            (b"a\0b", "type is unknown"),
            (&utf16("Say hello.\n"), "UTF-16LE without a byte order mark"),
            (b"\xff\xfe\0\0a\0\0\0", "UTF-32"),
        ] {
            let error = part("x", bytes).unwrap_err();
            assert!(error.contains(reason), "{bytes:?}: {error}");
        }
    }
}
