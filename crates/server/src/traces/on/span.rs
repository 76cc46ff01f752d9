//! [`Span`]: a span, its attributes and its times.

use std::borrow::Cow;
use std::time::{Instant, SystemTime};

use super::context::TraceContext;
use crate::metrics::ErrorType;

/// The kind of a span, with its number in OTLP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Internal = 1,
    Server = 2,
    Client = 3,
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(Cow<'static, str>),
    Int(i64),
    Float(f64),
    Bool(bool),
    Texts(Vec<Cow<'static, str>>),
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u16> for Value {
    fn from(number: u16) -> Self {
        Self::Int(number.into())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

/// Attributes of a span or of the resource.
pub(super) type Attributes = Vec<(Cow<'static, str>, Value)>;

/// The clock of a trace: the spans of a request begin and end in the order in which they do,
/// also if the clock of the system is set meanwhile.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    /// Nanoseconds since 1970.
    wall: u64,
    at: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Self {
            wall: nanoseconds(wall.unwrap_or_default().as_nanos()),
            at: Instant::now(),
        }
    }

    /// Returns the time, in nanoseconds since 1970.
    fn now(self) -> u64 {
        let elapsed = nanoseconds(self.at.elapsed().as_nanos());
        self.wall.saturating_add(elapsed)
    }
}

fn nanoseconds(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// A span that is recorded.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) context: TraceContext,
    /// The span that this one is a child of.
    pub(super) parent: Option<u64>,
    /// `true` if the parent is a span of the client.
    pub(super) remote: bool,
    pub(super) clock: Clock,
    /// Nanoseconds since 1970.
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) attributes: Attributes,
    pub(super) failed: bool,
}

impl Span {
    /// Starts a span.
    pub(super) fn start(name: String, kind: Kind, context: TraceContext, clock: Clock) -> Self {
        let now = clock.now();
        Self {
            name,
            kind,
            context,
            parent: None,
            remote: false,
            clock,
            start: now,
            end: now,
            attributes: Vec::with_capacity(16),
            failed: false,
        }
    }

    /// Sets an attribute that is not set yet.
    pub(super) fn set(&mut self, name: &'static str, value: impl Into<Value>) {
        self.attributes.push((Cow::Borrowed(name), value.into()));
    }

    /// Marks the span as failed. The status has no description: messages may quote content.
    pub(super) fn fail(&mut self, error: String) {
        self.set("error.type", error);
        self.failed = true;
    }

    /// Sets the end. `error` is the reason if what the span stands for did not succeed.
    pub(super) fn end(&mut self, error: Option<&ErrorType>) {
        if let Some(error) = error {
            self.fail(error.as_str().to_owned());
        }
        self.end = self.clock.now();
    }

    /// Returns the time since the start, in seconds.
    pub(super) fn elapsed(&self) -> f64 {
        self.clock.now().saturating_sub(self.start) as f64 / 1e9
    }

    /// Returns the approximate memory that the span takes, in bytes.
    pub(super) fn size(&self) -> usize {
        let of = |value: &Value| match value {
            Value::Text(text) => text.len(),
            Value::Texts(texts) => texts.iter().map(|text| text.len()).sum(),
            Value::Int(_) | Value::Float(_) | Value::Bool(_) => 0,
        };
        let texts: usize = self.attributes.iter().map(|(_, value)| of(value)).sum();
        let slots = self.attributes.capacity() * size_of::<(Cow<'static, str>, Value)>();
        let own = self.name.len() + self.context.state.len();
        size_of::<Self>() + slots + texts + own
    }
}
