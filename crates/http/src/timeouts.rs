//! `Timeouts`: the time limits of a call, and `TimeoutKind`: the one that passed.

use std::{fmt, time::Duration};

/// Default limit on making a connection.
pub(crate) const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Default limit on the wait for the response head.
const DEFAULT_FIRST_BYTE_TIMEOUT: Duration = Duration::from_secs(300);
/// Default limit on silence while the body is read.
const DEFAULT_IDLE_TIMEOUT: Duration = Duration::from_secs(120);

/// The time limits of a call.
///
/// A model may think for minutes before the first byte and write for an hour after it. By default the
/// limits therefore apply to silence, and the whole call has none.
///
/// | Limit | Default | Starts | Ends |
/// |---|---|---|---|
/// | [`connect`](Self::connect) | 10 s | when a new connection is needed | when the connection is made, TLS included |
/// | [`first_byte`](Self::first_byte) | 300 s | when an attempt starts | with the response head, after redirects |
/// | [`idle`](Self::idle) | 120 s | with the first wait for the body, and again after every byte | at the end of the body |
/// | [`event_idle`](Self::event_idle) | none | with the first wait for an event of a stream, and again after every event | with the last event |
/// | [`total`](Self::total) | none | with the call; includes retries and the waits between them | at the end of the body |
///
/// For `idle`, every byte ends a silence, also the bytes of a stream's keep-alive comments; for
/// `event_idle`, only an event does. Time in which the caller does not wait for the body is not silence. `None` and zero turn a limit off. A limit that the call does
/// not set is taken from the client, then from the default.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use orouter_http::Timeouts;
///
/// let patient = Timeouts::default().first_byte(Duration::from_secs(900)).idle(None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    connect: Setting,
    first_byte: Setting,
    idle: Setting,
    event_idle: Setting,
    total: Setting,
}

/// `None`: not set. `Some(None)`: no limit.
type Setting = Option<Option<Duration>>;

impl Timeouts {
    /// Returns timeouts with all limits turned off.
    #[must_use]
    pub const fn none() -> Self {
        const OFF: Setting = Some(None);
        Self {
            connect: OFF,
            first_byte: OFF,
            idle: OFF,
            event_idle: OFF,
            total: OFF,
        }
    }

    /// Limits making a connection: name lookup, TCP and TLS. Default 10 s.
    #[must_use]
    pub fn connect(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.connect = Some(limit.into());
        self
    }

    /// Limits the wait for the response head, for each attempt. Default 300 s.
    #[must_use]
    pub fn first_byte(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.first_byte = Some(limit.into());
        self
    }

    /// Limits the silence between two reads of the body. Default 120 s.
    #[must_use]
    pub fn idle(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.idle = Some(limit.into());
        self
    }

    /// Limits the time between two events of a stream. Comments and keep-alive events (`keepalive`,
    /// `ping`, `response.keep_alive`) do not count as events. Default: none.
    ///
    /// For servers that keep a stream alive while the model hangs. Some models think for minutes
    /// without an event, so choose a limit well above that.
    #[must_use]
    pub fn event_idle(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.event_idle = Some(limit.into());
        self
    }

    /// Limits the whole call: retries, the waits between them, and reading the body. Default: none.
    #[doc(alias = "timeoutMs")]
    #[must_use]
    pub fn total(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.total = Some(limit.into());
        self
    }

    /// Returns the limit of [`connect`](Self::connect): `None` if it is not set, `Some(None)` if it is
    /// turned off.
    #[must_use]
    pub fn get_connect(&self) -> Option<Option<Duration>> {
        self.connect
    }

    /// Returns the limit of [`first_byte`](Self::first_byte), in the form of
    /// [`get_connect`](Self::get_connect).
    #[must_use]
    pub fn get_first_byte(&self) -> Option<Option<Duration>> {
        self.first_byte
    }

