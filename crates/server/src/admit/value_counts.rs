//! Counts the values of a request before it is decoded, in one pass over the bytes and without
//! allocating values.
//!
//! A decoded `{}` is an item of about 300 bytes. Therefore the numbers of items, parts, tools and
//! other values are limited in addition to the size of the body. Text that is not JSON is skipped
//! here; the decoder reports its position.

use orouter_wire::{ContentPart, Item, Tool};

use super::member_names;
use crate::failure::{Failure, FailureKind};
use crate::request_limits::RequestLimits;

/// Approximate memory of a decoded value that is not an item, a part or a tool, in bytes.
const VALUE_BYTES: usize = 48;

/// Numbers of values in a request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ValueCounts {
    items: usize,
    parts: usize,
    tools: usize,
    models: usize,
    plugins: usize,
    unknown: usize,
    values: usize,
}

impl ValueCounts {
    /// Returns the approximate memory of the decoded values without their text, in bytes.
    pub(crate) fn decoded_bytes(&self) -> usize {
        self.items * size_of::<Item>()
            + self.parts * size_of::<ContentPart>()
            + self.tools * size_of::<Tool>()
            + self.values * VALUE_BYTES
    }
}

/// The kind of a container: an object or a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Container {
    Root,
    /// `input`, whose elements are items.
    Items,
    /// An item or a part. Its lists contain parts, except for `tools`.
    Item,
    Parts,
    Tools,
    Tool,
    Models,
    Plugins,
    Plugin,
    /// A container within another top-level member.
    Member,
    /// A schema or another container that is kept as text.
    Text,
}

/// Counts the values of `body`.
///
/// # Errors
/// A 400 that names the member and the limit, if a limit is exceeded.
pub(crate) fn count(body: &[u8], limits: &RequestLimits) -> Result<ValueCounts, Failure> {
    Counter {
        bytes: body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body),
        at: 0,
        limits,
        counts: ValueCounts::default(),
        open: Vec::with_capacity(32),
        member: "",
        member_values: 0,
    }
    .run()
}

/// Returns the name without escapes; `None` if it has no escapes, or if it is longer than every
/// known name.
fn unescaped(name: &[u8]) -> Option<String> {
    if name.len() > 256 || !name.contains(&b'\\') {
        return None;
    }
    serde_json::from_slice(&[b"\"", name, b"\""].concat()).ok()
}

/// An open container, and the number of its members or elements.
struct Open {
    kind: Container,
    object: bool,
    length: usize,
    /// The kind of the next value, if it is a container. Set by the name before the value.
    next: Container,
}

struct Counter<'a> {
    bytes: &'a [u8],
    at: usize,
    limits: &'a RequestLimits,
    counts: ValueCounts,
    open: Vec<Open>,
    /// The top-level member at the cursor; empty if the API does not define it.
    member: &'static str,
    member_values: usize,
}

