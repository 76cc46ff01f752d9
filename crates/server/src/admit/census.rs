//! Counts the values of a request before it is decoded: one pass over the bytes, nothing built.
//!
//! Decoded, `{}` is an item of some 300 bytes, so the numbers of items, parts, tools and the like
//! are limited, not only the body's size. Text that is not JSON is passed over here; the decoder
//! reports it with its place.

use orouter_wire::{ContentPart, Item, Tool};

use super::members;
use crate::failure::Failure;
use crate::request_limits::RequestLimits;

/// Approximate memory of a value that has no type of its own here, such as a member that is kept
/// as text, in bytes.
const VALUE_BYTES: usize = 48;

/// Numbers of values in a request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Census {
    items: usize,
    parts: usize,
    tools: usize,
    models: usize,
    plugins: usize,
    unknown: usize,
    values: usize,
}

impl Census {
    /// Approximate memory of the decoded values, beyond the text that they hold, in bytes.
    pub(crate) fn decoded_bytes(&self) -> usize {
        self.items * size_of::<Item>()
            + self.parts * size_of::<ContentPart>()
            + self.tools * size_of::<Tool>()
            + self.values * VALUE_BYTES
    }
}

/// The container whose elements or members come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Root,
    /// `input`, whose elements are items.
    Items,
    /// An item or a part of one: its lists hold parts, but for `tools`.
    Item,
    Parts,
    Tools,
    Tool,
    Models,
    Plugins,
    Plugin,
    /// Within another top-level member.
    Member,
    /// A schema or anything else that is kept as text.
    Text,
}

/// What a name at the top level or in an item leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    Into(Place),
    Leaf,
}

/// Counts the values of `body`.
///
/// # Errors
/// When a limit is exceeded, with the member and the limit.
pub(crate) fn count(body: &[u8], limits: &RequestLimits) -> Result<Census, Failure> {
    Counter {
        bytes: body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body),
        at: 0,
        limits,
        census: Census::default(),
        open: Vec::with_capacity(32),
        member: "",
        member_values: 0,
    }
    .run()
}

/// The name that this text with escapes stands for; `None` where there are none, or where it is longer
/// than any name that matters.
fn unescaped(name: &[u8]) -> Option<String> {
    if name.len() > 256 || !name.contains(&b'\\') {
        return None;
    }
    serde_json::from_slice(&[b"\"", name, b"\""].concat()).ok()
}

/// An open container, and the number of its members or elements.
struct Open {
    place: Place,
    object: bool,
    length: usize,
    /// What the name before the next value leads to.
    lead: Lead,
}

struct Counter<'a> {
    bytes: &'a [u8],
    at: usize,
    limits: &'a RequestLimits,
    census: Census,
    open: Vec<Open>,
    /// The top-level member under the cursor; empty where the API does not define it.
    member: &'static str,
    member_values: usize,
}

