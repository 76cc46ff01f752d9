//! [`Reader`]: collects the mistakes of a configuration file, and reads what the file refers to.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use super::source::Source;
use crate::config::message::ConfigMessage;

/// Returns the value of an environment variable.
pub(super) type Variables<'v> = &'v dyn Fn(&str) -> Option<String>;

/// Collects the mistakes of a configuration file, and reads what the file refers to.
pub(super) struct Reader<'t> {
    pub(super) source: Source<'t>,
    variables: Variables<'t>,
    /// The folder of the file: relative paths in it start there.
    folder: PathBuf,
    mistakes: RefCell<Vec<Found>>,
    warnings: RefCell<Vec<Found>>,
}

/// A message and the offset of its place.
struct Found {
    at: usize,
    kind: Kind,
    message: ConfigMessage,
}

/// The kind of a mistake.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Syntax,
    /// Probably a consequence of a syntax error, if the file has one.
    Doubtful,
    Other,
}

impl<'t> Reader<'t> {
    pub(super) fn new(path: &Path, text: &'t str, variables: Variables<'t>) -> Self {
        Self {
            source: Source::new(path.display().to_string(), text),
            variables,
            folder: path.parent().map(Path::to_path_buf).unwrap_or_default(),
            mistakes: RefCell::default(),
            warnings: RefCell::default(),
        }
    }

    /// Returns the value of an environment variable.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        (self.variables)(name)
    }

    /// Returns the path that the file means by `path`.
    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// Reports an error of the TOML parser.
    pub(super) fn syntax(&self, at: usize, text: String) {
        self.add(&self.mistakes, at, Kind::Syntax, String::new(), text);
    }

    /// Reports a member that is missing, or a key in the wrong table. A syntax error can be the cause.
    pub(super) fn doubtful(&self, at: usize, member: String, text: String) {
        self.add(&self.mistakes, at, Kind::Doubtful, member, text);
    }

    /// Reports a mistake.
    pub(super) fn mistake(&self, at: usize, member: String, text: String) {
        self.add(&self.mistakes, at, Kind::Other, member, text);
    }

    /// Reports a fact that is no mistake.
    pub(super) fn warning(&self, at: usize, member: String, text: String) {
        self.add(&self.warnings, at, Kind::Other, member, text);
    }

    fn add(&self, to: &RefCell<Vec<Found>>, at: usize, kind: Kind, member: String, text: String) {
        let message = ConfigMessage {
            source: self.source.name.clone(),
            place: Some(self.source.place(at)),
            member,
            text,
        };
        to.borrow_mut().push(Found { at, kind, message });
    }

    /// Returns line and column of a byte, for a message about another place.
    pub(super) fn place(&self, at: usize) -> String {
        let (line, column) = self.source.place(at);
        format!("{line}:{column}")
    }

    /// Returns the mistakes and the warnings, each in the order of their places.
    pub(super) fn finish(self) -> (Vec<ConfigMessage>, Vec<ConfigMessage>) {
        let mut mistakes = self.mistakes.into_inner();
        let line = |found: &Found| found.message.place.map(|(line, _)| line);
        let mut broken: Vec<Option<usize>> = Vec::new();
        let syntax = |found: &Found| found.kind == Kind::Syntax;
        if mistakes.iter().any(syntax) {
            // The rest of a broken line, and what a broken line might have set, would be
            // reported twice.
            mistakes.sort_by_key(|found| (!syntax(found), found.at));
            mistakes.retain(|found| {
                let kept = found.kind != Kind::Doubtful && !broken.contains(&line(found));
                if kept && syntax(found) {
                    broken.push(line(found));
                }
                kept
            });
        }
        (sorted(mistakes), sorted(self.warnings.into_inner()))
    }
}

fn sorted(mut found: Vec<Found>) -> Vec<ConfigMessage> {
    found.sort_by_key(|found| found.at);
    let mut messages: Vec<_> = found.into_iter().map(|found| found.message).collect();
    messages.dedup();
    messages
}
