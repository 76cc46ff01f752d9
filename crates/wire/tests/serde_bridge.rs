//! serde's traits on wire types: through serde_json, and inside wrappers that buffer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;

use orouter_wire::{Extra, Raw, Unknown, Wire, to_string};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Call {
    id: Option<String>,
    count: u64,
    ratio: f64,
    arguments: Raw,
    #[wire(optional)]
    map: BTreeMap<String, bool>,
    extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(tag = "type")]
enum Item {
    Call(Call),
    Unknown(Unknown),
}

const EXOTIC: &str = r#"{"type":"call","count":123456789012345678901234567890,"ratio":0.5,"arguments":{"n":1e400,"a":1,"a":2},"map":{},"z":"\ud800"}"#;

#[test]
fn serde_json_loses_nothing() {
    let item: Item = serde_json::from_str(EXOTIC).unwrap();
    assert_eq!(to_string(&item), EXOTIC);
    assert_eq!(serde_json::to_string(&item).unwrap(), EXOTIC);
    let item: Item = serde_json::from_slice(EXOTIC.as_bytes()).unwrap();
    assert_eq!(to_string(&item), EXOTIC);
    let item: Item = serde_json::from_reader(EXOTIC.as_bytes()).unwrap();
    assert_eq!(to_string(&item), EXOTIC);
    let list: Vec<Item> = serde_json::from_str(&format!("[{EXOTIC}, {EXOTIC}]")).unwrap();
    assert_eq!(list, [item.clone(), item]);
}

#[test]
fn values() {
    let value = json!({"type": "call", "id": "a", "count": 1, "ratio": 2.5, "arguments": [1, null], "z": {"y": [true]}});
    let item: Item = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&item).unwrap(), value);
    assert!(
        serde_json::to_string_pretty(&item)
            .unwrap()
            .contains("\n  \"id\": \"a\"")
    );
    let borrowed = Item::deserialize(&value).unwrap();
    assert_eq!(borrowed, item);
    for scalar in [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!("x"),
        json!([1, "a", {}]),
    ] {
        let item: Item = serde_json::from_value(scalar.clone()).unwrap();
        assert_eq!(serde_json::to_value(&item).unwrap(), scalar);
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flattened {
    trace: u32,
    #[serde(flatten)]
    call: Call,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u32),
    Item(Item),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Tagged {
    Holder { item: Item, maybe: Option<Call> },
}

#[test]
fn inside_of_buffering_wrappers() {
    let text = r#"{"trace":7,"id":"a","count":1,"ratio":0.5,"arguments":{"x":[1,2,{}]},"z":true}"#;
    let value: Flattened = serde_json::from_str(text).unwrap();
    assert_eq!((value.trace, value.call.id.as_deref()), (7, Some("a")));
    assert_eq!(serde_json::to_string(&value).unwrap(), text);

    let text = r#"{"type":"call","count":1,"ratio":-2,"arguments":[],"z":[null,1.5,"é\n"]}"#;
    let value: Untagged = serde_json::from_str(text).unwrap();
    assert!(matches!(&value, Untagged::Item(Item::Call(call)) if call.ratio == -2.0));
    assert_eq!(serde_json::to_string(&value).unwrap(), text);
    assert_eq!(
        serde_json::from_str::<Untagged>("5").unwrap(),
        Untagged::Number(5)
    );

    let text = r#"{"kind":"holder","item":{"type":"new","list":[[],{}]},"maybe":null}"#;
    let value: Tagged = serde_json::from_str(text).unwrap();
    let Tagged::Holder {
        item: Item::Unknown(item),
        maybe: None,
    } = &value
    else {
        panic!("{value:?}")
    };
    assert_eq!(item.kind(), Some("new"));
    assert_eq!(serde_json::to_string(&value).unwrap(), text);
}

#[test]
fn deep_values_are_kept() {
    // serde_json accepts raw text of any depth, and so does this crate.
    let deep = format!(
        r#"{{"type":"new","deep":{}{}}}"#,
        "[".repeat(1000),
        "]".repeat(1000)
    );
    let item: Item = serde_json::from_str(&deep).unwrap();
    assert_eq!(serde_json::to_string(&item).unwrap(), deep);
}

#[test]
fn errors_are_passed_through() {
    assert!(
        serde_json::from_str::<Call>("[]")
            .unwrap_err()
            .to_string()
            .contains("expected an object")
    );
    assert!(serde_json::from_str::<Call>("{").is_err());
    assert!(serde_json::from_str::<Flattened>("{\"id\":\"a\"}").is_err());
}

#[test]
fn raw() {
    let raw: Raw = serde_json::from_str("{\"a\": 1e400}").unwrap();
    assert_eq!(raw.get(), "{\"a\": 1e400}");
    assert_eq!(
        raw.parse::<BTreeMap<String, Raw>>().unwrap()["a"].get(),
        "1e400"
    );
    assert!("{,}".parse::<Raw>().is_err());
    assert_eq!(" [1] ".parse::<Raw>().unwrap().get(), "[1]");
    assert_eq!(Raw::default().get(), "null");
    assert_eq!(Raw::from_value(&()).unwrap(), Raw::null());
    assert_eq!(
        Raw::from(json!({"a": 1}))
            .parse_wire::<BTreeMap<String, u64>>()
            .unwrap()["a"],
        1
    );
}
