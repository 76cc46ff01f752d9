//! Writes output to standard output, and notices and errors to standard error.
//!
//! Styles are used only on a terminal that supports them. Control characters in the text of a model
//! do not reach a terminal.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};

use crate::exit::CommandError;

/// Standard output, for the response only.
#[derive(Debug)]
pub(crate) struct Stdout {
    out: io::Stdout,
    terminal: bool,
    at_line_start: bool,
}

impl Stdout {
    pub(crate) fn new() -> Self {
        let out = io::stdout();
        let terminal = out.is_terminal();
        Self {
            out,
            terminal,
            at_line_start: true,
        }
    }

    /// Returns `true` if people read the output on a terminal.
    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Writes and flushes a piece of a model's text.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), CommandError> {
        let shown = if self.terminal {
            sanitized(text)
        } else {
            Cow::Borrowed(text)
        };
        let Some(last) = shown.as_bytes().last() else {
            return Ok(());
        };
        self.at_line_start = *last == b'\n';
        self.write(&shown)
    }

    /// Writes a line break, unless the output ends with one.
    pub(crate) fn end_line(&mut self) -> Result<(), CommandError> {
        if self.at_line_start {
            Ok(())
        } else {
            self.line("")
        }
    }

    /// Writes a line unchanged.
    pub(crate) fn line(&mut self, line: &str) -> Result<(), CommandError> {
        self.at_line_start = true;
        self.write(&format!("{line}\n"))
    }

    /// Writes JSON as one line.
    pub(crate) fn json(&mut self, json: &str) -> Result<(), CommandError> {
        if self.terminal {
            self.line(&escaped(json))
        } else {
            self.line(json)
        }
    }

    fn write(&mut self, text: &str) -> Result<(), CommandError> {
        let mut out = self.out.lock();
        out.write_all(text.as_bytes())
            .and_then(|()| out.flush())
            .map_err(|e| CommandError::output(&e))
    }
}

/// Prints a notice to standard error. Ignores a failed write.
pub(crate) fn print_notice(text: &str) {
    // A server writes to its log instead, because standard error may block.
    if crate::log::is_started() {
        return tracing::info!("{}", text.strip_prefix("orouter: ").unwrap_or(text));
    }
    let _ = writeln!(io::stderr(), "{}", dim(&sanitized(text)));
}

/// Prints a text that the user asked for to standard error. Ignores a failed write.
pub(crate) fn print_text(text: &str) {
    let _ = writeln!(io::stderr(), "{}", sanitized(text));
}

/// Prints an error message to standard error. Ignores a failed write.
pub(crate) fn print_error(text: &str) {
    if crate::log::is_started() {
        crate::log::write_plain(&format!("orouter: {}", sanitized(text)));
        return crate::log::flush();
    }
    let _ = writeln!(io::stderr(), "orouter: {}", sanitized(text));
}

/// Returns the text in faint style if standard error is a terminal with styles.
pub(crate) fn dim(text: &str) -> Cow<'_, str> {
    if styled() {
        Cow::Owned(format!("\x1b[2m{text}\x1b[0m"))
    } else {
        Cow::Borrowed(text)
    }
}

fn styled() -> bool {
    erases() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Returns `true` if standard error is a terminal that can erase a line.
pub(crate) fn erases() -> bool {
    io::stderr().is_terminal()
        && std::env::var_os("TERM").is_some_and(|term| !term.is_empty() && term != "dumb")
}

/// Returns `true` if terminals of the user's type can move the cursor, which a line editor needs. On
/// Windows, all can, and no variable names the type.
pub(crate) fn moves_cursor() -> bool {
    cfg!(windows)
        || std::env::var_os("TERM").is_some_and(|term| {
            ["", "dumb", "cons25", "emacs"]
                .iter()
                .all(|limited| !term.eq_ignore_ascii_case(limited))
        })
}

/// Replaces control characters, except line breaks and tabs, by U+FFFD: escape sequences could
/// change the screen.
pub(crate) fn sanitized(text: &str) -> Cow<'_, str> {
    let is_control = |c: char| c.is_control() && c != '\n' && c != '\t';
    if text.contains(is_control) {
        Cow::Owned(text.replace(is_control, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Escapes the control characters that JSON permits in strings, U+007F to U+009F. The value stays
/// the same.
fn escaped(json: &str) -> Cow<'_, str> {
    if !json.contains(char::is_control) {
        return Cow::Borrowed(json);
    }
    let mut text = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if matches!(c, '\u{7f}'..='\u{9f}') {
            text.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            text.push(c);
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::{escaped, sanitized};

    #[test]
    fn escaped_json_is_the_same_value() {
        let raw = "{\"a\": [\"\u{7f}\u{85}\u{9b}2J\u{a0}\u{e9}\"]}";
        let shown = escaped(raw);
        assert_eq!(shown, "{\"a\": [\"\\u007f\\u0085\\u009b2J\u{a0}\u{e9}\"]}");
        let value = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap();
        assert_eq!(value(&shown), value(raw));
        assert_eq!(escaped("{\n  \"a\": 1\n}"), "{\n  \"a\": 1\n}");
    }

    #[test]
    fn escape_sequences_do_not_reach_the_terminal() {
        assert_eq!(sanitized("a\tb\nc é 🦀"), "a\tb\nc é 🦀");
        assert_eq!(
            sanitized("\x1b]0;title\x07\r\u{9b}2J"),
            "\u{fffd}]0;title\u{fffd}\u{fffd}\u{fffd}2J"
        );
    }
}
