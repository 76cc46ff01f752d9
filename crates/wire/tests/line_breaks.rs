//! Free-form values with line breaks between their tokens: decoding what was encoded gives an equal
//! value, although encoding writes one line.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::HashSet;
use std::fmt::Debug;

use orouter_wire::{
    ErrorResponse, Item, Raw, Response, ResponsesRequest, StreamEvent, Tool, Unknown, Wire,
    from_str, to_string,
};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// White space between two tokens.
const GAPS: &[&str] = &[
    "", " ", "\t", "\n", "\r", "\r\n", "\n\n  ", " \r\n\t", "\n \n",
];

/// Strings as JSON texts, with escapes and with characters that look like line breaks.
const STRINGS: &[&str] = &[
    r#""""#,
    r#""plain""#,
    r#""line\nbreak\r\n""#,
    r#"" \t spaces at both ends \t ""#,
    "\"\u{2028}\u{2029}\u{85}\"",
    r#""\u0000\u001f\u007f\/""#,
    r#""half \ud83d""#,
    r#""{\n[\r""#,
    r#""type""#,
];

const NAMES: &[&str] = &[
    r#""type""#,
    r#""id""#,
    r#""output""#,
    r#""tools""#,
    r#""parameters""#,
    r#""metadata""#,
    r#""detail""#,
    r#""input""#,
    r#""error""#,
    r#""delta""#,
    r#""item""#,
    r#""own\n""#,
    "\"\u{2028}\"",
];

/// Numbers and words.
const WORDS: &[&str] = &[
    "null",
    "true",
    "1",
    "1.0",
    "-0.0",
    "1e400",
    "123456789012345678901",
];

/// JSON text with any white space between its tokens.
fn spread() -> impl Strategy<Value = String> {
    let gap = || prop::sample::select(GAPS);
    let leaf = prop_oneof![
        prop::sample::select(STRINGS).prop_map(str::to_owned),
        prop::sample::select(WORDS).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        let element =
            (gap(), inner.clone(), gap()).prop_map(|(a, value, b)| format!("{a}{value}{b}"));
        // A repeated name is another matter: only its last value is written again.
        let members = prop::collection::btree_map(
            prop::sample::select(NAMES),
            (gap(), gap(), gap(), inner, gap()),
            0..5,
        );
        prop_oneof![
            (prop::collection::vec(element, 0..4), gap())
                .prop_map(|(list, a)| format!("[{a}{}]", list.join(","))),
            (members, gap()).prop_map(|(members, z)| {
                let members: Vec<String> = members
                    .into_iter()
                    .map(|(name, (a, b, c, value, d))| format!("{a}{name}{b}:{c}{value}{d}"))
                    .collect();
                format!("{{{z}{}}}", members.join(","))
            }),
        ]
    })
}

fn returns<T: Wire + PartialEq + Debug>(text: &str) {
    let Ok(decoded) = from_str::<T>(text) else {
        return;
    };
    let encoded = to_string(&decoded);
    assert!(!encoded.contains(['\n', '\r']), "{text:?}: {encoded:?}");
    assert_eq!(from_str::<T>(&encoded).unwrap(), decoded, "{text:?}");
    // A further round changes nothing.
    assert_eq!(to_string(&from_str::<T>(&encoded).unwrap()), encoded);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_decoded_again_is_equal(text in spread(), name in prop::sample::select(NAMES)) {
        returns::<Raw>(&text);
        returns::<Unknown>(&text);
        let inside = format!("{{{name}\n:\r\n{text}\t}}");
        let function = format!(r#"{{"type":"function","name":"f","parameters":{text}}}"#);
        let event = format!(r#"{{"type":"response.future","own":{text},{name}:1}}"#);
        for text in [&text, &inside, &function, &event] {
            returns::<ResponsesRequest>(text);
            returns::<Response>(text);
            returns::<StreamEvent>(text);
            returns::<Item>(text);
            returns::<Tool>(text);
            returns::<ErrorResponse>(text);
        }
    }

    #[test]
    fn equal_values_have_one_hash(text in spread()) {
        let raw: Raw = text.parse().unwrap();
        let again: Raw = to_string(&raw).parse().unwrap();
        let set = HashSet::from([raw]);
        prop_assert!(set.contains(&again));
    }
}

#[test]
fn only_line_breaks_and_the_space_around_them_do_not_count() {
    let raw = |text: &str| text.parse::<Raw>().unwrap();
    assert_eq!(raw("[1,\n 2]"), raw("[1,2]"));
    assert_eq!(raw("[\r\n\t1 ,\r2\n]"), raw("[1 ,2]"));
    assert_ne!(raw("[1, 2]"), raw("[1,2]"));
    assert_ne!(raw(r#"["a\nb"]"#), raw(r#"["ab"]"#));
    assert_ne!(raw("1"), raw("1.0"));
    assert_eq!(raw("[1,\n2]").get(), "[1,\n2]", "the text is kept");
}

/// A tool with a printed schema, as people write them into files.
#[test]
fn a_printed_schema_is_equal_after_a_round() {
    let members = Map::from_iter([
        ("type".to_owned(), Value::from("object")),
        ("description".to_owned(), Value::from("two\nlines")),
    ]);
    let schema = serde_json::to_string_pretty(&Value::Object(members)).unwrap();
    let text = format!(r#"{{"type":"function","name":"f","parameters":{schema},"own":{schema}}}"#);
    let tool: Tool = from_str(&text).unwrap();
    assert_eq!(from_str::<Tool>(&to_string(&tool)).unwrap(), tool);
    assert_eq!(tool.clone(), tool);
}
