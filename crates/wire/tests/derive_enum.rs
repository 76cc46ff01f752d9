//! Derived unions and string enums: choice of the variant, and unknown values.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use orouter_wire::{Extra, Raw, Unknown, UnknownValue, Wire, from_str, to_string};

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Wire)]
enum Status {
    #[default]
    InProgress,
    Completed,
    #[wire("5m")]
    FiveMinutes,
    Unknown(UnknownValue),
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Message {
    role: String,
    #[wire(optional)]
    content: Vec<Item>,
    extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[wire(tag = "type", value = "function_call")]
struct FunctionCall {
    call_id: String,
    status: Status,
    extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(tag = "type")]
enum Item {
    #[wire(default)]
    Message(Box<Message>),
    FunctionCall(FunctionCall),
    #[wire("other_call")]
    Other(FunctionCall),
    Unknown(Unknown),
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(tag = "type")]
enum Strict {
    FunctionCall(FunctionCall),
    Unknown(Unknown),
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(untagged)]
enum Input {
    #[wire(string)]
    Text(String),
    #[wire(array)]
    Items(Vec<Item>),
    #[wire(number)]
    Count(u64),
    #[wire(bool)]
    Switch(bool),
    #[wire(object)]
    One(Item),
    Unknown(Unknown),
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Request {
    input: Option<Input>,
    extra: Extra,
}

#[track_caller]
fn exact<T: Wire>(text: &str) -> T {
    let value: T = from_str(text).unwrap();
    assert_eq!(to_string(&value), text);
    value
}

#[test]
fn string_enums() {
    assert_eq!(exact::<Status>(r#""in_progress""#), Status::InProgress);
    assert_eq!(exact::<Status>(r#""5m""#), Status::FiveMinutes);
    let odd = exact::<Status>(r#""odd""#);
    assert!(matches!(&odd, Status::Unknown(value) if value.as_str() == "odd"));
    assert_eq!(odd.unknown(), [""]);
    assert_eq!(odd.typed_json(), "null");
    assert_eq!(Status::from("completed"), Status::Completed);
    assert_eq!(Status::from("completed".to_owned()), Status::Completed);
    assert_eq!(format!("{:>6}", Status::FiveMinutes), "    5m");
    assert!(from_str::<Status>("1").is_err());
}

#[test]
fn tag_first_and_tag_late() {
    let first = r#"{"type":"function_call","call_id":"c","status":"completed"}"#;
    let late =
        r#"{"call_id":"c","x":{"type":"message"},"status":"completed","type":"function_call"}"#;
    let value: Item = exact(first);
    assert!(matches!(&value, Item::FunctionCall(call) if call.status == Status::Completed));
    assert_eq!(value.kind(), "function_call");
    let value: Item = from_str(late).unwrap();
    assert_eq!(
        to_string(&value),
        r#"{"type":"function_call","call_id":"c","status":"completed","x":{"type":"message"}}"#
    );
    assert_eq!(value.unknown(), ["/x"]);
}

#[test]
fn the_tag_of_the_union_overrides_the_tag_of_the_struct() {
    exact::<Item>(r#"{"type":"other_call","call_id":"c","status":"completed"}"#);
    let made = Item::Other(FunctionCall::default());
    assert_eq!(
        to_string(&made),
        r#"{"type":"other_call","call_id":"","status":"in_progress"}"#
    );
}

#[test]
fn a_struct_with_a_tag_alone() {
    exact::<FunctionCall>(r#"{"type":"function_call","call_id":"c","status":"completed"}"#);
    exact::<FunctionCall>(r#"{"call_id":"c","status":"completed"}"#);
    exact::<FunctionCall>(r#"{"type":"odd","call_id":"c"}"#);
    exact::<FunctionCall>(r#"{"type":5,"call_id":"c"}"#);
    let twice = r#"{"type":"function_call","type":"b","call_id":"c"}"#;
    exact::<FunctionCall>(twice);
    exact::<Item>(twice);
    assert_eq!(
        to_string(&FunctionCall::default()),
        r#"{"type":"function_call","call_id":"","status":"in_progress"}"#
    );
    assert_eq!(
        from_str::<FunctionCall>(r#"{"type":"odd"}"#)
            .unwrap()
            .unknown(),
        ["/type"]
    );
}

#[test]
fn no_tag() {
    let value: Item = exact(r#"{"role":"user"}"#);
    assert_eq!(value.kind(), "message");
    exact::<Item>(r#"{"type":"message","role":"user"}"#);
    let value: Strict = exact(r#"{"call_id":"c"}"#);
    assert!(matches!(&value, Strict::Unknown(unknown) if unknown.kind().is_none()));
    assert_eq!(value.kind(), "");
}

#[test]
fn unknown_values_are_kept() {
    for text in [
        r#"{ "type": "hologram", "n": 123456789012345678901234567890 }"#,
        r#"{"type":5}"#,
        r#"{"type":null}"#,
        r#"{"type":"\ud800"}"#,
        "[1,2]",
        "\"text\"",
        "null",
        "1e999",
    ] {
        let value: Item = exact(text);
        assert_eq!(value.unknown(), [""], "{text}");
        assert_eq!(value.typed_json(), "null");
    }
    let value: Item = from_str(r#"{"n":1,"type":"holo\u0067ram"}"#).unwrap();
    assert_eq!(value.kind(), "hologram");
}

#[test]
fn json_types() {
    assert_eq!(exact::<Input>("\"hi\""), Input::Text("hi".into()));
    assert_eq!(exact::<Input>("3"), Input::Count(3));
    assert_eq!(exact::<Input>("true"), Input::Switch(true));
    assert!(
        matches!(exact::<Input>(r#"[{"role":"user"},7]"#), Input::Items(items) if items.len() == 2)
    );
    assert!(matches!(
        exact::<Input>(r#"{"role":"user"}"#),
        Input::One(_)
    ));
    for text in ["-3", "1.5", "null"] {
        assert!(matches!(exact::<Input>(text), Input::Unknown(_)));
    }
    let request: Request = exact(r#"{"input":[{"role":"user","content":[{"type":"new"}]},7]}"#);
    assert_eq!(request.unknown(), ["/input/0/content/0", "/input/1"]);
    assert_eq!(
        request.typed_json(),
        r#"{"input":[{"role":"user","content":[null]},null]}"#
    );
    exact::<Request>(r#"{"input":"\ud800"}"#);
    assert_eq!(
        from_str::<Request>(r#"{"input":null}"#).unwrap(),
        Request::default()
    );
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Many {
    inputs: Vec<Input>,
    extra: Extra,
}

#[test]
fn lone_surrogates_among_other_elements() {
    for text in [
        r#"{"inputs":["\ud800",{"role":"a"},-3,["x"]]}"#,
        r#"{"inputs":["\ud800",{"role":5},{"type":"\ud800"},{"call_id":"\udfff","type":"new"}]}"#,
        r#"{"inputs":["\ud800",{"type":"function_call","call_id":"b"},[{"role":"\ud801"}]]}"#,
        r#"{"inputs":[[{"role":"\ud801"}],[{"role":"b","content":[{"role":"c"}]}]]}"#,
        r#"{"inputs":["\ud800",{"type":"message","role":"\ud801"}]}"#,
    ] {
        exact::<Many>(text);
    }
    let mut many: Many = from_str(r#"{"inputs":["\ud800",{"role":"\ud801"}]}"#).unwrap();
    assert!(many.unknown().is_empty());
    many.inputs.remove(0);
    assert_eq!(to_string(&many), r#"{"inputs":[{"role":"\ud801"}]}"#);
}

#[test]
fn conversions() {
    assert_eq!(Input::from("hi"), Input::Text("hi".into()));
    assert_eq!(Item::from(Message::default()).kind(), "message");
    let unknown = Unknown::from(Raw::from_value(&serde_json::json!({"type": "x"})).unwrap());
    assert_eq!(Item::Unknown(unknown).kind(), "x");
}

#[test]
fn a_payload_moved_to_another_union_gets_its_tag() {
    let Item::Message(message) = from_str(r#"{"role":"user"}"#).unwrap() else {
        panic!()
    };
    assert_eq!(to_string(&*message), r#"{"role":"user"}"#);
    let Item::FunctionCall(call) = from_str(r#"{"type":"function_call"}"#).unwrap() else {
        panic!()
    };
    assert_eq!(to_string(&call), r#"{"type":"function_call"}"#);
    assert_eq!(to_string(&Item::Other(call)), r#"{"type":"other_call"}"#);
}

#[test]
fn a_string_enum_converts_from_text_and_compares_with_it() {
    use std::borrow::Cow;

    for (text, expected) in [
        ("in_progress", Status::InProgress),
        ("5m", Status::FiveMinutes),
        (
            "paused",
            Status::Unknown(UnknownValue::new("paused".into())),
        ),
    ] {
        let Ok(parsed) = text.parse::<Status>();
        assert_eq!(parsed, expected);
        assert_eq!(Status::from(Cow::Borrowed(text)), expected);
        assert_eq!(Status::from(Cow::<str>::Owned(text.to_owned())), expected);
        assert_eq!(Status::from(text.to_owned()), expected);
        assert_eq!(expected, text);
        assert_eq!(expected, *text);
        assert_eq!(expected.to_string(), text);
        assert_ne!(expected, "completed");
    }
}
