//! Derived structs: decoding of members into fields, and encoding.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;

use orouter_wire::{Extra, Raw, Wire, from_str, to_string};

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Inner {
    n: u64,
    extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Everything {
    id: Option<String>,
    name: String,
    count: u32,
    delta: i64,
    ratio: f64,
    on: bool,
    #[wire(nullable)]
    limit: Option<u64>,
    #[wire(optional)]
    tags: Vec<String>,
    #[wire(optional)]
    flag: bool,
    r#type: Option<String>,
    #[wire(rename = "$ref")]
    reference: Option<String>,
    inner: Inner,
    #[wire(optional)]
    list: Vec<Inner>,
    boxed: Option<Box<Inner>>,
    any: Raw,
    map: Option<BTreeMap<String, f64>>,
    extra: Extra,
}

fn round(text: &str) -> String {
    to_string(&from_str::<Everything>(text).unwrap())
}

/// Asserts that two texts are equal JSON, in any order of members.
#[track_caller]
fn same(a: &str, b: &str) {
    let parse = |text| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(parse(a), parse(b));
}

#[test]
fn full() {
    let text = r#"{"id":"a","name":"b","count":1,"delta":-2,"ratio":0.5,"on":true,"limit":9,
        "tags":["x"],"flag":true,"type":"t","$ref":"r","inner":{"n":1},"list":[{"n":2},{"n":3,"z":0}],
        "boxed":{"n":4},"any":[1, 2],"map":{"a":1,"b":2.5},"new":{"deep":[null]}}"#;
    let value: Everything = from_str(text).unwrap();
    assert_eq!(value.id.as_deref(), Some("a"));
    assert_eq!(
        (value.count, value.delta, value.ratio, value.on),
        (1, -2, 0.5, true)
    );
    assert_eq!(value.reference.as_deref(), Some("r"));
    assert_eq!(value.list[1].n, 3);
    assert_eq!(value.any.get(), "[1, 2]");
    assert_eq!(value.map.as_ref().unwrap()["b"], 2.5);
    same(text, &to_string(&value));
    assert_eq!(value.unknown(), ["/list/1/z", "/new"]);
    assert_eq!(from_str::<Everything>(&to_string(&value)).unwrap(), value);
}

#[test]
fn values_created_in_code() {
    let value = Everything::default();
    same(
        &to_string(&value),
        r#"{"name":"","count":0,"delta":0,"ratio":0,"on":false,"limit":null,"inner":{"n":0},"any":null}"#,
    );
    assert!(value.unknown().is_empty());
}

#[test]
fn absent_members_nulls_and_explicit_defaults_are_preserved() {
    for text in [
        "{}",
        r#"{"name":null,"tags":[],"flag":false,"limit":null,"list":[]}"#,
        r#"{"inner":null,"on":null,"any":null}"#,
        r#"{"inner":{}}"#,
        r#"{"name":""}"#,
    ] {
        assert_eq!(
            round(text).len(),
            text.len(),
            "{text} became {}",
            round(text)
        );
        same(text, &round(text));
        assert!(
            from_str::<Everything>(text).unwrap().unknown().is_empty(),
            "{text}"
        );
    }
    assert_eq!(from_str::<Everything>("{}").unwrap(), Everything::default());
}

