//! Shortens JSON text to a number of bytes, without decoding it.

use orouter_protocols::json_text;

/// Maximum length of base64 text that stays whole, and of what stays of a longer one, in bytes.
const WHOLE_DATA_BYTES: usize = 1024;
const DATA_BYTES: usize = 64;

/// The same for any string, if the text is too long without its data.
const WHOLE_STRING_BYTES: usize = 1024;
const STRING_BYTES: usize = 256;

/// Maximum length of a member that stays if the text is still too long, in bytes.
const WHOLE_MEMBER_BYTES: usize = 512;

/// Maximum length of the start of a `data:` URL before its comma, in bytes.
const DATA_HEAD_BYTES: usize = 200;

/// Returns the JSON text of an object with at most `limit` bytes, in which a text takes the place of
/// what is left out.
///
/// Base64 data of more than 1 KiB is always cut. If that is not enough, long strings are cut, and
/// then long members of the object are left out. An object that is still too long becomes `{}`.
pub(super) fn shortened(json: &str, limit: usize) -> String {
    let without_data = cut(json, |content| {
        (content.len() > WHOLE_DATA_BYTES && is_data(content)).then_some(DATA_BYTES)
    });
    if without_data.len() <= limit {
        return without_data;
    }
    let short = cut(&without_data, |content| {
        (content.len() > WHOLE_STRING_BYTES).then_some(STRING_BYTES)
    });
    if short.len() <= limit {
        return short;
    }
    let outline = outline(&short).filter(|outline| outline.len() <= limit);
    outline.unwrap_or_else(|| "{}".to_owned())
}

/// Returns the text that marks a part that is left out.
fn marker(bytes: usize) -> String {
    format!("… ({bytes} bytes left out)")
}

/// Cuts the strings of a JSON text. `keeps` gets the text between the quotes and returns the number
/// of bytes that stay of a string that is cut.
fn cut(json: &str, keeps: impl Fn(&str) -> Option<usize>) -> String {
    let mut out = String::with_capacity(json.len().min(64 << 10));
    let mut rest = json;
    while let Some((before, after)) = rest.split_once('"') {
        out.push_str(before);
        out.push('"');
        let end = string_end(after);
        let (content, after) = after.split_at_checked(end).unwrap_or((after, ""));
        match keeps(content) {
            Some(bytes) => {
                let kept = start_of(content, bytes);
                out.push_str(kept);
                out.push_str(&marker(content.len() - kept.len()));
            }
            None => out.push_str(content),
        }
        rest = after;
        if let Some(after) = rest.strip_prefix('"') {
            out.push('"');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// Returns the position of the quote that ends a string.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (position, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return position,
            _ => {}
        }
    }
    text.len()
}

/// Returns the start of the text of a string, at most `bytes` long, without half a character or half
/// an escape.
fn start_of(content: &str, bytes: usize) -> &str {
    let mut end = 0;
    while let Some(next) = content.get(end..).and_then(|rest| rest.chars().next()) {
        let length = match next {
            '\\' => escape_length(content.get(end..).unwrap_or_default()),
            next => next.len_utf8(),
        };
        if end + length > bytes {
            break;
        }
        end += length;
    }
    content.get(..end).unwrap_or_default()
}

/// Returns the length of the escape at the start of a text: of both halves of a surrogate pair.
fn escape_length(text: &str) -> usize {
    const UNIT: usize = 6;
    match text.as_bytes() {
        [
            _,
            b'u',
            b'd' | b'D',
            b'8' | b'9' | b'a' | b'A' | b'b' | b'B',
            _,
            _,
            b'\\',
            b'u',
            ..,
        ] => 2 * UNIT,
        [_, b'u', ..] => UNIT,
        _ => 2,
    }
}

/// Returns `true` for base64 text, also in a `data:` URL.
fn is_data(content: &str) -> bool {
    let head = content.starts_with("data:");
    let data = match content
        .as_bytes()
        .iter()
        .take(DATA_HEAD_BYTES)
        .position(|byte| *byte == b',')
    {
        Some(comma) if head => content.get(comma + 1..).unwrap_or_default(),
        _ => content,
    };
    // A slash may be escaped.
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=-_\\".contains(&byte);
    data.bytes().all(allowed)
}