impl Counter<'_> {
    fn run(mut self) -> Result<Census, Failure> {
        loop {
            let Some(byte) = self.next() else {
                return Ok(self.census);
            };
            match byte {
                b'{' | b'[' => {
                    let place = self.value(byte)?;
                    if self.open.len() >= self.limits.depth {
                        return Err(self.past("objects and lists in each other", self.limits.depth));
                    }
                    self.open.push(Open {
                        place,
                        object: byte == b'{',
                        length: 0,
                        lead: Lead::Leaf,
                    });
                }
                b'}' | b']' => {
                    self.open.pop();
                }
                b'"' => {
                    let from = self.at;
                    let Some(to) = self.string_end() else {
                        return Ok(self.census);
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

    /// The next byte that is not white space, with the cursor behind it.
    fn next(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
        }
    }

    /// Moves behind a string's closing quote and gives the place of that quote.
    fn string_end(&mut self) -> Option<usize> {
        loop {
            let rest = self.bytes.get(self.at..)?;
            let found = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
            let at = self.at + found;
            if self.bytes.get(at) == Some(&b'"') {
                self.at = at + 1;
                return Some(at);
            }
            self.at = at + 2;
        }
    }

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

    /// Takes a colon, if it comes next.
    fn colon(&mut self) -> bool {
        let before = self.at;
        let found = self.next() == Some(b':');
        if !found {
            self.at = before;
        }
        found
    }

    /// Takes the name of a member, whose text is at these places.
    fn name(&mut self, from: usize, to: usize) -> Result<(), Failure> {
        let name = self.bytes.get(from..to).unwrap_or_default();
        let plain = unescaped(name);
        let name = plain.as_deref().map_or(name, str::as_bytes);
        let Some(open) = self.open.last_mut() else {
            return Ok(());
        };
        open.length += 1;
        let (place, length) = (open.place, open.length);
        open.lead = match place {
            Place::Root => {
                self.member_values = 0;
                self.member = members::name(name).unwrap_or_default();
                Lead::Into(match self.member {
                    "input" => Place::Items,
                    "tools" => Place::Tools,
                    "models" => Place::Models,
                    "plugins" => Place::Plugins,
                    "" | "text" | "instructions" | "prompt" => Place::Text,
                    _ => Place::Member,
                })
            }
            Place::Item if name == b"tools" => Lead::Into(Place::Tools),
            Place::Item => Lead::Into(Place::Parts),
            Place::Tool if name == b"tools" => Lead::Into(Place::Tools),
            Place::Tool | Place::Text => Lead::Into(Place::Text),
            Place::Plugin | Place::Member => Lead::Into(Place::Member),
            Place::Items | Place::Parts | Place::Tools | Place::Models | Place::Plugins => {
                Lead::Leaf
            }
        };
        match place {
            Place::Root if self.member.is_empty() => {
                self.census.unknown += 1;
                self.at_most(
                    self.census.unknown,
                    self.limits.unknown_members,
                    "members that the API does not define",
                )?;
                self.at_most(length, self.limits.members, "members")
            }
            Place::Root | Place::Item | Place::Tool | Place::Plugin => {
                self.at_most(length, self.limits.members, "members of one object")
            }
            _ => Ok(()),
        }
    }

    /// Counts a value that begins with this byte, and gives the place that it is, if it is a
    /// container.
    fn value(&mut self, byte: u8) -> Result<Place, Failure> {
        self.census.values += 1;
        self.at_most(self.census.values, self.limits.values, "JSON values")?;
        let Some(open) = self.open.last_mut() else {
            return Ok(if byte == b'{' {
                Place::Root
            } else {
                Place::Text
            });
        };
        let list = byte == b'[';
        let place = if open.object {
            match std::mem::replace(&mut open.lead, Lead::Leaf) {
                Lead::Into(Place::Items | Place::Tools | Place::Models | Place::Plugins)
                    if !list =>
                {
                    Place::Text
                }
                // An object in an item, such as the audio of a part, is like a part.
                Lead::Into(Place::Parts) if !list => Place::Item,
                Lead::Into(place) => place,
                Lead::Leaf => Place::Text,
            }
        } else {
            self.element()?
        };
        if place == Place::Member
            || self
                .open
                .last()
                .is_some_and(|open| open.place == Place::Member)
        {
            self.member_values += 1;
            self.at_most(self.member_values, self.limits.member_values, "values")?;
        }
        Ok(place)
    }

    /// Counts an element of a list.
    fn element(&mut self) -> Result<Place, Failure> {
        let Some(open) = self.open.last() else {
            return Ok(Place::Text);
        };
        match open.place {
            Place::Items => {
                self.census.items += 1;
                self.at_most(self.census.items, self.limits.items, "items")?;
                Ok(Place::Item)
            }
            Place::Parts => {
                self.census.parts += 1;
                self.at_most(self.census.parts, self.limits.parts, "parts")?;
                Ok(Place::Item)
            }
            Place::Tools => {
                self.census.tools += 1;
                self.at_most(self.census.tools, self.limits.tools, "tools")?;
                Ok(Place::Tool)
            }
            Place::Models => {
                self.census.models += 1;
                self.at_most(self.census.models, self.limits.models, "names")?;
                Ok(Place::Member)
            }
            Place::Plugins => {
                self.census.plugins += 1;
                self.at_most(self.census.plugins, self.limits.plugins, "plugins")?;
                Ok(Place::Plugin)
            }
            // A list in a list of parts, such as that of a path: its elements are parts as well.
            Place::Item => Ok(Place::Item),
            Place::Member => Ok(Place::Member),
            Place::Root | Place::Tool | Place::Plugin | Place::Text => Ok(Place::Text),
        }
    }

    /// Checks the length of a string within a top-level member.
    fn string(&self, length: usize) -> Result<(), Failure> {
        let limited = match self.open.last().map(|open| open.place) {
            // The member itself is the string.
            Some(Place::Root) => !matches!(
                self.member,
                "" | "input" | "instructions" | "text" | "prompt"
            ),
            Some(Place::Member | Place::Models | Place::Plugin) => true,
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

    fn at_most(&self, count: usize, limit: usize, what: &str) -> Result<(), Failure> {
        if count > limit {
            Err(self.past(what, limit))
        } else {
            Ok(())
        }
    }

    fn past(&self, what: &str, limit: usize) -> Failure {
        let message = format!("more than {limit} {what}, this server's limit");
        match self.member {
            "" => Failure::new(
                crate::failure::FailureKind::InvalidRequest,
                format!("the request has {message}"),
            ),
            member => Failure::invalid(member, format!("`{member}` has {message}")),
        }
    }
}
