//! Slash commands of `orouter chat` in a terminal.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::fs;

use support::chat::{Chat, reply, texts, turns};
use support::scripted::{Server, hanging_stream, json, opening};

/// The key Up.
const UP: &str = "\u{1b}[A";

#[test]
fn commands_are_not_sent() {
    let server = Server::start([reply("One."), reply("Two.")]);
    let chat = Chat::start(&server);
    chat.line("/modle x");
    chat.wait_for("unknown command /modle; nothing was sent.");
    chat.wait_for_prompt();
    chat.line("/help");
    chat.wait_for("/system [TEXT]");
    chat.wait_for_prompt();
    chat.line("/model");
    chat.wait_for("\nthe default model of the server\n");
    chat.wait_for_prompt();
    chat.line("/model some/model");
    chat.wait_for("the next messages go to some/model");
    chat.wait_for_prompt();
    chat.line("/system Be brief.");
    chat.wait_for("the system prompt is changed");
    chat.wait_for_prompt();
    chat.line("//etc is a text");
    chat.wait_for("One.");
    chat.wait_for_prompt();
    let body = server.request().body;
    assert_eq!(texts(&body), turns(&["/etc is a text"]));
    assert_eq!(
        (&body["model"], &body["instructions"]),
        (
            &serde_json::json!("some/model"),
            &serde_json::json!("Be brief.")
        )
    );
    chat.line("/system -");
    chat.wait_for("the system prompt is removed");
    chat.wait_for_prompt();
    chat.line("/clear");
    chat.wait_for("a new conversation");
    chat.wait_for_prompt();
    chat.line("again");
    chat.wait_for("Two.");
    let body = server.request().body;
    assert_eq!(texts(&body), turns(&["again"]));
    assert_eq!(
        (&body["model"], &body["instructions"]),
        (&serde_json::json!("some/model"), &serde_json::Value::Null)
    );
    chat.wait_for_prompt();
    chat.line("/exit");
    assert_eq!(chat.end().status, Some(0));
}

#[test]
fn tab_completes_commands_and_files() {
    let server = Server::start([]);
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("my notes.txt"), "x").unwrap();
    let chat = Chat::with(&server, |command| {
        command.current_dir(directory.path());
    });
    chat.type_text("/mo\t");
    chat.wait_for_typed("/model");
    chat.type_text("x");
    chat.wait_for_typed("/model x");
    chat.ctrl_c();
    chat.wait_for_prompt();
    chat.type_text("/file my\t");
    chat.wait_for_typed("/file my\\ notes.txt");
    chat.type_text("\r");
    chat.wait_for("my notes.txt goes with the next message");
}

#[test]
fn a_refused_message_comes_back_with_its_file() {
    let refusal = json(400, r#"{"error":{"code":400,"message":"No thanks"}}"#);
    let server = Server::start([refusal, reply("Fine.")]);
    let chat = Chat::with(&server, |command| {
        let file = tempfile::Builder::new().suffix(".txt").tempfile().unwrap();
        std::fs::write(file.path(), "the content").unwrap();
        command.arg("--attach").arg(file.path());
        // Read at the start of the command; the file is deleted with the test.
        let _ = file.keep();
    });
    chat.line("What is this?");
    chat.wait_for("No thanks");
    chat.wait_for("its file goes with the next message");
    chat.wait_for_prompt();
    chat.type_text(UP);
    chat.wait_for_typed("What is this?");
    chat.type_text("\r");
    chat.wait_for("Fine.");
    let first = server.request().body;
    assert_eq!(first["input"], server.request().body["input"]);
    assert_eq!(first["input"][0]["content"].as_array().unwrap().len(), 2);
}

#[test]
fn files_that_cannot_be_sent_are_refused() {
    let server = Server::start([reply("One.")]);
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    fs::write(path("data.bin"), b"\0\x01\x02\xff\xfe").unwrap();
    fs::write(path("notes.txt"), "milk").unwrap();
    // A sparse file, which is not read.
    let huge = fs::File::create(path("huge.txt")).unwrap();
    huge.set_len(1 << 40).unwrap();
    let chat = Chat::with(&server, |command| {
        command.current_dir(directory.path());
    });
    for (command, message) in [
        (
            "/file missing.txt",
            "cannot attach missing.txt: the file does not exist",
        ),
        (
            "/file huge.txt",
            "cannot attach huge.txt: it is larger than the limit of 20 MiB",
        ),
        ("/file data.bin", "cannot attach data.bin: "),
        ("/file .", "cannot attach .: it is a directory"),
        ("/file", "/file needs the name of a file"),
        ("/file notes.txt", "notes.txt goes with the next message"),
    ] {
        chat.line(command);
        chat.wait_for(message);
        chat.wait_for_prompt();
    }
    chat.line("What is this?");
    chat.wait_for("One.");
    let body = server.request().body;
    let content = body["input"][0]["content"].as_array().unwrap();
    assert_eq!(content.len(), 2, "{body}");
    assert!(content[1].to_string().contains("milk"), "{body}");
}

#[test]
fn a_saved_conversation_marks_interrupted_responses() {
    let server = Server::start([hanging_stream(&opening(&["Once upon"])), reply("Fine.")]);
    let directory = tempfile::tempdir().unwrap();
    let chat = Chat::with(&server, |command| {
        command.current_dir(directory.path());
    });
    chat.line("/save early.md");
    chat.wait_for("nothing to save in early.md");
    chat.wait_for_prompt();
    chat.line("Tell me a story");
    chat.wait_for("Once upon");
    chat.ctrl_c();
    chat.wait_for("interrupted, the text so far is kept");
    chat.wait_for_prompt();
    chat.line("And?");
    chat.wait_for("Fine.");
    chat.wait_for_prompt();
    chat.line("/save story.md");
    chat.wait_for("saved in story.md");
    chat.wait_for_prompt();
    chat.line("/save story.md");
    chat.wait_for("story.md exists; name another file");
    chat.wait_for_prompt();
    chat.line("/save missing/story.md");
    chat.wait_for("cannot write missing/story.md");
    chat.wait_for_prompt();
    let saved = fs::read_to_string(directory.path().join("story.md")).unwrap();
    assert_eq!(
        saved,
        "## User\n\nTell me a story\n\n## test/model\n\nOnce upon\n\n*(incomplete: interrupted)*\n\n\
         ## User\n\nAnd?\n\n## test/model\n\nFine.\n"
    );
}
