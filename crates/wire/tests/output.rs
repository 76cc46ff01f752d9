//! `Response::parse_output`: the text of a response as a type, and each reason why there is none.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::needless_pass_by_value
)]

use orouter_wire::{IncompleteReason, OutputError, OutputErrorKind, Response};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize, PartialEq)]
struct Person {
    name: String,
    age: u8,
}

fn response(members: Value) -> Response {
    serde_json::from_value(members).unwrap()
}

fn completed(output: Value) -> Response {
    response(json!({"status": "completed", "output": output}))
}

fn text(text: &str) -> Value {
    json!({"type": "message", "role": "assistant",
        "content": [{"type": "output_text", "text": text}]})
}

fn parse(output: &str) -> Result<Person, OutputError> {
    completed(json!([text(output)])).parse_output()
}

const ADA: &str = r#"{"name": "Ada", "age": 36}"#;

fn ada() -> Person {
    Person {
        name: "Ada".to_owned(),
        age: 36,
    }
}

#[test]
fn json_is_decoded() {
    assert_eq!(parse(ADA).unwrap(), ada());
    assert_eq!(parse(&format!("\n  {ADA}\r\n")).unwrap(), ada());
    // A server may leave out the status of a complete response.
    let response: Response = response(json!({"output": [text(ADA)]}));
    assert_eq!(response.parse_output::<Person>().unwrap(), ada());
}

#[test]
fn a_code_block_around_all_of_the_text_is_removed() {
    for block in [
        format!("```json\n{ADA}\n```"),
        format!("\n```\n{ADA}```\n"),
        format!("``` JSON \r\n{ADA}\r\n```"),
    ] {
        assert_eq!(parse(&block).unwrap(), ada(), "{block}");
    }
    for other in [
        format!("Here it is: {ADA}"),
        format!("{ADA} Good luck!"),
        format!("Here:\n```json\n{ADA}\n```"),
        format!("```json\n{ADA}\n```\nGood luck!"),
        format!("```json {ADA}```"),
        format!("{ADA}{ADA}"),
        "```".to_owned(),
        "``````".to_owned(),
    ] {
        let error = parse(&other).unwrap_err();
        assert_eq!(error.kind(), OutputErrorKind::Mismatch, "{other}");
    }
}

#[test]
fn the_last_message_that_is_no_commentary_counts() {
    let mut commentary = text("Let me look.");
    commentary["phase"] = json!("commentary");
    let reasoning = json!({"type": "reasoning", "id": "rs", "summary": []});
    let response = completed(json!([
        text("first"),
        reasoning,
        text(ADA),
        text(" "),
        commentary
    ]));
    assert_eq!(response.parse_output::<Person>().unwrap(), ada());
    let mut only = text(ADA);
    only["phase"] = json!("commentary");
    assert_eq!(
        completed(json!([only])).parse_output::<Person>().unwrap(),
        ada()
    );
    // Parts of one message are one text.
    let (start, end) = ADA.split_at(9);
    let parts = json!([{"type": "message", "role": "assistant", "content": [
        {"type": "output_text", "text": start}, {"type": "output_text", "text": end}]}]);
    assert_eq!(completed(parts).parse_output::<Person>().unwrap(), ada());
    // Some services repeat the text outside of the output only.
    let mut outside = completed(json!([]));
    outside.output_text = Some(ADA.to_owned());
    assert_eq!(outside.parse_output::<Person>().unwrap(), ada());
}

#[test]
fn refusals() {
    let refusal = json!([{"type": "message", "role": "assistant", "content": [
        {"type": "refusal", "refusal": "I cannot SECRET."}]}]);
    let inside = json!([{"type": "message", "role": "assistant", "content": [
        {"type": "output_text", "text": ADA, "refusal": "I cannot SECRET."}]}]);
    for output in [refusal, inside] {
        let error = completed(output).parse_output::<Person>().unwrap_err();
        assert_eq!(error.kind(), OutputErrorKind::Refusal);
        assert_eq!(error.text(), Some("I cannot SECRET."));
        assert_eq!(
            error.to_string(),
            "the model refused to produce the output; change the prompt"
        );
    }
    // An empty refusal is none.
    let empty = json!([{"type": "message", "role": "assistant", "content": [
        {"type": "output_text", "text": ADA, "refusal": ""}]}]);
    assert_eq!(completed(empty).parse_output::<Person>().unwrap(), ada());
}

