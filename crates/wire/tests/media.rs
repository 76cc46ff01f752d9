//! Inputs from bytes and from paths: media types, formats and errors.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::error::Error as _;
use std::fs;
use std::io;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use orouter_wire::{
    AudioFormat, ContentPart, FunctionCall, FunctionCallOutput, ImageDetail, InputAudio,
    InputErrorKind, InputFile, InputImage, InputVideo, Message, ToolOutput,
};
use serde_json::json;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

/// A folder that is removed at the end of the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("orouter-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn media_type(url: &str) -> &str {
    let rest = url.strip_prefix("data:").unwrap();
    rest.split_once(";base64,").unwrap().0
}

#[test]
fn images_are_recognised_and_encoded() {
    for (bytes, expected) in [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0..JFIF", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        (b"BM\x46\0\0\0\0\0\0\0\x36", "image/bmp"),
        (b"MM\0*", "image/tiff"),
        (b"\0\0\0\x1cftypavif", "image/avif"),
        (b"\0\0\0\x18ftypheic", "image/heic"),
        (b"<svg xmlns", "image/svg+xml"),
    ] {
        let image = InputImage::from_bytes(bytes).unwrap();
        let url = image.image_url.unwrap();
        assert_eq!(media_type(&url), expected);
        let data = url.split_once(',').unwrap().1;
        assert_eq!(STANDARD.decode(data).unwrap(), bytes);
        assert_eq!(image.detail, Some(ImageDetail::Auto));
    }
}

#[test]
fn audio_is_recognised_and_has_its_format() {
    for (bytes, expected) in [
        (&b"ID3\x04"[..], "mp3"),
        (b"\xff\xfb\x90\0", "mp3"),
        (b"\xff\xf3\x90\0", "mp3"),
        (b"RIFF\0\0\0\0WAVEfmt ", "wav"),
        (b"fLaC", "flac"),
        (b"OggS", "ogg"),
        (b"\0\0\0\x1cftypM4A ", "m4a"),
        (b"\xff\xf1\x50\x80", "aac"),
        (b"FORM\0\0\0\0AIFF", "aiff"),
    ] {
        let audio = InputAudio::from_bytes(bytes).unwrap().input_audio;
        assert_eq!(audio.format, Some(AudioFormat::from(expected)));
        assert_eq!(STANDARD.decode(audio.data).unwrap(), bytes);
    }
    let raw = InputAudio::from_bytes_as([0, 1], AudioFormat::from("pcm16")).unwrap();
    assert_eq!(
        orouter_wire::to_string(&raw),
        r#"{"type":"input_audio","input_audio":{"data":"AAE=","format":"pcm16"}}"#
    );
}

#[test]
fn videos_are_recognised() {
    for (bytes, expected) in [
        (&b"\0\0\0\x20ftypisom"[..], "video/mp4"),
        (b"\0\0\0\x14ftypqt  ", "video/quicktime"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "video/webm"),
        (
            b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska",
            "video/x-matroska",
        ),
        (b"RIFF\0\0\0\0AVI LIST", "video/x-msvideo"),
        (b"\0\0\x01\xba", "video/mpeg"),
    ] {
        let video = InputVideo::from_bytes(bytes).unwrap();
        assert_eq!(media_type(&video.video_url), expected);
    }
}