impl Counter<'_> {
    fn run(mut self) -> Result<ValueCounts, Failure> {
        loop {
            let Some(byte) = self.next() else {
                return Ok(self.counts);
            };
            match byte {
                b'{' | b'[' => {
                    let kind = self.value(byte)?;
                    if self.open.len() >= self.limits.depth {
                        return Err(
                            self.past("levels of nested objects and lists", self.limits.depth)
                        );
                    }
                    self.open.push(Open {
                        kind,
                        object: byte == b'{',
                        length: 0,
                        next: Container::Text,
                    });
                }
                b'}' | b']' => {
                    self.open.pop();
                }
                b'"' => {
                    let from = self.at;
                    let Some(to) = self.string_end() else {
                        return Ok(self.counts);
                    };
                    if self.open.last().is_some_and(|open| open.object) && self.colon() {
                        self.name(from, to)?;
                    } else {
                        self.value(byte)?;
                        self.string(to - from)?;
                    }
                }
                b',' => {}
                _ => {
                    self.value(byte)?;
                    self.scalar_end();
                }
            }
        }
    }

    /// Returns the next byte that is not white space and moves the cursor past it.
    fn next(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
        }
    }

    /// Moves the cursor past a string's closing quote and returns the position of that quote.
    fn string_end(&mut self) -> Option<usize> {
        loop {
            let rest = self.bytes.get(self.at..)?;
            let found = memchr::memchr2(b'"', b'\\', rest)?;
            let at = self.at + found;
            if self.bytes.get(at) == Some(&b'"') {
                self.at = at + 1;
                return Some(at);
            }
            self.at = at + 2;
        }
    }

    /// Moves the cursor to the end of a number or a literal.
    fn scalar_end(&mut self) {
        while let Some(byte) = self.bytes.get(self.at) {
            if matches!(
                byte,
                b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t' | b'"' | b'[' | b'{'
            ) {
                return;
            }
            self.at += 1;
        }
    }

    /// Skips a colon, if it comes next, and returns `true` if it did.
    fn colon(&mut self) -> bool {
        let before = self.at;
        let found = self.next() == Some(b':');
        if !found {
            self.at = before;
        }
        found
    }

    /// Handles the name of a member, whose text is `from..to`.
    fn name(&mut self, from: usize, to: usize) -> Result<(), Failure> {
        let name = self.bytes.get(from..to).unwrap_or_default();
        let plain = unescaped(name);
        let name = plain.as_deref().map_or(name, str::as_bytes);
        let Some(open) = self.open.last_mut() else {
            return Ok(());
        };
        open.length += 1;
        let (kind, length) = (open.kind, open.length);
        open.next = match kind {
            Container::Root => {
                self.member_values = 0;
                self.member = member_names::find(name).unwrap_or_default();
                match self.member {
                    "input" => Container::Items,
                    "tools" => Container::Tools,
                    "models" => Container::Models,
                    "plugins" => Container::Plugins,
                    "" | "text" | "instructions" | "prompt" => Container::Text,
                    _ => Container::Member,
                }
            }
            Container::Item if name == b"tools" => Container::Tools,
            Container::Item => Container::Parts,
            Container::Tool if name == b"tools" => Container::Tools,
            Container::Tool | Container::Text => Container::Text,
            Container::Plugin | Container::Member => Container::Member,
            Container::Items
            | Container::Parts
            | Container::Tools
            | Container::Models
            | Container::Plugins => Container::Text,
        };
        match kind {
            Container::Root if self.member.is_empty() => {
                self.counts.unknown += 1;
                self.at_most(
                    self.counts.unknown,
                    self.limits.unknown_members,
                    "members that the API does not define",
                )?;
                self.at_most(length, self.limits.members, "members")
            }
            Container::Root | Container::Item | Container::Tool | Container::Plugin => {
                self.at_most(length, self.limits.members, "members of one object")
            }
            _ => Ok(()),
        }
    }

    /// Counts a value that begins with this byte. Returns its kind, if it is a container.
    fn value(&mut self, byte: u8) -> Result<Container, Failure> {
        self.counts.values += 1;
        self.at_most(self.counts.values, self.limits.values, "JSON values")?;
        let Some(open) = self.open.last_mut() else {
            return Ok(if byte == b'{' {
                Container::Root
            } else {
                Container::Text
            });
        };
        let list = byte == b'[';
        let kind = if open.object {
            match std::mem::replace(&mut open.next, Container::Text) {
                Container::Items | Container::Tools | Container::Models | Container::Plugins
                    if !list =>
                {
                    Container::Text
                }
                // An object in an item, such as the audio of a part, counts as a part.
                Container::Parts if !list => Container::Item,
                kind => kind,
            }
        } else {
            self.element()?
        };
        if kind == Container::Member
            || self
                .open
                .last()
                .is_some_and(|open| open.kind == Container::Member)
        {
            self.member_values += 1;
            self.at_most(self.member_values, self.limits.member_values, "values")?;
        }
        Ok(kind)
    }

    /// Counts an element of a list.
    fn element(&mut self) -> Result<Container, Failure> {
        let Some(open) = self.open.last() else {
            return Ok(Container::Text);
        };
        match open.kind {
            Container::Items => {
                self.counts.items += 1;
                self.at_most(self.counts.items, self.limits.items, "items")?;
                Ok(Container::Item)
            }
            Container::Parts => {
                self.counts.parts += 1;
                self.at_most(self.counts.parts, self.limits.parts, "parts")?;
                Ok(Container::Item)
            }
            Container::Tools => {
                self.counts.tools += 1;
                self.at_most(self.counts.tools, self.limits.tools, "tools")?;
                Ok(Container::Tool)
            }
            Container::Models => {
                self.counts.models += 1;
                self.at_most(self.counts.models, self.limits.models, "names")?;
                Ok(Container::Member)
            }
            Container::Plugins => {
                self.counts.plugins += 1;
                self.at_most(self.counts.plugins, self.limits.plugins, "plugins")?;
                Ok(Container::Plugin)
            }
            // A list in a list of parts, such as a path. Its elements count as parts.
            Container::Item => Ok(Container::Item),
            Container::Member => Ok(Container::Member),
            Container::Root | Container::Tool | Container::Plugin | Container::Text => {
                Ok(Container::Text)
            }
        }
    }

    /// Checks the length of a string within a top-level member.
    fn string(&self, length: usize) -> Result<(), Failure> {
        let limited = match self.open.last().map(|open| open.kind) {
            // The member is the string.
            Some(Container::Root) => !matches!(
                self.member,
                "" | "input" | "instructions" | "text" | "prompt"
            ),
            Some(Container::Member | Container::Models | Container::Plugin) => true,
            _ => false,
        };
        let (member, limit) = match self.member {
            member @ ("model" | "models") => (member, self.limits.model_name),
            member => (member, self.limits.member_string),
        };
        if limited && length > limit {
            return Err(Failure::invalid(
                member,
                format!(
                    "`{member}` contains a string of more than {limit} bytes, this server's limit"
                ),
            ));
        }
        Ok(())
    }

    fn at_most(&self, count: usize, limit: usize, values: &str) -> Result<(), Failure> {
        if count > limit {
            Err(self.past(values, limit))
        } else {
            Ok(())
        }
    }

    /// Returns the failure of a request that exceeds a limit of `values`.
    fn past(&self, values: &str, limit: usize) -> Failure {
        let message = format!("more than {limit} {values}, this server's limit");
        match self.member {
            "" => Failure::new(
                FailureKind::InvalidRequest,
                format!("the request has {message}"),
            ),
            member => Failure::invalid(member, format!("`{member}` has {message}")),
        }
    }
}