/// Returns an object with the short members of this one, and markers in place of the others.
fn outline(json: &str) -> Option<String> {
    let mut out = String::from("{");
    for member in json_text::members(json)? {
        let value = json.get(member.value)?;
        if out.len() > 1 {
            out.push(',');
        }
        out.push_str(&orouter_wire::to_string(&member.name.into_owned()));
        out.push(':');
        match value.len() > WHOLE_MEMBER_BYTES {
            true => out.push_str(&orouter_wire::to_string(&marker(value.len()))),
            false => out.push_str(value),
        }
    }
    out.push('}');
    Some(out)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const LIMIT: usize = 256 << 10;

    fn read(text: &str) -> Value {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    #[test]
    fn a_short_text_stays_as_it_is() {
        for text in [
            "{}",
            r#"{ "a" : "x\"y\\" , "b":[1.0, "é\n", {"":"\\\""}] }"#,
            r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":true}"#,
        ] {
            assert_eq!(shortened(text, LIMIT), text);
        }
        let prose = json!({"text": "Words with spaces. ".repeat(5000)}).to_string();
        assert_eq!(shortened(&prose, LIMIT), prose);
        let other = json!({"text": "语".repeat(5000)}).to_string();
        assert_eq!(shortened(&other, LIMIT), other);
    }

    #[test]
    fn base64_data_is_cut() {
        let data = "QUJD".repeat(500);
        let escaped = data.replace('Q', "\\/");
        for (value, start) in [
            (data.clone(), &data[..64]),
            (
                format!("data:image/png;base64,{data}"),
                "data:image/png;base64,QUJD",
            ),
            (escaped.clone(), &escaped[..60]),
        ] {
            let text = format!(r#"{{"a":1,"url":"{value}","b":"stays"}}"#);
            let short = shortened(&text, LIMIT);
            assert!(short.len() < 200, "{short}");
            assert!(short.contains(&format!("\"url\":\"{start}")), "{short}");
            assert!(
                short.contains(" bytes left out)\",\"b\":\"stays\"}"),
                "{short}"
            );
            read(&short);
        }
    }

    #[test]
    fn a_long_text_loses_long_strings_and_then_members() {
        let long = "some words ".repeat(40_000);
        let text = json!({"model": "m", "input": [{"text": long}, {"text": "kept"}]}).to_string();
        let value = read(&shortened(&text, LIMIT));
        assert_eq!(value["input"][1]["text"], "kept");
        let cut = value["input"][0]["text"].as_str().expect("a text");
        assert!(
            cut.starts_with("some words") && cut.ends_with("left out)"),
            "{cut}"
        );

        let many: Vec<Value> = (0..20_000)
            .map(|n| json!({"text": format!("item {n}")}))
            .collect();
        let text = json!({"model": "m", "input": many, "stream": true}).to_string();
        let value = read(&shortened(&text, LIMIT));
        assert_eq!(
            (&value["model"], &value["stream"]),
            (&json!("m"), &json!(true))
        );
        assert!(
            value["input"]
                .as_str()
                .expect("a text")
                .ends_with("left out)"),
            "{value}"
        );

        let members: serde_json::Map<String, Value> = (0..20_000)
            .map(|n| (format!("member {n}"), json!("a text")))
            .collect();
        assert_eq!(shortened(&Value::Object(members).to_string(), LIMIT), "{}");
    }

    #[test]
    fn escapes_and_characters_are_not_cut_in_half() {
        for unit in [
            "é",
            "\\u00e9",
            "\\ud83d\\ude00",
            "\\\\",
            "\\\"",
            "😀",
            "a\\n",
        ] {
            for offset in 0..13 {
                let content = format!("{}{}", "x".repeat(offset), unit.repeat(1000));
                let text = format!(r#"{{"a":"{content} and more"}}"#);
                let short = shortened(&text, 1000);
                let value = read(&short);
                assert!(
                    value["a"].as_str().expect("a text").ends_with("left out)"),
                    "{short}"
                );
            }
        }
    }
}