#[test]
fn files_have_the_type_of_their_name_then_of_their_data() {
    for (name, bytes, expected) in [
        ("report.PDF", &b"%PDF-1.7"[..], "application/pdf"),
        ("report", b"%PDF-1.7", "application/pdf"),
        ("notes.txt", b"ID3 is a format of tags", "text/plain"),
        ("table.csv", b"a,b", "text/csv"),
        ("main.rs", b"fn main() {}", "text/plain"),
        (".txt", b"\xff\xfe\0", "application/octet-stream"),
        ("data", b"a\0b", "application/octet-stream"),
        (
            "letter.docx",
            b"PK\x03\x04",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    ] {
        let file = InputFile::from_bytes(name, bytes).unwrap();
        assert_eq!(media_type(file.file_data.as_deref().unwrap()), expected);
        assert_eq!(file.filename.as_deref(), Some(name));
    }
    let file = InputFile::from_bytes_as("a", "x", "text/x.special+json;charset=utf-8").unwrap();
    assert_eq!(
        file.filename("b").file_data.unwrap(),
        "data:text/x.special+json;charset=utf-8;base64,eA=="
    );
}

#[test]
fn unusable_data_is_an_error_that_says_what_to_do() {
    let error = InputImage::from_bytes(b"hello").unwrap_err();
    assert_eq!(error.kind(), InputErrorKind::UnknownMedia);
    assert_eq!(
        error.to_string(),
        "the format of the image is not known; from_bytes_as sets it"
    );
    let error = InputAudio::from_bytes(PNG).unwrap_err();
    assert_eq!(error.kind(), InputErrorKind::WrongMedia);
    assert_eq!(
        error.to_string(),
        "the data is image/png, which is not audio"
    );
    for error in [
        InputImage::from_bytes([]).unwrap_err(),
        InputImage::from_bytes_as([], "image/png").unwrap_err(),
        InputAudio::from_bytes_as([], AudioFormat::Wav).unwrap_err(),
        InputVideo::from_bytes([]).unwrap_err(),
        InputFile::from_bytes("a.txt", "").unwrap_err(),
    ] {
        assert_eq!(error.kind(), InputErrorKind::Empty);
        assert_eq!(error.path(), None);
    }
    for media_type in [
        "png",
        "",
        "image/",
        "/png",
        "image/png, x",
        "image/png;a=\"b\"",
        "a b/c",
    ] {
        let error = InputImage::from_bytes_as(PNG, media_type).unwrap_err();
        assert_eq!(error.kind(), InputErrorKind::InvalidMediaType);
        assert!(error.to_string().contains("such as image/png"), "{error}");
    }
}

#[test]
fn paths_give_data_name_and_media_type() {
    let folder = Folder::new("media");
    let image = InputImage::from_path(folder.file("cat.jpg", PNG)).unwrap();
    // The data decides: many files have the wrong extension.
    assert_eq!(media_type(&image.image_url.unwrap()), "image/png");
    let drawing = folder.file("drawing.svg", b"<?xml version='1.0'?><svg/>");
    let image = InputImage::from_path(drawing).unwrap();
    assert_eq!(media_type(&image.image_url.unwrap()), "image/svg+xml");
    let file = InputFile::from_path(folder.file("report.pdf", b"%PDF-1.7")).unwrap();
    assert_eq!(file.filename.as_deref(), Some("report.pdf"));
    let audio = InputAudio::from_path(folder.file("a.mp3", b"\0\0")).unwrap();
    assert_eq!(audio.input_audio.format, Some(AudioFormat::Mp3));
    let video = InputVideo::from_path(folder.file("a.webm", b"\0\0")).unwrap();
    assert_eq!(media_type(&video.video_url), "video/webm");
}

#[test]
fn errors_of_paths_name_the_path() {
    let folder = Folder::new("media-errors");
    let missing = folder.0.join("missing.png");
    let error = InputImage::from_path(&missing).unwrap_err();
    assert_eq!(error.kind(), InputErrorKind::Read);
    assert_eq!(error.path(), Some(missing.as_path()));
    assert_eq!(
        error.to_string(),
        format!("{}: cannot read the image", missing.display())
    );
    let source = error.source().unwrap().downcast_ref::<io::Error>().unwrap();
    assert_eq!(source.kind(), io::ErrorKind::NotFound);

    let error = InputFile::from_path(&folder.0).unwrap_err();
    assert_eq!(error.kind(), InputErrorKind::Read);

    let empty = folder.file("empty.wav", b"");
    let error = InputAudio::from_path(&empty).unwrap_err();
    assert_eq!(error.kind(), InputErrorKind::Empty);
    assert!(error.to_string().ends_with("empty.wav: the audio is empty"));

    let unknown = folder.file("cat.bin", b"meow");
    let error = InputImage::from_path(&unknown).unwrap_err();
    assert_eq!(error.kind(), InputErrorKind::UnknownMedia);
    assert!(error.to_string().contains("cat.bin: the format"), "{error}");
}

#[test]
fn a_file_above_the_limit_is_not_read_to_its_end() {
    let folder = Folder::new("media-large");
    let path = folder.0.join("large.mp4");
    // Sparse: takes no space on disk.
    fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    let error = InputVideo::from_path(&path).unwrap_err();
    assert_eq!(error.kind(), InputErrorKind::TooLarge);
    assert!(error.to_string().contains("100 MiB"), "{error}");
}

#[test]
fn messages_of_mixed_parts() {
    let image = || {
        InputImage::from_bytes(PNG)
            .unwrap()
            .detail(ImageDetail::Low)
    };
    let built = Message::user("Which is it?").part(image());
    let listed = Message::user(["Which is it?".into(), image().into()]);
    assert_eq!(built, listed);
    assert_eq!(built.text(), "Which is it?");
    let ContentPart::InputImage(part) = &built.parts()[1] else {
        panic!("not an image")
    };
    assert_eq!(part.detail, Some(ImageDetail::Low));

    assert_eq!(Message::user("").part(image()), Message::user(image()));
    let answer = Message::assistant("Hel").part("x");
    assert!(matches!(answer.parts()[0], ContentPart::OutputText(_)));
}

#[test]
fn tool_outputs_of_all_kinds() {
    let call = FunctionCall::new("call_1", "f", "{}");
    let text = |output: FunctionCallOutput| output.output.unwrap().text();
    assert_eq!(text(call.output("sunny")), "sunny");
    assert_eq!(text(call.output(String::from("sunny"))), "sunny");
    assert_eq!(
        text(call.output(json!({"a": [null], "b": 1}))),
        r#"{"a":[null],"b":1}"#
    );
    assert_eq!(text(call.output(json!("sunny"))), "\"sunny\"");
    assert_eq!(text(FunctionCallOutput::new("call_1", json!(21))), "21");
    assert_eq!(
        text(call.output(ToolOutput::json(&(1, "a")).unwrap())),
        r#"[1,"a"]"#
    );
    let unusual = std::collections::HashMap::from([((1, 2), 3)]);
    assert!(ToolOutput::json(&unusual).is_err());

    let image = InputImage::from_file_id("file_1");
    let parts = call.output(["A map:".into(), image.clone().into()]);
    assert_eq!(
        orouter_wire::to_string(&parts),
        r#"{"type":"function_call_output","call_id":"call_1","output":[{"type":"input_text","text":"A map:"},{"type":"input_image","detail":"auto","file_id":"file_1"}]}"#
    );
    let one = call.output(image.clone());
    assert_eq!(one, call.output(vec![ContentPart::from(image)]));
}

#[test]
fn an_output_repeats_the_program_that_called() {
    let with_caller = |caller: &str| -> FunctionCall {
        let text = format!(
            r#"{{"type":"function_call","call_id":"c","name":"f","arguments":"{{}}","caller":{caller}}}"#
        );
        orouter_wire::from_str(&text).unwrap()
    };
    let program = with_caller(r#"{"type":"program","caller_id":"p"}"#);
    assert_eq!(program.output("x").caller, program.caller);
    assert_eq!(with_caller(r#"{"type":"direct"}"#).output("x").caller, None);
}
