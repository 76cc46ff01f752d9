//! `input_file` parts: text files are read into the prompt, other files are refused.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use orouter_wire::InputFile;

use crate::admit::undecoded;
use crate::failure::Failure;
use crate::quote::quote;

/// Decodes with or without padding, and with stray bits at the end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Media types of text files, in addition to `text/*`.
const TEXT_TYPES: &[&str] = &[
    "application/csv",
    "application/ecmascript",
    "application/graphql",
    "application/javascript",
    "application/json",
    "application/json5",
    "application/jsonl",
    "application/jsonlines",
    "application/ld+json",
    "application/rtf",
    "application/sql",
    "application/toml",
    "application/typescript",
    "application/x-httpd-php",
    "application/x-javascript",
    "application/x-json",
    "application/x-ndjson",
    "application/x-python",
    "application/x-sh",
    "application/x-shellscript",
    "application/x-tex",
    "application/x-typescript",
    "application/x-yaml",
    "application/xhtml+xml",
    "application/xml",
    "application/yaml",
    "image/svg+xml",
    "message/rfc822",
];

/// Media types that do not describe a file.
const OPEN_TYPES: &[&str] = &["", "application/octet-stream", "binary/octet-stream"];

/// Name endings of files that are not text, with their descriptions in messages.
const BINARY_ENDINGS: &[(&str, &str)] = &[
    ("pdf", "a PDF"),
    ("doc", "a Word document"),
    ("docx", "a Word document"),
    ("xls", "a spreadsheet"),
    ("xlsx", "a spreadsheet"),
    ("ppt", "a presentation"),
    ("pptx", "a presentation"),
    ("odt", "a document"),
    ("epub", "a book"),
    ("zip", "an archive"),
    ("gz", "an archive"),
    ("tar", "an archive"),
    ("7z", "an archive"),
    ("png", "an image"),
    ("jpg", "an image"),
    ("jpeg", "an image"),
    ("gif", "an image"),
    ("webp", "an image"),
    ("heic", "an image"),
    ("mp3", "audio"),
    ("wav", "audio"),
    ("ogg", "audio"),
    ("m4a", "audio"),
    ("mp4", "a video"),
    ("mov", "a video"),
    ("webm", "a video"),
];

/// Returns the text of the file at `path`, framed by its name.
pub(super) fn text(file: &InputFile, path: &str) -> Result<String, Failure> {
    for member in ["file_data", "filename", "file_url", "file_id"] {
        undecoded::string(&file.extra, path, member)?;
    }
    let Some(data) = file.file_data.as_deref().filter(|data| !data.is_empty()) else {
        return Err(no_data(file, path));
    };
    let member = format!("{path}.file_data");
    let name = file.filename.as_deref().unwrap_or_default();
    let (media_type, bytes) = decode(data, &member)?;
    if let Some(description) = not_text(&media_type, name, &bytes) {
        return Err(Failure::invalid(
            path,
            format!(
                "`{path}` is {description}; this model reads text files: plain text, Markdown, JSON, \
                 CSV, source code and the like"
            ),
        ));
    }
    let content = read(bytes).ok_or_else(|| {
        Failure::invalid(
            &member,
            format!("`{member}` is not text in UTF-8, or UTF-16 with a byte order mark"),
        )
    })?;
    let name: String = name
        .chars()
        .filter(|c| !c.is_control() && *c != '"')
        .collect();
    let head = match name.as_str() {
        "" => "<file>".to_owned(),
        name => format!("<file name=\"{name}\">"),
    };
    let end = if content.ends_with('\n') { "" } else { "\n" };
    Ok(format!("{head}\n{content}{end}</file>"))
}

/// Returns the failure of a part without the data of its file.
fn no_data(file: &InputFile, path: &str) -> Failure {
    let set = |member: &Option<String>| member.as_deref().is_some_and(|text| !text.is_empty());
    let (member, reason) = if set(&file.file_url) {
        ("file_url", "this server does not fetch URLs")
    } else if set(&file.file_id) {
        ("file_id", "this server stores no files")
    } else {
        ("file_data", "the part has no file")
    };
    Failure::invalid(
        format!("{path}.{member}"),
        format!(
            "`{path}.{member}` cannot be served: {reason}; send the file in `file_data`, as a data \
             URL or base64"
        ),
    )
}

/// Returns the media type, in lower case and without parameters, and the bytes of `file_data`.
fn decode(data: &str, member: &str) -> Result<(String, Vec<u8>), Failure> {
    let bad = |form: &str| Failure::invalid(member, format!("`{member}` is not {form}"));
    let scheme = data.get(..5).unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("data:") {
        let bytes = from_base64(data).ok_or_else(|| bad("a data URL or base64"))?;
        return Ok((String::new(), bytes));
    }
    let rest = data.get(5..).unwrap_or_default();
    let (head, body) = rest
        .split_once(',')
        .ok_or_else(|| bad("a data URL: it has no comma"))?;
    let mut parameters = head.split(';').map(str::trim);
    let media_type = parameters.next().unwrap_or_default().to_ascii_lowercase();
    let bytes = if parameters.any(|word| word.eq_ignore_ascii_case("base64")) {
        from_base64(body).ok_or_else(|| bad("a data URL with valid base64"))?
    } else {
        from_percent(body)
    };
    Ok((media_type, bytes))
}

/// Decodes base64 of either alphabet; white space in it is ignored.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let clean: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => byte,
        })
        .collect();
    BASE64.decode(clean).ok()
}

/// Decodes percent escapes. A `%` without two digits after it stays as it is.
fn from_percent(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = after
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}

