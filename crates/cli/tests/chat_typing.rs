//! Typing in `orouter chat`: ahead of a prompt, pastes, wide characters, resizes.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use support::chat::{Chat, reply, texts, turns};
use support::scripted::{Gate, Server, paused_stream};

#[test]
fn text_that_is_typed_ahead_is_in_the_next_prompt() {
    let gate = Gate::default();
    let server = Server::start([
        paused_stream(&gate, "Once", " upon a time."),
        reply("Fine."),
    ]);
    let chat = Chat::start(&server);
    chat.line("Tell me a story");
    chat.wait_for("Once");
    chat.type_text("How are yuo\x7f\x7fou?");
    gate.open();
    chat.wait_for_typed("How are you?");
    // Nothing of it is in the response.
    assert!(
        chat.screen().contains("Once upon a time.\n"),
        "{}",
        chat.screen()
    );
    server.request();
    assert_eq!(server.arrived().len(), 0);
    chat.type_text("\r");
    chat.wait_for("Fine.");
    assert_eq!(
        texts(&server.request().body),
        turns(&["Tell me a story", "Once upon a time.", "How are you?"])
    );
}

#[test]
fn lines_that_are_typed_ahead_are_sent_in_order() {
    let gate = Gate::default();
    let server = Server::start([
        paused_stream(&gate, "One", "."),
        reply("Two."),
        reply("Three."),
        reply("Four."),
    ]);
    let chat = Chat::start(&server);
    chat.line("first");
    chat.wait_for("One");
    chat.type_text("second\rthird\rfourth ü\rfif");
    gate.open();
    chat.wait_for_typed("fif");
    for message in ["first", "second", "third", "fourth ü"] {
        let body = server.request().body;
        assert_eq!(texts(&body).last().unwrap().1, message);
    }
    chat.type_text("th");
    chat.wait_for_typed("fifth");
}

#[test]
fn a_paste_of_several_lines_is_one_message() {
    let gate = Gate::default();
    let server = Server::start([paused_stream(&gate, "One", "."), reply("Two.")]);
    let chat = Chat::start(&server);
    chat.paste("def f():\n    return 1\r\n\n// end");
    chat.wait_for("// end");
    assert_eq!(server.arrived().len(), 0);
    chat.type_text("\r");
    chat.wait_for("One");
    let body = server.request().body;
    assert_eq!(
        texts(&body).last().unwrap().1,
        "def f():\n    return 1\n\n// end"
    );

    // A paste while the response streams, too.
    chat.paste("a\nb");
    chat.type_text(" c");
    gate.open();
    chat.wait_for("b c");
    assert_eq!(server.arrived().len(), 0);
    chat.type_text("\r");
    assert_eq!(texts(&server.request().body).last().unwrap().1, "a\nb c");
}

#[test]
fn alt_enter_begins_a_line() {
    let server = Server::start([reply("One.")]);
    let chat = Chat::start(&server);
    chat.type_text("a\x1b\rb");
    chat.wait_for("> a\nb");
    chat.type_text("\r");
    assert_eq!(texts(&server.request().body), turns(&["a\nb"]));
}

#[test]
fn wide_characters_are_edited_as_they_look() {
    let server = Server::start([reply("日本 e\u{301} 🦀")]);
    let chat = Chat::start(&server);
    chat.type_text("日本語🦀");
    chat.wait_for_typed("日本語🦀");
    assert_eq!(chat.cursor_column(), 10);
    // Two characters to the left, and delete the one before.
    chat.type_text("\x1b[D\x1b[D\x7f");
    chat.wait_for_typed("日語🦀");
    chat.type_text("é");
    chat.wait_for_typed("日é語🦀");
    chat.type_text("\r");
    chat.wait_for("日本 e\u{301} 🦀");
    assert_eq!(texts(&server.request().body), turns(&["日é語🦀"]));
}

#[test]
fn a_line_survives_a_resize() {
    let gate = Gate::default();
    let server = Server::start([paused_stream(&gate, "One", "."), reply("Two.")]);
    let chat = Chat::start(&server);
    let text = "words and words ".repeat(6);
    chat.type_text(&text);
    chat.wait_for(&format!("> {}", &text[..78]));
    chat.resize(30, 50);
    chat.type_text("end");
    chat.wait_for_screen("the end", |screen| screen.trim_end().ends_with("end"));
    chat.type_text("\r");
    chat.wait_for("One");
    assert_eq!(
        texts(&server.request().body),
        turns(&[&format!("{text}end")])
    );
    // While a response streams.
    chat.resize(20, 30);
    gate.open();
    chat.wait_for_prompt();
    chat.line("again");
    chat.wait_for("Two.");
}
