//! [`Members`]: the members of an object, found in its text.

use std::borrow::Cow;
use std::ops::Range;

use orouter_wire::json::{Parser, Token};

/// Maximum length of a string that is compared byte by byte.
const SHORT_STRING: usize = 24;

/// A member of an object, as positions in the object's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// The name, without escapes.
    pub name: Cow<'a, str>,
    /// Offset of the quote before the name.
    pub start: usize,
    /// The value, without the white space around it.
    pub value: Range<usize>,
}

/// The members of an object in the order of the text. See [`members`].
#[derive(Clone, Debug)]
pub struct Members<'a> {
    text: &'a str,
    at: usize,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    First,
    Next,
    Ended,
    Failed,
}

/// Returns the members of an object. `None` if the text is not an object. A byte order mark and
/// white space may precede it.
///
/// The iterator checks all JSON that it passes and stops at the first mistake;
/// [`Members::end`] then returns `None`.
///
/// ```
/// use orouter_protocols::json_text::members;
///
/// let text = r#"{"a": 1, "b": [2, {"c": 3}]}"#;
/// let mut found = members(text).unwrap();
/// let values: Vec<&str> = found.by_ref().map(|member| &text[member.value]).collect();
/// assert_eq!(values, ["1", r#"[2, {"c": 3}]"#]);
/// assert_eq!(found.end(), Some(text.len() - 1));
/// ```
#[must_use]
pub fn members(text: &str) -> Option<Members<'_>> {
    let at = match text.strip_prefix('\u{feff}') {
        Some(rest) => text.len() - rest.len(),
        None => 0,
    };
    let at = skip_space(text, at);
    (byte(text, at) == Some(b'{')).then_some(Members {
        text,
        at: at + 1,
        state: State::First,
    })
}

/// Returns the text of a member's value; that of the last one if the name is repeated. `None` if
/// the text is not an object or does not have the member.
#[must_use]
pub fn get<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut members = members(text)?;
    let found = members.by_ref().filter(|member| member.name == name).last();
    members.end()?;
    text.get(found?.value)
}

/// Returns the text of a JSON string, decoded. `None` if `value` is not a string.
#[must_use]
pub fn string(value: &str) -> Option<Cow<'_, str>> {
    let mut parser = Parser::new(value);
    match parser.token() {
        Token::String => parser.string().ok(),
        _ => None,
    }
}

impl Members<'_> {
    /// Returns the offset of the brace that ends the object, once all members have been passed.
    /// `None` before that, and if the text is not JSON.
    #[must_use]
    pub fn end(&self) -> Option<usize> {
        (self.state == State::Ended).then_some(self.at)
    }

    /// Returns the offset after the last member or after the opening brace.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.at
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = Member<'a>;

    fn next(&mut self) -> Option<Member<'a>> {
        let first = match self.state {
            State::First => true,
            State::Next => false,
            State::Ended | State::Failed => return None,
        };
        self.state = State::Failed;
        let mut at = skip_space(self.text, self.at);
        match byte(self.text, at)? {
            b'}' => {
                self.at = at;
                self.state = State::Ended;
                return None;
            }
            b',' if !first => at = skip_space(self.text, at + 1),
            _ if first => {}
            _ => return None,
        }
        if byte(self.text, at)? != b'"' {
            return None;
        }
        let start = at;
        let name = match plain_name(self.text, at + 1) {
            Some(name) => {
                at += name.len() + 2;
                Cow::Borrowed(name)
            }
            None => {
                let key = value_at(self.text, at)?;
                at += key.len();
                escaped_name(key)?
            }
        };
        at = skip_space(self.text, at);
        if byte(self.text, at)? != b':' {
            return None;
        }
        at = skip_space(self.text, at + 1);
        let value = value_at(self.text, at)?;
        self.at = at + value.len();
        self.state = State::Next;
        Some(Member {
            name,
            start,
            value: at..self.at,
        })
    }
}

/// Returns the JSON value that begins at this offset.
fn value_at(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..)?;
    if let Some(length) = short_value(rest.as_bytes()) {
        return rest.get(..length);
    }
    // The parser would skip a byte order mark.
    if rest.starts_with('\u{feff}') {
        return None;
    }
    Parser::new(rest).raw().ok()
}

/// Returns the length of the most frequent short values: literals, empty containers, and strings
/// without escapes. The parser is slower for them. `None` for all others.
fn short_value(text: &[u8]) -> Option<usize> {
    match text {
        [b'"', rest @ ..] => {
            let length = plain_length(rest.get(..SHORT_STRING).unwrap_or(rest))?;
            (rest.get(length) == Some(&b'"')).then_some(length + 2)
        }
        [b'n', b'u', b'l', b'l', ..] | [b't', b'r', b'u', b'e', ..] => Some(4),
        [b'f', b'a', b'l', b's', b'e', ..] => Some(5),
        [b'[', b']', ..] | [b'{', b'}', ..] => Some(2),
        [b'0'..=b'9', ..] => number_length(text),
        _ => None,
    }
}

