//! Writing to the two standard streams: answers to one, everything else to the other.
//!
//! Colours and progress only where a person looks at a terminal that wants them; text of a
//! model never steers the terminal.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};

use crate::exit::Failure;

/// Standard output, where the answer goes and nothing else.
#[derive(Debug)]
pub(crate) struct Answer {
    out: io::Stdout,
    terminal: bool,
    at_line_start: bool,
}

impl Answer {
    pub(crate) fn new() -> Self {
        let out = io::stdout();
        let terminal = out.is_terminal();
        Self {
            out,
            terminal,
            at_line_start: true,
        }
    }

    /// Writes a piece of a model's text at once.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Failure> {
        let shown = if self.terminal {
            harmless(text)
        } else {
            Cow::Borrowed(text)
        };
        let Some(last) = shown.as_bytes().last() else {
            return Ok(());
        };
        self.at_line_start = *last == b'\n';
        self.write(&shown)
    }

    /// Ends the line, unless the text did.
    pub(crate) fn end_line(&mut self) -> Result<(), Failure> {
        if self.at_line_start {
            Ok(())
        } else {
            self.line("")
        }
    }

    /// Writes a line as it is.
    pub(crate) fn line(&mut self, line: &str) -> Result<(), Failure> {
        self.at_line_start = true;
        self.write(&format!("{line}\n"))
    }

    /// Writes JSON on a line of its own.
    pub(crate) fn json(&mut self, json: &str) -> Result<(), Failure> {
        if self.terminal {
            self.line(&escaped(json))
        } else {
            self.line(json)
        }
    }

    fn write(&mut self, text: &str) -> Result<(), Failure> {
        let mut out = self.out.lock();
        out.write_all(text.as_bytes())
            .and_then(|()| out.flush())
            .map_err(|e| Failure::output(&e))
    }
}

/// A line on standard error. Failing to write it is not worth failing for.
pub(crate) fn notice(text: &str) {
    // A server's standard error may block.
    if crate::log::is_started() {
        return tracing::info!("{}", text.strip_prefix("orouter: ").unwrap_or(text));
    }
    let _ = writeln!(io::stderr(), "{}", dim(text));
}

/// What went wrong, on standard error.
pub(crate) fn complain(text: &str) {
    if crate::log::is_started() {
        crate::log::write_plain(&format!("orouter: {}", harmless(text)));
        return crate::log::flush();
    }
    let _ = writeln!(io::stderr(), "orouter: {}", harmless(text));
}

/// The text in the terminal's faint style, where standard error is a terminal with styles.
pub(crate) fn dim(text: &str) -> Cow<'_, str> {
    if styled() {
        Cow::Owned(format!("\x1b[2m{text}\x1b[0m"))
    } else {
        Cow::Borrowed(text)
    }
}

fn styled() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    io::stderr().is_terminal()
        && !set("NO_COLOR")
        && std::env::var_os("TERM").is_some_and(|term| term != "dumb")
}

/// The text without control characters other than line breaks and tabs, each shown as U+FFFD:
/// escape sequences could rewrite what is on the screen.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    let steers = |c: char| c.is_control() && c != '\n' && c != '\t';
    if text.contains(steers) {
        Cow::Owned(text.replace(steers, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The JSON with the control characters that JSON allows in strings, U+007F to U+009F, escaped:
/// the same value, and nothing that steers a terminal.
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
    use super::{escaped, harmless};

    #[test]
    fn json_is_the_same_value_without_what_steers_a_terminal() {
        let raw = "{\"a\": [\"\u{7f}\u{85}\u{9b}2J\u{a0}\u{e9}\"]}";
        let shown = escaped(raw);
        assert_eq!(shown, "{\"a\": [\"\\u007f\\u0085\\u009b2J\u{a0}\u{e9}\"]}");
        let value = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap();
        assert_eq!(value(&shown), value(raw));
        assert_eq!(escaped("{\n  \"a\": 1\n}"), "{\n  \"a\": 1\n}");
    }

    #[test]
    fn escape_sequences_do_not_reach_the_terminal() {
        assert_eq!(harmless("a\tb\nc é 🦀"), "a\tb\nc é 🦀");
        assert_eq!(
            harmless("\x1b]0;title\x07\r\u{9b}2J"),
            "\u{fffd}]0;title\u{fffd}\u{fffd}\u{fffd}2J"
        );
    }
}
