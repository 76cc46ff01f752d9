//! Path of the value at a position of a JSON text.

/// An open object or list.
enum Frame {
    /// Object, with the name of the current member.
    Object(Option<String>),
    /// List, with the index of the current item.
    List(usize),
}

/// Returns the path of the value at or directly before a position, as serde reports it: lines count
/// from 1, and the column is the number of bytes before the position. `None` without a position.
pub(super) fn at(text: &str, line: usize, column: usize) -> Option<String> {
    let before_line: usize = text
        .split_inclusive('\n')
        .take(line.checked_sub(1)?)
        .map(str::len)
        .sum();
    let read = text.as_bytes().get(..before_line + column)?;
    let mut frames = Vec::new();
    let mut rest = read;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'{' => frames.push(Frame::Object(None)),
            b'[' => frames.push(Frame::List(0)),
            b'}' | b']' => {
                frames.pop();
            }
            b',' => match frames.last_mut() {
                Some(Frame::Object(name)) => *name = None,
                Some(Frame::List(index)) => *index += 1,
                None => {}
            },
            b'"' => {
                let length = string_length(rest);
                let (string, after) = rest.split_at(length);
                if let Some(Frame::Object(name @ None)) = frames.last_mut() {
                    *name = Some(decoded(string));
                }
                rest = after.get(1..).unwrap_or_default();
            }
            _ => {}
        }
    }
    let mut path = String::new();
    for frame in frames {
        match frame {
            Frame::Object(Some(name)) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&name);
            }
            Frame::Object(None) => {}
            Frame::List(index) => path.push_str(&format!("[{index}]")),
        }
    }
    Some(path)
}

/// Returns the length of a string up to its closing quote, or of all bytes if it has none.
fn string_length(bytes: &[u8]) -> usize {
    let mut escaped = false;
    let end = bytes.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    end.unwrap_or(bytes.len())
}

fn decoded(string: &[u8]) -> String {
    let string = String::from_utf8_lossy(string);
    serde_json::from_str(&format!("\"{string}\"")).unwrap_or_else(|_| string.into_owned())
}

/// Replaces the names that are no identifiers, which may be content, by `?`.
pub(super) fn without_content(path: &str) -> String {
    let name = |part: &str| {
        let (name, index) = part.split_at(part.find('[').unwrap_or(part.len()));
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let shown = if name.len() <= 64 && name.chars().all(allowed) {
            name
        } else {
            "?"
        };
        let digits = |c: char| c.is_ascii_digit() || matches!(c, '[' | ']');
        let index = if index.chars().all(digits) { index } else { "" };
        format!("{shown}{index}")
    };
    path.split('.').map(name).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the path of the error of decoding as `T`.
    fn path<T: serde::de::DeserializeOwned>(text: &str) -> Option<String> {
        let error = serde_json::from_str::<T>(text).err().unwrap();
        at(text, error.line(), error.column())
    }

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Outer {
        a: Vec<Inner>,
        b: Option<Box<Outer>>,
    }

    #[derive(serde::Deserialize)]
    #[allow(dead_code)]
    struct Inner {
        n: u8,
        s: String,
    }

    #[test]
    fn paths_lead_to_the_value_that_does_not_match() {
        let found = |text: &str| path::<Outer>(text).unwrap();
        assert_eq!(found(r#"{"a": [{"n": "x", "s": ""}]}"#), "a[0].n");
        assert_eq!(
            found(r#"{"a": [{"n": 1, "s": "}],\"{"}, {"n": 300, "s": ""}]}"#),
            "a[1].n"
        );
        assert_eq!(found("{\n \"a\": [\n  {\"n\": 1,\n \"s\": 5}]}"), "a[0].s");
        assert_eq!(found(r#"{"a": [{"s": "x"}]}"#), "a[0]");
        assert_eq!(found(r#"{"b": {"b": {"a": [], "c": 1}}}"#), "b.b.c");
        assert_eq!(found(r#"{"a": {}}"#), "a");
        assert_eq!(found(r#"{"a": 5}"#), "a");
        assert_eq!(found("[]"), "");
        assert_eq!(found("5"), "");
        assert_eq!(found("{}"), "");
        assert_eq!(
            path::<Vec<Vec<u8>>>("[[1, 2], [3, true]]").unwrap(),
            "[1][1]"
        );
        assert_eq!(path::<Inner>(r#"{"\u006e": null}"#).unwrap(), "n");
        assert_eq!(at("{", 0, 0), None);
        assert_eq!(at("{", 3, 9), None);
    }

    #[test]
    fn names_that_are_no_identifiers_are_not_shown() {
        assert_eq!(without_content("a[0].b-c"), "a[0].b-c");
        assert_eq!(without_content("[1][2]"), "[1][2]");
        assert_eq!(without_content("a.b c[0].d"), "a.?[0].d");
        assert_eq!(without_content("a[x]"), "a");
    }
}
