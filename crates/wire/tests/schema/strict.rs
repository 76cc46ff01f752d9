//! The strict form of schemas: names, descriptions, order, references.

use orouter_wire::schemars::{self, JsonSchema};
use orouter_wire::{FunctionTool, TextFormat, Tool};
use serde_json::{Value, json};

use crate::types::{
    Address, Described, Enums, External, Hinted, Internal, NoFields, Order, Page, Section, Unit,
};

#[test]
fn a_format_has_the_name_and_the_description_of_the_type() {
    let TextFormat::JsonSchema(format) = TextFormat::of::<Order>().unwrap() else {
        panic!("a schema");
    };
    assert_eq!(format.name, "Order");
    assert_eq!(
        format.description.as_deref(),
        Some("An order of a customer.")
    );
    assert_eq!(format.strict, Some(true));
    let schema: Value = format.schema.parse().unwrap();
    // It is not sent twice.
    assert_eq!(schema.get("description"), None);
}

#[test]
fn a_function_has_the_description_of_its_arguments() {
    let tool = FunctionTool::of::<Address>("find").unwrap();
    assert_eq!((tool.name.as_str(), tool.strict), ("find", Some(true)));
    assert_eq!(tool.description.as_deref(), Some("A postal address."));
    let tool: Tool = tool.description("Finds an address.").into();
    let written: Value = serde_json::to_value(&tool).unwrap();
    assert_eq!(written["type"], "function");
    assert_eq!(written["description"], "Finds an address.");
    assert_eq!(
        written["parameters"]["required"],
        json!(["street", "country"])
    );
    let none = FunctionTool::of::<NoFields>("now").unwrap();
    assert_eq!(
        none.parameters.unwrap().parse::<Value>().unwrap(),
        json!({"type": "object", "properties": {}, "required": [], "additionalProperties": false})
    );
}

#[test]
fn names_have_only_the_characters_of_the_api() {
    #[derive(JsonSchema)]
    #[schemars(rename = "Überschrift <Typ>")]
    #[allow(dead_code)]
    struct Renamed {
        a: u8,
    }
    let TextFormat::JsonSchema(format) = TextFormat::of::<Renamed>().unwrap() else {
        panic!("a schema");
    };
    assert_eq!(format.name, "_berschrift__Typ_");
    crate::strict::<Page<Renamed>>();
}

#[test]
fn members_keep_the_order_of_the_type() {
    let schema = crate::strict::<Order>();
    let names: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "number",
            "customer",
            "delivery",
            "invoice",
            "lines",
            "unit",
            "paid-with"
        ]
    );
    let order = TextFormat::of::<Order>().unwrap();
    let text = orouter_wire::to_string(&order);
    let place = |name: &str| text.find(&format!("\"{name}\":")).unwrap();
    assert!(place("number") < place("customer") && place("customer") < place("lines"));
}

#[test]
fn optional_members_are_nullable() {
    let schema = crate::strict::<Order>();
    let customer = &schema["$defs"]["Person"]["properties"];
    assert_eq!(customer["nickName"], json!({"type": ["string", "null"]}));
    assert_eq!(customer["email"], json!({"type": ["string", "null"]}));
    let age = json!({"type": "integer", "minimum": 0, "maximum": 255});
    assert_eq!(customer["age"], age);
    let invoice = &schema["properties"]["invoice"]["anyOf"];
    assert_eq!(invoice[1], json!({"type": "null"}));
}

#[test]
fn a_described_reference_leads_to_a_copy_with_the_description() {
    let schema = crate::strict::<Order>();
    let reference = schema["properties"]["delivery"]["$ref"].as_str().unwrap();
    let target = schema.pointer(&reference[1..]).unwrap();
    assert_eq!(target["description"], "Address of the delivery.");
    let reference = schema["properties"]["invoice"]["anyOf"][0]["$ref"]
        .as_str()
        .unwrap();
    let target = schema.pointer(&reference[1..]).unwrap();
    assert_eq!(target["description"], "A postal address.");
    assert_eq!(
        schema["properties"]["invoice"]["description"],
        "Address of the invoice."
    );
}

#[test]
fn recursion_ends_in_references() {
    let schema = crate::strict::<Section>();
    assert_eq!(schema["properties"]["inner"]["items"], json!({"$ref": "#"}));
    assert_eq!(
        schema["properties"]["next"]["anyOf"],
        json!([{"$ref": "#"}, {"type": "null"}])
    );
    // Recursion through described references, which need copies.
    #[derive(JsonSchema)]
    #[allow(dead_code)]
    struct Tree {
        node: Internal,
        /// The same with a description.
        described: Internal,
        external: External,
    }
    crate::strict::<Tree>();
}

#[test]
fn enums_of_unit_variants_are_lists_of_strings() {
    let schema = crate::strict::<Enums>();
    let described = &schema["$defs"]["Described"];
    assert_eq!(described["type"], "string");
    assert_eq!(
        described["description"],
        "Order of the results.\n\n- `newest_first`: Newest first.\n- `cheapest_first`: Cheapest first."
    );
    assert_eq!(
        described["enum"],
        json!(["random", "newest_first", "cheapest_first"])
    );
    assert_eq!(
        crate::strict::<Page<Unit>>()["$defs"]["Unit"]["enum"],
        json!(["Piece", "kg"])
    );
    assert_eq!(
        crate::strict::<Page<Described>>()["$defs"]["Described"],
        *described
    );
}

#[test]
fn tagged_enums_are_alternatives_with_the_tag_first() {
    let schema = crate::strict::<Enums>();
    let alternatives = schema["$defs"]["Internal"]["anyOf"].as_array().unwrap();
    for (alternative, tag) in alternatives.iter().zip(["nothing", "letter", "group"]) {
        let members = alternative["properties"].as_object().unwrap();
        let (first, value) = members.iter().next().unwrap();
        assert_eq!((first.as_str(), &value["enum"]), ("kind", &json!([tag])));
    }
    assert_eq!(alternatives[1]["description"], "Sends a letter.");
    assert_eq!(
        alternatives[1]["required"],
        json!(["kind", "street", "country"])
    );
}

#[test]
fn a_removed_format_is_named_in_the_description() {
    let members = &crate::strict::<Hinted>()["properties"];
    assert_eq!(
        members["link"],
        json!({"description": "Where to read on. Format: uri.", "type": "string"})
    );
    assert_eq!(
        members["local"]["description"],
        "Format: partial-date-time."
    );
}

#[test]
fn a_crate_without_schemars_names_the_re_export() {
    mod user {
        // No `schemars` is in scope here except for the dependency of this test.
        #[derive(serde::Deserialize, orouter_wire::schemars::JsonSchema)]
        #[schemars(crate = "orouter_wire::schemars")]
        pub(super) struct City {
            #[allow(dead_code)]
            name: String,
        }
    }
    crate::strict::<user::City>();
}