#[test]
fn responses_that_ended_early() {
    for (reason, kind, message) in [
        (
            "max_output_tokens",
            IncompleteReason::MaxOutputTokens,
            "the response is incomplete (max_output_tokens); raise max_output_tokens",
        ),
        (
            "content_filter",
            IncompleteReason::ContentFilter,
            "the response is incomplete (content_filter); change the prompt",
        ),
    ] {
        let cut = response(
            json!({"status": "incomplete", "incomplete_details": {"reason": reason},
            "output": [text(r#"{"name": "SECRET"#)]}),
        );
        let error = cut.parse_output::<Person>().unwrap_err();
        assert_eq!(error.kind(), OutputErrorKind::Incomplete);
        assert_eq!(error.incomplete_reason(), Some(&kind));
        assert_eq!(error.text(), Some(r#"{"name": "SECRET"#));
        assert_eq!(error.to_string(), message);
    }
    // Complete JSON does not make the response complete.
    let cut = response(json!({"status": "incomplete", "output": [text(ADA)]}));
    let error = cut.parse_output::<Person>().unwrap_err();
    assert_eq!(
        (error.kind(), error.incomplete_reason()),
        (OutputErrorKind::Incomplete, None)
    );
    let failed = response(json!({"status": "failed", "output": [],
        "error": {"code": "server_error", "message": "SECRET"}}));
    let error = failed.parse_output::<Person>().unwrap_err();
    assert_eq!(error.kind(), OutputErrorKind::Incomplete);
    assert_eq!(error.to_string(), "the response failed");
}

#[test]
fn responses_without_text() {
    let error = completed(json!([])).parse_output::<Person>().unwrap_err();
    assert_eq!(error.kind(), OutputErrorKind::NoText);
    assert_eq!(
        (error.text(), error.to_string().as_str()),
        (None, "the response has no text")
    );
    let call = json!([{"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}]);
    let error = completed(call).parse_output::<Person>().unwrap_err();
    assert_eq!(error.kind(), OutputErrorKind::NoText);
    assert!(error.to_string().contains("function calls"), "{error}");
}

#[test]
fn text_that_does_not_match() {
    let error = parse(r#"{"name": "Ada", "age": "SECRET"}"#).unwrap_err();
    assert_eq!(error.kind(), OutputErrorKind::Mismatch);
    assert_eq!(error.path(), Some("age"));
    assert_eq!(error.text(), Some(r#"{"name": "Ada", "age": "SECRET"}"#));
    assert!(error.message().unwrap().contains("SECRET"));
    let name = std::any::type_name::<Person>();
    assert_eq!(
        error.to_string(),
        format!(
            "the output does not match {name}: member age: invalid type: string, expected u8 \
             at line 1 column 31"
        )
    );
    let error = parse("{\"name\": \"Ada\"}").unwrap_err();
    assert_eq!(error.path(), Some(""));
    assert!(
        error
            .to_string()
            .contains(": missing field `age` at line 1"),
        "{error}"
    );
    let error = parse("SECRET").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the output is not JSON: expected value at line 1 column 1; \
         check that the model supports structured output"
    );
}

#[test]
fn errors_show_no_text_of_the_model() {
    #[derive(Debug, Deserialize)]
    #[serde(untagged, deny_unknown_fields)]
    #[allow(dead_code)]
    enum Form {
        A { when: std::net::IpAddr },
        B(Vec<Kind>),
    }
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    enum Kind {
        X,
    }
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Address {
        ip: std::net::IpAddr,
    }
    type Map = std::collections::BTreeMap<String, u8>;
    let texts = [
        r#""a secret""#,
        r#"{"when": "a secret"}"#,
        r#"["a secret"]"#,
        r#"{"ip": "a secret"}"#,
        r#"{"a secret": 1}"#,
        r#"{"a secret": "a secret"}"#,
        "a secret",
        "{a secret",
        "[\"a secret\", \"a secret",
    ];
    for text in texts {
        let response = completed(json!([self::text(text)]));
        let errors = [
            response.parse_output::<Form>().err(),
            response.parse_output::<Vec<Kind>>().err(),
            response.parse_output::<Address>().err(),
            response.parse_output::<Map>().err(),
            response.parse_output::<u8>().err(),
        ];
        assert!(errors.iter().flatten().count() >= 4, "{text}");
        for error in errors.into_iter().flatten() {
            assert!(error.text().unwrap().contains("a secret"));
            for shown in [
                error.to_string(),
                format!("{error:?}"),
                format!("{error:#?}"),
            ] {
                assert!(!shown.contains("secret"), "{shown}");
            }
            assert!(std::error::Error::source(&error).is_none());
        }
    }
}
