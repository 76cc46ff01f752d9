//! Decoding errors: cause, position, and a message without the input's content.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;

use orouter_wire::{DecodeError, DecodeErrorKind, Extra, Raw, Unknown, Wire, from_slice, from_str};

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Text {
    text: String,
    numbers: Vec<u64>,
    extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(tag = "type")]
enum Item {
    Message(Message),
    Unknown(Unknown),
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Message {
    content: Vec<Text>,
    extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Response {
    id: String,
    output: Vec<Item>,
    metadata: BTreeMap<String, Raw>,
    extra: Extra,
}

#[track_caller]
fn error(text: &str) -> DecodeError {
    from_str::<Response>(text).unwrap_err()
}

#[test]
fn the_path_leads_to_the_innermost_typed_member() {
    let text = r#"{"output":[{"type":"a"},{"type":"b"},{"type":"message","content":[{"text":"#;
    for broken in [
        "\"\\x\"",
        "\"\n\"",
        "tru",
        "01",
        "-",
        "[1,",
        "{\"a\" 1}",
        ",",
        "{\"a\":1,}",
    ] {
        let error = error(&format!("{text}{broken}}}]}}]}}"));
        assert_eq!(
            error.path(),
            "output[2].content[0].text",
            "{broken}: {error}"
        );
        assert!(error.offset() >= text.len());
    }
    assert_eq!(
        error(r#"{"output":[{"type":"message","content":[{"numbers":[1,2,x]}]}]}"#).path(),
        "output[0].content[0].numbers[2]"
    );
    assert_eq!(error(r#"{"metadata":{"secret":{]}}"#).path(), "metadata.*");
    assert_eq!(error(r#"{"secret":{"a":[}}"#).path(), "*");
    assert_eq!(error(r#"{"id":"a""#).path(), "");
}

#[test]
fn position() {
    let error = error("{\n  \"id\": \"é\", \"output\": [,]}");
    assert_eq!((error.line(), error.column(), error.offset()), (2, 25, 27));
    assert_eq!(
        error.to_string(),
        "expected a value at line 2 column 25, in output[0]"
    );
    assert_eq!(error.kind(), DecodeErrorKind::Syntax);
}

#[test]
fn kinds() {
    for text in [
        "",
        " ",
        "{",
        "{\"id\"",
        "{\"id\":",
        "{\"id\":\"a",
        "{\"id\":\"a\\",
        "{\"id\":\"a\\u00",
        "{\"id\":nul",
        "{\"z\":[[1",
    ] {
        assert_eq!(error(text).kind(), DecodeErrorKind::UnexpectedEnd, "{text}");
    }
    for text in [
        "{}x",
        "{} {}",
        "{},",
        "\u{feff}\u{feff}{}",
        "{'id':1}",
        "{id:1}",
        "{\"id\":1 \"b\":2}",
        "x",
        "{\"id\":+1}",
        "{\"z\":1e}",
        "{\"z\":.5}",
        "{\"z\":NaN}",
        "{/**/}",
        "{\"z\":\"\t\"}",
        "{\"z\":\"\\ud8zz\"}",
    ] {
        assert_eq!(error(text).kind(), DecodeErrorKind::Syntax, "{text}");
    }
    for text in ["[]", "\"{}\"", "1", "null", "true", " [1, {\"a\": 2}] "] {
        let error = error(text);
        assert_eq!(error.kind(), DecodeErrorKind::Root, "{text}");
        assert!(
            error.to_string().starts_with("expected an object, found "),
            "{error}"
        );
    }
    assert_eq!(
        error("\u{feff} [] ").to_string(),
        "expected an object, found an array at line 1 column 3"
    );
    assert_eq!(
        from_str::<u32>("4294967296").unwrap_err().kind(),
        DecodeErrorKind::Root
    );
    assert_eq!(error("[1,,]").kind(), DecodeErrorKind::Syntax);
}

#[test]
fn bytes_that_are_not_utf8() {
    let error = from_slice::<Response>(b"{\"id\":\n\"\xff\"}").unwrap_err();
    assert_eq!(error.kind(), DecodeErrorKind::Utf8);
    assert_eq!((error.offset(), error.line(), error.column()), (8, 2, 2));
    assert!(from_slice::<Response>(b"{\"id\":\"\xed\xa0\x80\"}").is_err());
    assert_eq!(
        from_slice::<Response>("{\"id\":\"é\"}".as_bytes())
            .unwrap()
            .id,
        "é"
    );
}

#[test]
fn a_byte_order_mark_is_skipped() {
    assert_eq!(
        from_slice::<Response>(b"\xef\xbb\xbf{\"id\":\"a\"}")
            .unwrap()
            .id,
        "a"
    );
}

#[test]
fn errors_do_not_contain_the_input() {
    for text in [
        r#"{"secret":{"secret":secret}}"#,
        r#"{"id":"secret" "secret"}"#,
        r#"{"metadata":{"secret":secret}}"#,
        "\"secret\"",
        "secret",
        r#"{"output":[{"type":"secret","secret":"\secret"}]}"#,
    ] {
        let error = error(text);
        assert!(!format!("{error} {error:?} {}", error.path()).contains("secret"));
        assert!(!error.to_string().contains('\n'));
    }
}
