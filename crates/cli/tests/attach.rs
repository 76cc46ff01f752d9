//! `orouter send --attach`: files, standard input and URLs in the request, and what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use support::scripted::{Server, frames, stream};
use support::{Ran, orouter, refused_usage, run, run_with_input};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

/// Runs `send` in a folder, and returns the input of its request.
fn sent(folder: &Path, arguments: &[&str], stdin: Option<&[u8]>) -> Value {
    let server = Server::start([stream(&frames("completed", &["x"]))]);
    let mut command = orouter(["send", "--base-url", &server.url]);
    command.current_dir(folder).args(arguments);
    let ran = match stdin {
        Some(bytes) => run_with_input(command, bytes),
        None => run(command),
    };
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    server.request().body["input"].clone()
}

/// Runs `send` in a folder with a server that does not exist: a request would end with exit status 1.
fn refused(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command: Command = orouter(["send", "--base-url", "http://127.0.0.1:9/api/v1"]);
    command.current_dir(folder).args(arguments);
    refused_usage(command)
}

#[test]
fn files_follow_the_prompt_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    std::fs::create_dir(folder.path().join("src")).unwrap();
    write("cat.dat", PNG);
    write("talk.wav", b"RIFF\x04\0\0\0WAVEfmt ");
    write("report", b"%PDF-1.7\n");
    write("src/main.rs", b"fn main() {}\n");
    let input = sent(
        folder.path(),
        &[
            "Compare",
            "these",
            "-a",
            "cat.dat",
            "--attach",
            "talk.wav",
            "-a",
            "report",
            "-a",
            "src/main.rs",
        ],
        None,
    );
    assert_eq!(
        input,
        json!([{"type": "message", "role": "user", "content": [
            {"type": "input_text", "text": "Compare these"},
            {"type": "input_image", "detail": "auto",
             "image_url": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg=="},
            {"type": "input_audio", "input_audio": {"data": "UklGRgQAAABXQVZFZm10IA==", "format": "wav"}},
            {"type": "input_file", "filename": "report.pdf",
             "file_data": "data:application/pdf;base64,JVBERi0xLjcK"},
            {"type": "input_text", "text": "<file name=\"src/main.rs\">\nfn main() {}\n</file>"},
        ]}])
    );
}

#[test]
fn piped_text_stands_between_the_prompt_and_the_files() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.png"), PNG).unwrap();
    let input = sent(folder.path(), &["Explain:", "-a", "a.png"], Some(b"piped"));
    let parts = input[0]["content"].as_array().unwrap();
    assert_eq!(parts.len(), 2);
    assert_eq!(parts[0]["text"], "Explain:\n\npiped");
}

#[test]
fn standard_input_can_be_the_attachment() {
    let folder = tempfile::tempdir().unwrap();
    let input = sent(folder.path(), &["Describe", "-a", "-"], Some(PNG));
    let parts = input[0]["content"].as_array().unwrap();
    assert_eq!(parts[0]["text"], "Describe");
    assert_eq!(parts[1]["type"], "input_image");
    let input = sent(folder.path(), &["Read", "-a", "-"], Some(b"%PDF-1.7\n"));
    assert_eq!(input[0]["content"][1]["filename"], "stdin.pdf");
}

#[test]
fn piped_data_that_is_not_text_is_to_be_attached() {
    let ran = run_with_input(orouter(["send", "Describe", "--local"]), PNG);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""));
    assert!(ran.stderr.contains("--attach -"), "{}", ran.stderr);
}

#[test]
fn an_attachment_needs_no_prompt() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("question.wav"),
        b"RIFF\x04\0\0\0WAVEfmt ",
    )
    .unwrap();
    let input = sent(folder.path(), &["-a", "question.wav"], None);
    let parts = input[0]["content"].as_array().unwrap();
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0]["type"], "input_audio");
}

#[test]
fn urls_are_passed_on() {
    let folder = tempfile::tempdir().unwrap();
    let input = sent(
        folder.path(),
        &[
            "Compare",
            "-a",
            "https://a.example/cat.png",
            "-a",
            "file:https://a.example/2301.00001",
        ],
        None,
    );
    let parts = input[0]["content"].as_array().unwrap();
    assert_eq!(parts[1]["image_url"], "https://a.example/cat.png");
    assert_eq!(parts[2]["file_url"], "https://a.example/2301.00001");
}

#[test]
fn unusable_files_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    write("empty", b"");
    write("program", b"\x7fELF\x02\x01\x01\0");
    write("latin1.txt", b"caf\xe9 au lait");
    write("large", &[b'a'; 2048]);
    for (file, reason) in [
        ("missing.png", "the file does not exist"),
        ("folder", "it is a directory"),
        ("empty", "it is empty"),
        ("program", "its type is unknown"),
        ("latin1.txt", "convert it to UTF-8"),
        ("large", "larger than the limit of 1 KiB; --max-attachment"),
        ("https://a.example/talk.mp3", "download it"),
        ("https://a.example/x", "image:https://a.example/x"),
    ] {
        let ran = refused(
            folder.path(),
            &["hi", "-a", file, "--max-attachment", "1KiB"],
        );
        let start = format!("orouter: cannot attach {file}: ");
        assert!(ran.stderr.starts_with(&start), "{}", ran.stderr);
        assert!(ran.stderr.contains(reason), "{}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 1);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn endless_and_empty_devices_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (file, reason) in [
        ("/dev/zero", "larger than the limit"),
        ("/dev/null", "empty"),
    ] {
        let ran = refused(
            folder.path(),
            &["hi", "-a", file, "--max-attachment", "1MiB"],
        );
        assert!(ran.stderr.contains(reason), "{}", ran.stderr);
    }
}

#[test]
fn unusable_combinations_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, reason) in [
        (&["hi", "-a", ""][..], "--attach is empty"),
        (&["hi", "-a", "-", "-a", "-"], "given twice"),
        (&["-", "-a", "-"], "both the prompt and an attachment"),
        (&["", "-a", "https://a.example/a.png"], "prompt is empty"),
        (
            &["hi", "-a", "-"],
            "cannot attach standard input: it is empty",
        ),
    ] {
        let ran = refused(folder.path(), arguments);
        assert!(ran.stderr.contains(reason), "{}", ran.stderr);
    }
}
