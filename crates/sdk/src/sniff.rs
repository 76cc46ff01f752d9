//! The form of a body, told by its first bytes.

/// The form of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// An event stream: it begins with a field or a comment of one.
    Events,
    /// JSON: it begins with a brace or a bracket.
    Json,
    /// HTML or XML.
    Markup,
    /// Something else.
    Other,
}

/// The fields with which an event stream can begin. A comment is a field without a name.
const FIELDS: [&[u8]; 5] = [b":", b"data:", b"event:", b"id:", b"retry:"];

/// As many bytes as the longest field has.
const LONGEST: usize = 6;

/// Decides on a form as soon as the bytes allow it.
#[derive(Debug, Default)]
pub(crate) struct Sniffer {
    start: [u8; LONGEST],
    len: usize,
}

impl Sniffer {
    /// Takes the next bytes of a body. `None` while they are blank, or may still become a field.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Option<Form> {
        for byte in bytes {
            if self.len == 0 && is_blank(*byte) {
                continue;
            }
            if let Some(place) = self.start.get_mut(self.len) {
                *place = *byte;
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

/// White space, or a byte of the byte order mark.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"\xef\xbb\xbf".contains(&byte)
}

/// The number of blank bytes at the start.
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
    fn the_first_bytes_tell_the_form() {
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
