//! Values that a schema accepts decode into the type, and values of the type satisfy the schema.

use std::fmt::Debug;

use orouter_wire::schemars::JsonSchema;
use proptest::prelude::ProptestConfig;
use proptest::test_runner::TestRunner;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::instances::{accepts, values};
use crate::types::{
    Address, Containers, Defaults, Enums, Flattened, NoFields, Numbers, Order, Page, Section,
    Times, Unit,
};

/// Checks that generated values decode, and that the decoded values satisfy the schema when they are
/// written again, with every optional member.
fn check<T: JsonSchema + DeserializeOwned + Serialize + Debug>() {
    let schema = crate::strict::<T>();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(64));
    let result = runner.run(&values(&schema), |value| {
        let decoded: Result<T, _> = serde_json::from_value(value.clone());
        let decoded = decoded.unwrap_or_else(|error| panic!("{error}: {value}"));
        assert!(accepts(&schema, &schema, &value), "{value}");
        let written = serde_json::to_value(&decoded).unwrap();
        // A member that `skip_serializing_if` left out is `null` for the schema.
        let written = with_nulls(&value, written);
        assert!(accepts(&schema, &schema, &written), "{written}");
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

fn with_nulls(original: &Value, mut written: Value) -> Value {
    match (original, &mut written) {
        (Value::Object(original), Value::Object(members)) => {
            for (name, value) in original {
                let member = members.remove(name).unwrap_or(Value::Null);
                members.insert(name.clone(), with_nulls(value, member));
            }
        }
        (Value::Array(original), Value::Array(items)) if original.len() == items.len() => {
            for (original, item) in original.iter().zip(items) {
                *item = with_nulls(original, item.take());
            }
        }
        _ => {}
    }
    written
}

#[test]
fn structs() {
    check::<Order>();
    check::<NoFields>();
}

#[test]
fn enums_in_each_representation() {
    check::<Enums>();
}

#[test]
fn recursive_and_generic_types() {
    check::<Section>();
    check::<Page<Address>>();
    check::<Page<Page<Unit>>>();
}

#[test]
fn numbers_in_their_ranges() {
    check::<Numbers>();
}

#[test]
fn lists_and_sets() {
    check::<Containers>();
}

#[test]
fn members_with_defaults_are_not_null() {
    check::<Defaults>();
    let schema = crate::strict::<Defaults>();
    assert_eq!(schema["properties"]["a"]["type"], "integer");
    assert_eq!(schema["required"], serde_json::json!(["a", "b", "c"]));
}

#[test]
fn flattened_structs() {
    check::<Flattened>();
}

#[test]
fn types_of_other_crates() {
    check::<Times>();
}
