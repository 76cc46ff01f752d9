//! [`BodyForm`]: the form of a reply, as its content type and its first bytes tell it.

/// The form of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyForm {
    /// Server-sent events.
    Events,
    /// One JSON text.
    Whole,
}

/// The fields that can begin an event stream. A comment is a field without a name.
const FIELDS: [&[u8]; 5] = [b":", b"data:", b"event:", b"id:", b"retry:"];

impl BodyForm {
    /// Returns the form that a content type announces; `None` for other types.
    pub(super) fn from_content_type(value: &str) -> Option<Self> {
        let essence = value.split(';').next().unwrap_or_default().trim();
        let is = |name: &str| essence.eq_ignore_ascii_case(name);
        if is("text/event-stream") {
            Some(Self::Events)
        } else if is("application/json") || essence.to_ascii_lowercase().ends_with("+json") {
            Some(Self::Whole)
        } else {
            None
        }
    }

    /// Returns the form of a body with these first bytes. If they disagree with the announced form,
    /// they decide. `None` if more bytes are needed.
    pub(super) fn from_start(announced: Option<Self>, start: &[u8]) -> Option<Self> {
        let blank = |byte: &u8| byte.is_ascii_whitespace() || b"\xef\xbb\xbf".contains(byte);
        let at = start.iter().position(|byte| !blank(byte))?;
        let start = start.get(at..)?;
        if FIELDS.iter().any(|field| start.starts_with(field)) {
            return Some(Self::Events);
        }
        if matches!(start.first(), Some(b'{' | b'[' | b'<')) {
            return Some(Self::Whole);
        }
        if FIELDS.iter().any(|field| field.starts_with(start)) {
            return None;
        }
        Some(announced.unwrap_or(Self::Whole))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_decide() {
        use BodyForm::{Events, Whole};
        for (announced, start, form) in [
            (Some(Whole), "data: {}", Some(Events)),
            (None, "\n\n: comment", Some(Events)),
            (None, "retry: 5", Some(Events)),
            (Some(Events), " \u{feff}{\"id\"", Some(Whole)),
            (Some(Events), "<html>", Some(Whole)),
            (Some(Events), "custom: x", Some(Events)),
            (Some(Whole), "custom: x", Some(Whole)),
            (None, "nothing", Some(Whole)),
            (Some(Events), " \r\n", None),
            (Some(Whole), "dat", None),
            (Some(Whole), "", None),
        ] {
            assert_eq!(
                BodyForm::from_start(announced, start.as_bytes()),
                form,
                "{start:?}"
            );
        }
    }

    #[test]
    fn content_types_are_compared_without_parameters_and_case() {
        let form = BodyForm::from_content_type;
        assert_eq!(
            form("Text/Event-Stream; charset=utf-8"),
            Some(BodyForm::Events)
        );
        assert_eq!(form("application/problem+JSON"), Some(BodyForm::Whole));
        assert_eq!(form("text/html"), None);
    }
}
