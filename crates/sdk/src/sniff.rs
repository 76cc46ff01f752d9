//! The form of a response body, determined from its first bytes.

/// The form of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// An event stream: the body begins with a field or a comment.
    Events,
    /// JSON: the body begins with a brace or a bracket.
    Json,
    /// HTML or XML.
    Markup,
    /// Something else.
    Other,
}

/// The fields that can begin an event stream. A comment is a field without a name.
const FIELDS: [&[u8]; 5] = [b":", b"data:", b"event:", b"id:", b"retry:"];

/// Length of the longest field, in bytes.
const MAX_FIELD_BYTES: usize = 6;

/// Determines the form from as few bytes as possible.
#[derive(Debug, Default)]
pub(crate) struct Sniffer {
    start: [u8; MAX_FIELD_BYTES],
    len: usize,
}

impl Sniffer {
    /// Takes the next bytes of a body. Returns `None` while all bytes are blank or the start of a field.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Option<Form> {
        for byte in bytes {
            if self.len == 0 && is_blank(*byte) {
                continue;
            }
            if let Some(free) = self.start.get_mut(self.len) {
                *free = *byte;
                self.len += 1;
            }
            let form = self.form();
            if form.is_some() {
                return form;
            }
        }
        None
    }

    fn form(&self) -> Option<Form> {
        let start = self.start.get(..self.len)?;
        match start.first()? {
            b'{' | b'[' => return Some(Form::Json),
            b'<' => return Some(Form::Markup),
            _ => {}
        }
        if FIELDS.contains(&start) {
            return Some(Form::Events);
        }
        let may_become = FIELDS.iter().any(|field| field.starts_with(start));
        (!may_become).then_some(Form::Other)
    }
}

/// Returns `true` for white space and for the bytes of the byte order mark.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"\xef\xbb\xbf".contains(&byte)
}

/// Returns the number of blank bytes at the start.
pub(crate) fn blank(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| is_blank(**byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Option<Form> {
        let whole = Sniffer::default().push(text.as_bytes());
        let mut bytewise = Sniffer::default();
        let by_byte = text.bytes().find_map(|byte| bytewise.push(&[byte]));
        assert_eq!(whole, by_byte, "{text:?}");
        whole
    }

    #[test]
    fn the_first_bytes_determine_the_form() {
        for text in [
            ":",
            ": x",
            "data:",
            "data: {}",
            "event: x",
            "id:7",
            "retry: 5",
            "\u{feff}data:",
        ] {
            for blank in ["", " ", "\r\n\n", "\t \n"] {
                assert_eq!(
                    form(&format!("{blank}{text}")),
                    Some(Form::Events),
                    "{text:?}"
                );
            }
        }
        for (text, expected) in [
            ("{", Form::Json),
            ("\n\u{feff} [", Form::Json),
            ("<!doctype html>", Form::Markup),
            ("dates: 1", Form::Other),
            ("data {", Form::Other),
            ("Data:", Form::Other),
            ("null", Form::Other),
            ("idea", Form::Other),
            ("\u{0}", Form::Other),
        ] {
            assert_eq!(form(text), Some(expected), "{text:?}");
        }
        for undecided in ["", " \n", "\u{feff}", "d", "data", "retry", "i"] {
            assert_eq!(form(undecided), None, "{undecided:?}");
        }
    }
}