/// Returns the length of a number that consists of digits and at most one point in between. `None`
/// for other numbers, and if it is not known to end there.
fn number_length(text: &[u8]) -> Option<usize> {
    let digits = |from: usize| {
        let rest = text.get(from..)?;
        rest.iter().position(|byte| !byte.is_ascii_digit())
    };
    let whole = digits(0)?;
    if whole > 1 && text.first() == Some(&b'0') {
        return None;
    }
    let length = match text.get(whole)? {
        b'.' => match digits(whole + 1)? {
            0 => return None,
            fraction => whole + 1 + fraction,
        },
        _ => whole,
    };
    matches!(
        text.get(length)?,
        b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t'
    )
    .then_some(length)
}

/// Returns the name that begins after a quote. `None` if it has escapes.
fn plain_name(text: &str, from: usize) -> Option<&str> {
    let rest = text.as_bytes().get(from..)?;
    let length = plain_length(rest)?;
    match rest.get(length) {
        Some(b'"') => text.get(from..from + length),
        _ => None,
    }
}

/// Returns the number of bytes before the first quote, backslash or control character. `None` if
/// there is none.
fn plain_length(text: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // The lowest byte that is found is exact; a borrow can only mark bytes above it.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let mut length = 0;
    let (words, rest) = text.as_chunks::<8>();
    for word in words {
        let word = u64::from_le_bytes(*word);
        let quote = zeros(word ^ (ONES * u64::from(b'"')));
        let backslash = zeros(word ^ (ONES * u64::from(b'\\')));
        let control = word.wrapping_sub(ONES * u64::from(b' ')) & !word & HIGH;
        let found = quote | backslash | control;
        if found != 0 {
            return Some(length + (found.trailing_zeros() / 8) as usize);
        }
        length += 8;
    }
    let special = |byte: &u8| *byte < b' ' || matches!(byte, b'"' | b'\\');
    Some(length + rest.iter().position(special)?)
}

/// Returns the name in a quoted key.
fn escaped_name(key: &str) -> Option<Cow<'_, str>> {
    let inner = key.get(1..key.len().checked_sub(1)?)?;
    // A name with a lone surrogate is not a name that anything looks for.
    Some(string(key).unwrap_or(Cow::Borrowed(inner)))
}

fn byte(text: &str, at: usize) -> Option<u8> {
    text.as_bytes().get(at).copied()
}

fn skip_space(text: &str, mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\n' | b'\r') = byte(text, at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_in_any_layout() {
        let text = "\u{feff} { \"a\\u0062\" : \"x\\\"}\" ,\n\"é\":{\"ab\":[1]}\t} ";
        let mut found = members(text).unwrap();
        let list: Vec<(String, &str)> = found
            .by_ref()
            .map(|member| (member.name.clone().into_owned(), &text[member.value]))
            .collect();
        assert_eq!(
            list,
            [
                ("ab".to_owned(), "\"x\\\"}\""),
                ("é".to_owned(), "{\"ab\":[1]}")
            ]
        );
        assert_eq!(found.end(), text.rfind('}'));
        assert_eq!(get(text, "ab").and_then(string).as_deref(), Some("x\"}"));
        assert_eq!(members("{}").unwrap().next(), None);
    }

    #[test]
    fn text_that_is_not_an_object_has_no_members() {
        for text in ["", " ", "[]", "null", "\"{}\"", "1"] {
            assert!(members(text).is_none(), "{text}");
        }
        for text in [
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":1",
            "{\"a\":1,",
            "{\"a\":1,}",
            "{\"a\":1 \"b\":2}",
            "{,\"a\":1}",
            "{a:1}",
            "{\"a\":}",
            "{\"a\":01}",
            "{\"a\":\u{feff}1}",
        ] {
            let mut found = members(text).unwrap();
            while found.next().is_some() {}
            assert_eq!(found.end(), None, "{text}");
            assert_eq!(get(text, "a"), None, "{text}");
        }
    }

    #[test]
    fn names_and_strings_end_at_the_first_special_byte_wherever_it_stands() {
        for length in 0..40 {
            let plain = "é~\u{7f}!#[]".chars().cycle();
            let plain: String = plain.take(length).collect();
            for (end, expected) in [
                ("\"", true),
                ("\\\"", false),
                ("\u{1f}\"", false),
                ("", false),
            ] {
                let text = format!("{plain}{end}");
                let name = plain_name(&text, 0);
                assert_eq!(name, expected.then_some(&*plain), "{text:?}");
            }
            let text = format!("{{\"{plain}\":\"{plain}\"}}");
            assert_eq!(
                get(&text, &plain),
                text.get(plain.len() + 4..text.len() - 1)
            );
        }
    }

    #[test]
    fn numbers_are_checked() {
        for number in ["0", "7", "10", "0.5", "12.50", "-1", "1e5", "0.1E-7"] {
            for end in ["", " ", "\n"] {
                let text = format!("{{\"n\":{number}{end}}}");
                assert_eq!(get(&text, "n"), Some(number), "{text}");
            }
        }
        for wrong in ["01", "1.", ".5", "1.2.3", "1x", "1 2", "+1", "0x1", "1.e5"] {
            let text = format!("{{\"n\":{wrong}}}");
            assert_eq!(get(&text, "n"), None, "{text}");
        }
    }

    #[test]
    fn deep_values_are_passed_without_recursion() {
        let text = format!("{{\"a\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(get(&text, "a").map(str::len), Some(400_000));
    }
}