    /// Returns the limit of [`idle`](Self::idle), in the form of [`get_connect`](Self::get_connect).
    #[must_use]
    pub fn get_idle(&self) -> Option<Option<Duration>> {
        self.idle
    }

    /// Returns the limit of [`event_idle`](Self::event_idle), in the form of
    /// [`get_connect`](Self::get_connect).
    #[must_use]
    pub fn get_event_idle(&self) -> Option<Option<Duration>> {
        self.event_idle
    }

    /// Returns the limit of [`total`](Self::total), in the form of [`get_connect`](Self::get_connect).
    #[must_use]
    pub fn get_total(&self) -> Option<Option<Duration>> {
        self.total
    }

    /// Returns these limits, and those of `below` where this value sets none.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        Self {
            connect: self.connect.or(below.connect),
            first_byte: self.first_byte.or(below.first_byte),
            idle: self.idle.or(below.idle),
            event_idle: self.event_idle.or(below.event_idle),
            total: self.total.or(below.total),
        }
    }
}

/// The limits that hold for one call. `None` is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EffectiveTimeouts {
    /// The limit on making a connection.
    pub connect: Option<Duration>,
    /// The limit on the wait for the response head, for each attempt.
    pub first_byte: Option<Duration>,
    /// The limit on silence while the body is read.
    pub idle: Option<Duration>,
    /// The limit on the time between two events of a stream.
    pub event_idle: Option<Duration>,
    /// The limit on the whole call.
    pub total: Option<Duration>,
}

impl EffectiveTimeouts {
    /// Merges the limits of a call with those of its client and the defaults.
    #[must_use]
    pub fn new(call: &Timeouts, client: &Timeouts) -> Self {
        let set = call.over(*client);
        let pick = |setting: Setting, default: Option<Duration>| {
            setting.unwrap_or(default).filter(|limit| !limit.is_zero())
        };
        Self {
            connect: pick(set.connect, Some(DEFAULT_CONNECT_TIMEOUT)),
            first_byte: pick(set.first_byte, Some(DEFAULT_FIRST_BYTE_TIMEOUT)),
            idle: pick(set.idle, Some(DEFAULT_IDLE_TIMEOUT)),
            event_idle: pick(set.event_idle, None),
            total: pick(set.total, None),
        }
    }
}

/// The limit of [`Timeouts`] that passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeoutKind {
    /// No connection was made in time. The request was not sent.
    Connect,
    /// No response head arrived in time. The request may be running.
    FirstByte,
    /// No byte of the body arrived in time.
    Idle,
    /// No event of the stream arrived in time, although its connection may be alive.
    EventIdle,
    /// The whole call took too long.
    Total,
}

impl fmt::Display for TimeoutKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connect",
            Self::FirstByte => "first-byte",
            Self::Idle => "idle",
            Self::EventIdle => "event-idle",
            Self::Total => "total",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_falls_through_on_its_own() {
        let second = Duration::from_secs(1);
        let client = Timeouts::default().idle(second).total(second * 9);
        let call = Timeouts::default().first_byte(second * 2).total(None);
        let limits = EffectiveTimeouts::new(&call, &client);
        assert_eq!(limits.connect, Some(DEFAULT_CONNECT_TIMEOUT));
        assert_eq!(limits.first_byte, Some(second * 2));
        assert_eq!(limits.idle, Some(second));
        assert_eq!(limits.event_idle, None);
        assert_eq!(limits.total, None);
    }

    #[test]
    fn zero_and_none_switch_off() {
        let off = EffectiveTimeouts {
            connect: None,
            first_byte: None,
            idle: None,
            event_idle: None,
            total: None,
        };
        assert_eq!(
            EffectiveTimeouts::new(&Timeouts::none(), &Timeouts::default()),
            off
        );
        let zero = Timeouts::none().idle(Duration::ZERO);
        assert_eq!(EffectiveTimeouts::new(&zero, &Timeouts::default()), off);
    }
}
