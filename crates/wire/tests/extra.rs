//! `Extra`, `Raw` and `Unknown` as callers use them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::HashSet;

use bytes::BytesMut;
use orouter_wire::json::{Parser, Step, Stop, Writer};
use orouter_wire::{
    Extra, Raw, Unknown, UnknownValue, Wire, from_str, to_string, to_vec, write_to,
};

fn raw(text: &str) -> Raw {
    text.parse().unwrap()
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Point {
    x: i64,
    extra: Extra,
}

#[test]
fn get_insert_remove() {
    let mut extra = Extra::new();
    assert!(extra.is_empty() && extra.get("a").is_none() && extra.remove("a").is_none());
    assert_eq!(extra.insert("a", raw("1")), None);
    assert_eq!(extra.insert("b", raw("2")), None);
    assert_eq!(extra.insert("a", raw("3")), Some(raw("1")));
    assert_eq!(extra.len(), 2);
    let names: Vec<&str> = extra.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["b", "a"]);
    assert_eq!(extra.remove("a"), Some(raw("3")));
    extra.clear();
    assert!(extra.is_empty());
}

#[test]
fn get_returns_the_last_of_repeated_names() {
    let mut point: Point = from_str(r#"{"z":1,"z":2}"#).unwrap();
    assert_eq!(point.extra.get("z").map(Raw::get), Some("2"));
    assert_eq!(point.extra.insert("z", raw("3")), Some(raw("2")));
    assert_eq!(to_string(&point), r#"{"z":3}"#);
}

#[test]
fn equality_ignores_the_order_of_names_but_not_of_repeated_values() {
    let point = |text| from_str::<Point>(text).unwrap();
    assert_eq!(point(r#"{"a":1,"b":2}"#), point(r#"{"b":2,"a":1}"#));
    assert_ne!(point(r#"{"a":1,"a":2}"#), point(r#"{"a":2,"a":1}"#));
    assert_ne!(point(r#"{"a":1}"#), point(r#"{"a":1,"b":1}"#));
    assert_ne!(point(r#"{"x":"1"}"#), point("{}"));
}

#[test]
fn clear_forgets_which_members_were_absent() {
    let mut point: Point = from_str("{}").unwrap();
    assert_eq!(to_string(&point), "{}");
    point.extra.clear();
    assert_eq!(to_string(&point), r#"{"x":0}"#);
}

#[test]
fn debug_output() {
    let point: Point = from_str(r#"{"x":1,"z":{"a": [1]}}"#).unwrap();
    assert_eq!(
        format!("{point:?}"),
        r#"Point { x: 1, extra: {"z": {"a": [1]}} }"#
    );
    assert_eq!(
        format!("{:?}", Point::default()),
        "Point { x: 0, extra: {} }"
    );
    assert_eq!(raw("[1]").to_string(), "[1]");
    let collected: Extra = [("a", raw("1")), ("b", raw("null"))].into_iter().collect();
    assert_eq!(format!("{collected:?}"), r#"{"a": 1, "b": null}"#);
    assert_eq!(HashSet::from([raw("1"), raw("1"), raw("1.0")]).len(), 2);
}

#[test]
fn raw_values_are_created_and_inspected() {
    assert_eq!(raw(r#""a\n""#).as_string().as_deref(), Some("a\n"));
    assert_eq!(raw("1").as_string(), None);
    assert_eq!(Raw::from_wire(&Point::default()).get(), r#"{"x":0}"#);
    assert!(raw("null").is_null() && raw(" null ").is_null() && !raw("0").is_null());
    for text in ["", "nul", "{", "1 2", "'a'"] {
        assert!(text.parse::<Raw>().is_err());
    }
    let unknown = Unknown::from(raw(r#"{"type":1}"#));
    assert_eq!(unknown.kind(), None);
    assert_eq!(unknown.into_raw(), raw(r#"{"type":1}"#));
}

#[test]
fn line_breaks_between_tokens_are_not_encoded() {
    let text = "{\n  \"x\": 1,\n  \"z\": {\n    \"a b\": [1,\r\n 2]\n  }\n}";
    let point: Point = from_str(text).unwrap();
    assert_eq!(to_string(&point), r#"{"x":1,"z":{"a b": [1,2]}}"#);
    assert!(point.extra.get("z").unwrap().get().contains('\n'));
}

#[test]
fn write_to_appends_to_the_buffer() {
    let mut buffer = BytesMut::from("data: ");
    write_to(&Point::default(), &mut buffer);
    write_to(&vec![1u64, 2], &mut buffer);
    assert_eq!(&buffer[..], b"data: {\"x\":0}[1,2]");
    assert_eq!(to_vec(&Point::default()), b"{\"x\":0}");
}

/// Type with a `Wire` implementation of its own: seconds, as a number or as text.
#[derive(Clone, Debug, Default, PartialEq)]
struct Seconds(u64);

impl Wire for Seconds {
    fn decode(parser: &mut Parser<'_>) -> Step<Self> {
        match parser.string() {
            Ok(text) => text.parse().map(Seconds).map_err(|_| Stop::Mismatch),
            Err(Stop::Mismatch) => u64::decode(parser).map(Seconds),
            Err(stop) => Err(stop),
        }
    }

    fn encode(&self, writer: &mut Writer) {
        writer.unsigned(self.0);
    }
}

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Wait {
    seconds: Seconds,
    extra: Extra,
}

#[test]
fn a_type_may_implement_wire_by_hand() {
    assert_eq!(
        from_str::<Wait>(r#"{"seconds":"3"}"#).unwrap().seconds,
        Seconds(3)
    );
    assert_eq!(
        from_str::<Wait>(r#"{"seconds":3}"#).unwrap().seconds,
        Seconds(3)
    );
    let odd: Wait = from_str(r#"{"seconds":"soon"}"#).unwrap();
    assert_eq!(to_string(&odd), r#"{"seconds":"soon"}"#);
}

#[test]
fn unknown_values_compare_and_display_as_text() {
    let value = |text: &str| UnknownValue::new(text.into());
    assert_eq!(value("a"), value("a"));
    assert!(value("a") < value("b"));
    assert_eq!(format!("{:?}", value("a\n")), r#""a\n""#);
}
