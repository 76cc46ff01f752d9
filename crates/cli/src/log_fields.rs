//! [`TextFields`]: the fields of a text log line as `name=value`.
//!
//! The format is that of `tracing_subscriber`, which escapes each string one character at a time: a
//! quarter of the cost of a log line.

use std::fmt::{self, Write as _};

use tracing::field::{Field, Visit};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::Writer;

/// Writes the message and then the other fields. Strings are quoted, and control characters escaped,
/// so that a value cannot forge a field or a line.
#[derive(Debug)]
pub(crate) struct TextFields;

impl<'writer> FormatFields<'writer> for TextFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut line = Line {
            writer,
            is_empty: true,
            result: Ok(()),
        };
        fields.record(&mut line);
        line.result
    }
}

struct Line<'writer> {
    writer: Writer<'writer>,
    is_empty: bool,
    result: fmt::Result,
}

impl Line<'_> {
    fn field(&mut self, field: &Field, write: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        if self.result.is_ok() {
            self.result = self.try_field(field, write);
        }
    }

    fn try_field(
        &mut self,
        field: &Field,
        write: impl FnOnce(&mut Writer<'_>) -> fmt::Result,
    ) -> fmt::Result {
        if !std::mem::replace(&mut self.is_empty, false) {
            self.writer.write_char(' ')?;
        }
        if field.name() != "message" {
            self.writer.write_str(field.name())?;
            self.writer.write_char('=')?;
        }
        write(&mut self.writer)
    }
}

impl Visit for Line<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            return self.record_debug(field, &format_args!("{value}"));
        }
        self.field(field, |writer| {
            let is_plain =
                |byte: u8| (b' '..=b'~').contains(&byte) && !matches!(byte, b'"' | b'\\');
            if value.bytes().all(is_plain) {
                writer.write_char('"')?;
                writer.write_str(value)?;
                writer.write_char('"')
            } else {
                write!(writer, "{value:?}")
            }
        });
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.field(field, |writer| write!(Escaping(writer), "{value:?}"));
    }
}

/// Escapes the control characters of the text that passes.
struct Escaping<'a, 'writer>(&'a mut Writer<'writer>);

impl fmt::Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if !text.contains(char::is_control) {
            return self.0.write_str(text);
        }
        text.chars().try_for_each(|character| {
            if character.is_control() {
                write!(self.0, "{}", character.escape_debug())
            } else {
                self.0.write_char(character)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Returns the log of a function, with the default fields or with ours.
    fn logged(ours: bool, log: impl FnOnce()) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .with_ansi(false)
            .without_time()
            .with_target(false);
        if ours {
            tracing::subscriber::with_default(subscriber.fmt_fields(TextFields).finish(), log);
        } else {
            tracing::subscriber::with_default(subscriber.finish(), log);
        }
        String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn fields_are_written_as_by_default() {
        let log = || {
            let none: Option<&str> = None;
            tracing::info!(
                text = "plain text", quoted = "a \"b\" \\ c", empty = "", none, umlaut = "ü",
                line = "a\nb\u{1b}[31m", count = 12_u64, below = -3_i64, cost = 0.25, yes = true,
                shown = %"a b", debug = ?Some("x"), "the {} message", "formatted"
            );
            tracing::warn!(only = 1);
            tracing::error!("only a message");
        };
        assert_eq!(logged(true, log), logged(false, log));
    }

    #[test]
    fn control_characters_cannot_forge_a_line() {
        let line = logged(true, || {
            tracing::info!(shown = %"a\nb\u{1b}c", "message\r\nINFO forged");
        });
        assert_eq!(line, " INFO message\\r\\nINFO forged shown=a\\nb\\u{1b}c\n");
    }
}
