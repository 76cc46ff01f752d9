//! [`ConfigMessage`] and [`ConfigErrors`]: the mistakes in a configuration, with their places.

use std::fmt;

/// A fact about a configuration file, with its place: a mistake or a warning.
///
/// Shown as `orouter.toml:12:5: providers.openai.base_url: has no scheme`. It never contains a
/// secret, and it is one line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigMessage {
    /// Name of the file as it was given; for the environment, the name of the variable.
    pub source: String,
    /// Line, from 1, and column in characters, from 1. `None` if the message concerns the whole
    /// source.
    pub place: Option<(usize, usize)>,
    /// Path of the member: `providers.openai.base_url`. Empty if the message concerns no member.
    pub member: String,
    /// The problem and its solution.
    pub text: String,
}

impl ConfigMessage {
    /// Creates a message. `place` is the line and the column, and `member` may be empty.
    #[must_use]
    pub fn new(
        source: impl Into<String>,
        place: Option<(usize, usize)>,
        member: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            source: source.into(),
            place,
            member: member.into(),
            text: text.into(),
        }
    }

    /// Creates a message about a whole file or variable.
    pub(super) fn of_source(source: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            place: None,
            member: String::new(),
            text: text.into(),
        }
    }
}

impl fmt::Display for ConfigMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.source)?;
        if let Some((line, column)) = self.place {
            write!(f, "{line}:{column}:")?;
        }
        if !self.member.is_empty() {
            write!(f, " {}:", self.member)?;
        }
        write!(f, " {}", self.text)
    }
}

/// The mistakes in a configuration, in the order of their places. `Display` shows one a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigErrors {
    /// The mistakes; at least one.
    pub mistakes: Vec<ConfigMessage>,
    /// Facts that are no mistakes.
    pub warnings: Vec<ConfigMessage>,
}

impl ConfigErrors {
    /// Creates the error of a source with one mistake that concerns all of it.
    pub(super) fn of_source(source: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            mistakes: vec![ConfigMessage::of_source(source, text)],
            warnings: Vec::new(),
        }
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}