#[test]
fn a_mistyped_member_is_kept_raw_and_other_members_are_typed() {
    for (name, wrong) in [
        ("id", "1"),
        ("name", "[\"x\"]"),
        ("count", "-1"),
        ("count", "1.5"),
        ("count", "4294967296"),
        ("delta", "9223372036854775808"),
        ("delta", "\"1\""),
        ("ratio", "1e400"),
        ("ratio", "9007199254740993"),
        ("ratio", "true"),
        ("on", "0"),
        ("limit", "-0.5"),
        ("tags", r#"["a", 1]"#),
        ("tags", "\"a\""),
        ("flag", "\"yes\""),
        ("inner", "[]"),
        ("list", r#"[{"n":1}, 2]"#),
        ("boxed", "7"),
        ("map", r#"{"a":1,"a":2}"#),
        ("map", r#"{"a":"x"}"#),
        ("map", "[]"),
    ] {
        let text = format!(r#"{{"zz":1,"type":"t","{name}":{wrong},"$ref":"r"}}"#);
        let value: Everything = from_str(&text).unwrap();
        assert_eq!(value.extra.get(name).unwrap().get(), wrong);
        assert_eq!(value.r#type.as_deref(), Some("t"));
        assert_eq!(value.reference.as_deref(), Some("r"));
        let written = to_string(&value);
        assert!(
            written.contains(&format!("\"{name}\":{wrong}")),
            "{written}"
        );
        assert_eq!(written.len(), text.len(), "{written}");
        let mut unknown = value.unknown();
        unknown.sort();
        let mut expected = vec![format!("/{name}"), "/zz".to_owned()];
        expected.sort();
        assert_eq!(unknown, expected);
        assert_eq!(value.typed_json(), r#"{"type":"t","$ref":"r"}"#);
    }
}

#[test]
fn an_assigned_field_replaces_the_kept_member() {
    let mut value: Everything =
        from_str(r#"{"name":5,"count":null,"limit":"x","tags":{}}"#).unwrap();
    value.name = "set".into();
    value.count = 2;
    value.limit = Some(3);
    value.tags = vec!["t".into()];
    same(
        &to_string(&value),
        r#"{"name":"set","count":2,"limit":3,"tags":["t"]}"#,
    );
    assert!(value.unknown().is_empty());
}

#[test]
fn extra_under_a_fields_name_is_encoded_while_the_field_is_default() {
    let mut value: Everything = from_str("{}").unwrap();
    value.extra.insert("id", Raw::from_value(&1).unwrap());
    assert_eq!(to_string(&value), r#"{"id":1}"#);
    value.id = Some("x".into());
    assert_eq!(to_string(&value), r#"{"id":"x"}"#);
}

#[test]
fn numbers() {
    let value: Everything =
        from_str(r#"{"count":1.0,"delta":-1e2,"ratio":3,"limit":0.0}"#).unwrap();
    assert_eq!(
        (value.count, value.delta, value.ratio, value.limit),
        (1, -100, 3.0, Some(0))
    );
    assert_eq!(
        to_string(&value),
        r#"{"count":1,"delta":-100,"ratio":3,"limit":0}"#
    );
}

#[test]
fn repeated_members_are_all_encoded_in_order() {
    let text = r#"{"name":"a","name":1,"count":1,"z":1,"name":"c","z":2,"id":null,"id":"x","tags":[],"tags":["a"],"on":null,"on":true}"#;
    let value: Everything = from_str(text).unwrap();
    assert_eq!(value.name, "c");
    assert_eq!(value.id.as_deref(), Some("x"));
    let written = to_string(&value);
    assert_eq!(
        written,
        r#"{"id":null,"name":"a","name":1,"on":null,"tags":[],"id":"x","name":"c","count":1,"on":true,"tags":["a"],"z":1,"z":2}"#
    );
    assert_eq!(
        to_string(&from_str::<Everything>(&written).unwrap()),
        written
    );
    assert_eq!(from_str::<Everything>(&written).unwrap(), value);
    assert_eq!(
        value.unknown(),
        ["/name", "/name", "/z", "/z", "/id", "/tags", "/on"]
    );
}

#[test]
fn the_text_of_repeated_members_is_kept() {
    let had = r#"{"n": 3, "z":1, "n":2, "n\u0061":[1 ,2], "n":1.50}"#;
    let text = format!(r#"{{"in\u006eer" : {had} ,"name":"a","inner":{{"n":9}}}}"#);
    let value: Everything = from_str(&text).unwrap();
    assert_eq!(value.inner.n, 9);
    assert_eq!(value.extra.get("inner").map(Raw::get), Some(had));
    let written = to_string(&value);
    assert_eq!(from_str::<Everything>(&written).unwrap(), value);
    assert_eq!(
        to_string(&from_str::<Everything>(&written).unwrap()),
        written
    );
}

#[test]
fn a_mistyped_repeat_leaves_the_field_default() {
    let value: Everything = from_str(r#"{"name":"a","name":7}"#).unwrap();
    assert_eq!(value.name, "");
    assert_eq!(to_string(&value), r#"{"name":"a","name":7}"#);
}

#[test]
fn lone_surrogates() {
    let text = r#"{"name":"a\ud800b","tags":["x","\udc00"],"\ud800":1,"inner":{"n":1}}"#;
    let mut value: Everything = from_str(text).unwrap();
    assert_eq!(value.name, "a\u{fffd}b");
    assert_eq!(value.tags, ["x", "\u{fffd}"]);
    assert_eq!(
        to_string(&value),
        r#"{"name":"a\ud800b","inner":{"n":1},"tags":["x","\udc00"],"\ud800":1}"#.replace(
            r#""inner":{"n":1},"tags":["x","\udc00"]"#,
            r#""tags":["x","\udc00"],"inner":{"n":1}"#
        )
    );
    assert_eq!(value.unknown(), ["/\u{fffd}"]);
    value.name.push('!');
    assert!(to_string(&value).contains("a\u{fffd}b!"));
}

#[test]
fn escaped_names_equal_unescaped_ones() {
    let value: Everything = from_str(r#"{"n\u0061me":"x","z\n":1}"#).unwrap();
    assert_eq!(value.name, "x");
    assert_eq!(value.extra.get("z\n").unwrap().get(), "1");
    assert_eq!(to_string(&value), r#"{"name":"x","z\n":1}"#);
}

#[test]
fn members_are_the_wire_names_in_order() {
    assert_eq!(
        Everything::MEMBERS,
        [
            "id", "name", "count", "delta", "ratio", "on", "limit", "tags", "flag", "type", "$ref",
            "inner", "list", "boxed", "any", "map",
        ]
    );
    assert_eq!(Box::<Inner>::MEMBERS, ["n"]);
    assert!(String::MEMBERS.is_empty());
}
