//! Recognises the media type of data from its first bytes, and of a file from its extension.

/// Returns the media type of the data, or `None` if its first bytes are not known.
pub(super) fn by_content(bytes: &[u8]) -> Option<&'static str> {
    const SIGNATURES: [(&[u8], &str); 15] = [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
        (b"%PDF-", "application/pdf"),
        (b"ID3", "audio/mpeg"),
        (b"fLaC", "audio/flac"),
        (b"OggS", "audio/ogg"),
        (b"{\\rtf", "application/rtf"),
        (b"\0\0\x01\xba", "video/mpeg"),
        (b"\0\0\x01\xb3", "video/mpeg"),
        (b"<svg", "image/svg+xml"),
        (b"\xff\x0a", "image/jxl"),
    ];
    let known = SIGNATURES.iter();
    known
        .filter(|(signature, _)| bytes.starts_with(signature))
        .map(|(_, media_type)| *media_type)
        .next()
        .or_else(|| container(bytes))
        .or_else(|| audio_frame(bytes))
}

/// Formats in a container, which names them after its own signature.
fn container(bytes: &[u8]) -> Option<&'static str> {
    let format = bytes.get(8..12);
    match bytes.get(..4)? {
        b"RIFF" => match format? {
            b"WEBP" => Some("image/webp"),
            b"WAVE" => Some("audio/wav"),
            b"AVI " => Some("video/x-msvideo"),
            _ => None,
        },
        b"FORM" => match format? {
            b"AIFF" | b"AIFC" => Some("audio/aiff"),
            _ => None,
        },
        b"\x1a\x45\xdf\xa3" => {
            let head = bytes.get(..64).unwrap_or(bytes);
            let is_webm = head.windows(4).any(|window| window == b"webm");
            Some(if is_webm {
                "video/webm"
            } else {
                "video/x-matroska"
            })
        }
        // The header of a BMP file has four reserved zero bytes.
        [b'B', b'M', ..] if bytes.get(6..10) == Some(&[0; 4]) => Some("image/bmp"),
        _ if bytes.get(4..8) == Some(b"ftyp") => Some(match format? {
            b"avif" | b"avis" => "image/avif",
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" => "image/heic",
            b"mif1" | b"msf1" => "image/heif",
            b"M4A " | b"M4B " => "audio/mp4",
            b"qt  " => "video/quicktime",
            _ => "video/mp4",
        }),
        _ => None,
    }
}

/// MP3 and AAC without a header: the data begins with a frame.
fn audio_frame(bytes: &[u8]) -> Option<&'static str> {
    let [0xff, second, ..] = bytes else {
        return None;
    };
    // Eleven bits of synchronisation, two of the version, two of the layer.
    if second & 0xe0 == 0xe0 && second & 0x18 != 0x08 && second & 0x06 == 0x02 {
        Some("audio/mpeg")
    } else if second & 0xf6 == 0xf0 {
        Some("audio/aac")
    } else {
        None
    }
}

/// Returns the media type for a file's name, or `None` if its extension is not known.
pub(super) fn by_name(name: &str) -> Option<&'static str> {
    let (stem, extension) = name.rsplit_once('.')?;
    if stem.is_empty() {
        return None;
    }
    Some(match extension.to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" | "jfif" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "bmp" => "image/bmp",
        "tif" | "tiff" => "image/tiff",
        "avif" => "image/avif",
        "heic" => "image/heic",
        "heif" => "image/heif",
        "jxl" => "image/jxl",
        "svg" => "image/svg+xml",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "flac" => "audio/flac",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "m4a" => "audio/mp4",
        "aac" => "audio/aac",
        "aif" | "aiff" => "audio/aiff",
        "mp4" | "m4v" => "video/mp4",
        "mov" => "video/quicktime",
        "webm" => "video/webm",
        "mkv" => "video/x-matroska",
        "avi" => "video/x-msvideo",
        "mpg" | "mpeg" => "video/mpeg",
        "pdf" => "application/pdf",
        "txt" | "text" | "log" => "text/plain",
        "md" | "markdown" => "text/markdown",
        "csv" => "text/csv",
        "tsv" => "text/tab-separated-values",
        "htm" | "html" => "text/html",
        "css" => "text/css",
        "js" | "mjs" => "text/javascript",
        "xml" => "application/xml",
        "json" => "application/json",
        "yaml" | "yml" => "application/yaml",
        "rtf" => "application/rtf",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ppt" => "application/vnd.ms-powerpoint",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt" => "application/vnd.oasis.opendocument.text",
        "epub" => "application/epub+zip",
        "zip" => "application/zip",
        _ => return None,
    })
}

/// Returns `true` if the text has the form `type/subtype`, with or without parameters, and so can stand
/// in a `data:` URL.
pub(super) fn is_media_type(text: &str) -> bool {
    let token = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    let (essence, parameters) = text.split_once(';').unwrap_or((text, ""));
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b',' && byte != b'"';
    essence
        .split_once('/')
        .is_some_and(|(kind, subtype)| token(kind) && token(subtype))
        && parameters.bytes().all(plain)
}