/// Returns the description of a file that is not text. The media type decides, then the name, then
/// the bytes.
fn not_text(media_type: &str, name: &str, bytes: &[u8]) -> Option<String> {
    if bytes.starts_with(b"%PDF-") {
        return Some("a PDF".to_owned());
    }
    let is_text = media_type.starts_with("text/")
        || TEXT_TYPES.contains(&media_type)
        || media_type.ends_with("+json")
        || media_type.ends_with("+xml")
        || media_type.ends_with("+yaml");
    if is_text {
        return None;
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    let known = ending.and_then(|ending| {
        let is = |(known, _): &&(&str, &str)| known.eq_ignore_ascii_case(ending);
        BINARY_ENDINGS.iter().find(is)
    });
    if let Some((_, description)) = known {
        return Some((*description).to_owned());
    }
    if OPEN_TYPES.contains(&media_type) {
        let binary = bytes.contains(&0) && !is_utf16(bytes);
        return binary.then(|| "a binary file".to_owned());
    }
    // A name such as `main.rs` is more reliable than a type such as `application/x-whatever`.
    let family = media_type.split('/').next().unwrap_or_default();
    let media = matches!(family, "image" | "audio" | "video" | "font" | "model");
    let readable = ending.is_some() && !media && std::str::from_utf8(bytes).is_ok();
    if readable && !media_type.starts_with("application/vnd.") && media_type != "application/pdf" {
        return None;
    }
    Some(format!("of type `{}`", quote(media_type)))
}

/// Returns `true` if the bytes begin with the byte order mark of UTF-16.
fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff])
}

/// Returns the text in UTF-8 or, with a byte order mark, UTF-16. The mark is removed.
fn read(mut bytes: Vec<u8>) -> Option<String> {
    if is_utf16(&bytes) {
        let little = bytes.first() == Some(&0xff);
        let units = bytes.get(2..)?.chunks(2).map(|pair| {
            let pair: [u8; 2] = pair.try_into().ok()?;
            Some(if little {
                u16::from_le_bytes(pair)
            } else {
                u16::from_be_bytes(pair)
            })
        });
        return String::from_utf16(&units.collect::<Option<Vec<u16>>>()?).ok();
    }
    if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_file(filename: Option<&str>, data: &str) -> Result<String, String> {
        let mut file = InputFile::default();
        file.filename = filename.map(str::to_owned);
        file.file_data = Some(data.to_owned());
        text(&file, "input[0].content[0]").map_err(|failure| failure.to_string())
    }

    #[test]
    fn text_files_are_read() {
        let hello = "<file name=\"a.txt\">\nhello\n</file>";
        for (name, data) in [
            ("a.txt", "data:text/plain;base64,aGVsbG8="),
            ("a.txt", "data:text/plain;charset=utf-8;base64,aGVsbG8"),
            ("a.txt", "DATA:;BASE64,aGVs\nbG8="),
            ("a.txt", "aGVsbG8="),
            ("a.txt", "data:application/octet-stream;base64,77u/aGVsbG8="),
            ("a.txt", "data:text/plain,hel%6co"),
            ("a.txt", "//5oAGUAbABsAG8A"),
        ] {
            assert_eq!(read_file(Some(name), data).as_deref(), Ok(hello), "{data}");
        }
        for (name, kind) in [
            (Some("a.md"), "text/markdown"),
            (Some("a.json"), "application/json"),
            (None, "application/vnd.api+json"),
            (Some("a.csv"), "text/csv"),
            (Some("main.rs"), "application/x-rust"),
            (Some("Makefile"), "application/octet-stream"),
            (Some("a.yaml"), "application/x-yaml"),
            (Some("a.zig"), ""),
            (None, ""),
            (None, "text/x-python"),
        ] {
            let text = read_file(name, &format!("data:{kind};base64,eD0x"));
            assert!(
                text.as_ref().is_ok_and(|text| text.contains("\nx=1\n")),
                "{name:?} {kind}: {text:?}"
            );
        }
    }

    #[test]
    fn other_files_are_refused_by_kind() {
        for (name, data, word) in [
            (
                Some("a.pdf"),
                "data:application/pdf;base64,JVBERi0xLjQ=",
                "PDF",
            ),
            (None, "JVBERi0xLjQ=", "PDF"),
            (Some("a.pdf"), "eD0x", "PDF"),
            (
                Some("a.docx"),
                "data:application/vnd.openxmlformats-officedocument.wordprocessingml.document;base64,UEsD",
                "Word",
            ),
            (
                None,
                "data:application/vnd.ms-excel;base64,0M8R",
                "application/vnd.ms-excel",
            ),
            (Some("a.png"), "iVBORw0KGgo=", "image"),
            (None, "data:image/png;base64,iVBORw0KGgo=", "image/png"),
            (Some("a"), "AAECAw==", "binary"),
            (Some("a.txt"), "data:text/plain;base64,/4A=", "UTF-8"),
            (Some("a.txt"), "data:text/plain;base64,!!", "base64"),
            (Some("a.txt"), "hello, you", "base64"),
            (Some("a.txt"), "data:text/plain", "comma"),
        ] {
            let message = read_file(name, data).expect_err("a refusal");
            assert!(message.contains(word), "{name:?} {data}: {message}");
        }
    }

    #[test]
    fn files_without_data_are_refused_by_member() {
        for (body, member) in [
            (r#"{"file_url": "https://example.com/a.txt"}"#, "file_url"),
            (r#"{"file_id": "file-1"}"#, "file_id"),
            (r#"{"filename": "a.txt"}"#, "file_data"),
            (r#"{"file_data": ""}"#, "file_data"),
        ] {
            let file: InputFile = orouter_wire::from_str(body).expect("a file");
            let failure = text(&file, "p").expect_err("a refusal");
            assert!(failure.to_string().contains(member), "{failure}");
        }
    }
}
