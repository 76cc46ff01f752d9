//! Types that no strict schema can describe are errors that name the type, the member and a way out.

use std::collections::{BTreeMap, HashMap};

use orouter_wire::schemars::{self, JsonSchema};
use orouter_wire::{FunctionTool, SchemaErrorKind, TextFormat};
use serde::Deserialize;
use serde_json::Value;

use crate::refused;
use crate::types::{Address, External, Internal};

/// Checks kind and path, and that the message has the type, the path and advice.
fn check<T: JsonSchema>(kind: SchemaErrorKind, type_name: &str, path: &str, advice: &str) {
    let error = refused::<T>();
    let message = error.to_string();
    assert_eq!((error.kind(), error.path()), (kind, path), "{message}");
    assert_eq!(error.type_name(), type_name);
    assert!(
        message.starts_with(&format!("type {type_name} ")),
        "{message}"
    );
    assert!(message.contains(advice), "{message}");
    if !path.is_empty() {
        assert!(message.contains(&format!("member {path}: ")), "{message}");
    }
    assert!(!message.contains('\n'), "{message}");
    assert_eq!(FunctionTool::of::<T>("f").unwrap_err(), error);
    let source: &dyn std::error::Error = &error;
    assert!(source.source().is_none());
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code)]
struct Outer<T> {
    lines: Vec<Inner<T>>,
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code)]
struct Inner<T> {
    a: u8,
    member: Option<T>,
}

fn member<T: JsonSchema>(kind: SchemaErrorKind, advice: &str) {
    let name = <Outer<T> as JsonSchema>::schema_name();
    check::<Outer<T>>(kind, &name, "lines[].member", advice);
}

#[test]
fn maps() {
    member::<BTreeMap<String, u8>>(SchemaErrorKind::Map, "of_lenient");
    member::<HashMap<u8, u8>>(SchemaErrorKind::Map, "Vec of structs");
    member::<serde_json::Map<String, Value>>(SchemaErrorKind::Map, "of_lenient");
}

#[test]
fn flattened_maps() {
    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code)]
    struct Open {
        a: u8,
        #[serde(flatten)]
        others: HashMap<String, Value>,
    }
    check::<Open>(SchemaErrorKind::Map, "Open", "", "flattened");
    member::<Open>(SchemaErrorKind::Map, "flattened");
}

#[test]
fn flattened_enums() {
    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code)]
    struct Both {
        a: u8,
        #[serde(flatten)]
        form: Internal,
    }
    member::<Both>(SchemaErrorKind::Alternatives, "flattened");
    // An object with alternatives is not an object for the rules of the root.
    check::<Both>(SchemaErrorKind::NotAnObject, "Both", "", "struct");
}

#[test]
fn an_enum_inside_a_tagged_variant() {
    #[derive(Deserialize, JsonSchema)]
    #[serde(tag = "form")]
    #[allow(dead_code)]
    enum Nested {
        A(Internal),
        B { b: u8 },
    }
    member::<Nested>(SchemaErrorKind::Alternatives, "tagged enum");
}

#[test]
fn tuples() {
    member::<(u8, String)>(SchemaErrorKind::Tuple, "named fields");
    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code)]
    enum Variant {
        Pair(u8, u8),
    }
    let name = <Outer<Variant> as JsonSchema>::schema_name();
    let path = "lines[].member.Pair";
    check::<Outer<Variant>>(SchemaErrorKind::Tuple, &name, path, "named fields");
}

#[test]
fn any_value_and_no_value() {
    member::<Value>(SchemaErrorKind::AnyValue, "String that holds JSON");
    #[derive(Deserialize, JsonSchema)]
    enum Never {}
    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code)]
    struct Has {
        never: Never,
    }
    check::<Has>(SchemaErrorKind::NoValue, "Has", "never", "serde(skip)");
    let lists = refused::<Outer<Vec<Value>>>();
    assert_eq!(lists.path(), "lines[].member[]");
}

#[test]
fn roots_that_are_not_objects() {
    let advice = "wrap the type in a struct";
    let kind = SchemaErrorKind::NotAnObject;
    check::<Vec<Address>>(kind, "Array_of_Address", "", advice);
    check::<String>(kind, "string", "", advice);
    check::<()>(kind, "null", "", advice);
    check::<Option<Address>>(kind, "Nullable_Address", "", advice);
    check::<Internal>(kind, "Internal", "", advice);
    check::<External>(kind, "External", "", advice);
    check::<Value>(kind, "AnyValue", "", advice);
    for error in [
        TextFormat::of_lenient::<Vec<Address>>().unwrap_err(),
        FunctionTool::of_lenient::<Internal>("f").unwrap_err(),
    ] {
        assert_eq!(error.kind(), kind);
    }
}

#[test]
fn limits() {
    #[derive(JsonSchema)]
    #[allow(dead_code)]
    struct L<T> {
        inner: T,
    }
    type L5<T> = L<L<L<L<L<T>>>>>;
    crate::strict::<L5<L5<u8>>>();
    let deep = refused::<L<L5<L5<u8>>>>();
    assert_eq!(deep.kind(), SchemaErrorKind::Limit);
    assert!(deep.to_string().contains("10 levels"), "{deep}");
}
