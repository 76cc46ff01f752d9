//! [`TraceContext`]: the place of a span in its trace, and its form in the headers `traceparent` and
//! `tracestate` of the W3C.

use http::{HeaderMap, HeaderName, HeaderValue};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// The length of `traceparent` in version 00, in bytes.
const LENGTH: usize = 55;

/// The length of a `tracestate` that everyone must pass on, in bytes.
const MAX_STATE: usize = 512;

/// The identifiers of a span and of its trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TraceContext {
    pub(super) trace: u128,
    pub(super) span: u64,
    /// `true` if the trace is recorded.
    pub(super) sampled: bool,
    /// The text of `tracestate`; empty without one.
    pub(super) state: String,
}

impl TraceContext {
    /// Creates the context of a trace's first span.
    pub(super) fn root(sampled: impl FnOnce(u128) -> bool) -> Self {
        let trace = fastrand::u128(1..);
        Self {
            trace,
            span: new_span(),
            sampled: sampled(trace),
            state: String::new(),
        }
    }

    /// Creates the context of a span in the same trace.
    pub(super) fn child(&self) -> Self {
        Self {
            span: new_span(),
            ..self.clone()
        }
    }

    /// Reads the context of a client. `None` if it has none, or one that is not valid.
    pub(super) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(TRACEPARENT).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return None;
        };
        let (trace, span, sampled) = parse(value.to_str().ok()?)?;
        Some(Self {
            trace,
            span,
            sampled,
            state: state(headers),
        })
    }

    /// Returns the headers for an upstream.
    pub(super) fn to_headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let flags = u8::from(self.sampled);
        let value = format!("00-{:032x}-{:016x}-{flags:02x}", self.trace, self.span);
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(TRACEPARENT, value);
        }
        if !self.state.is_empty()
            && let Ok(value) = HeaderValue::from_str(&self.state)
        {
            headers.insert(TRACESTATE, value);
        }
        headers
    }
}

fn new_span() -> u64 {
    fastrand::u64(1..)
}

/// Reads trace, span and the flag "sampled". Later versions may have more members at the end.
fn parse(text: &str) -> Option<(u128, u64, bool)> {
    let later = text
        .as_bytes()
        .get(LENGTH)
        .is_some_and(|byte| *byte == b'-');
    let mut parts = text.get(..LENGTH)?.split('-');
    let mut hex = |length: usize| {
        let part = parts.next().filter(|part| part.len() == length)?;
        let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let valid = part.bytes().all(lower);
        u128::from_str_radix(part, 16).ok().filter(|_| valid)
    };
    let (version, trace, span, flags) = (hex(2)?, hex(32)?, hex(16)?, hex(2)?);
    let fits = match version {
        0 => text.len() == LENGTH,
        0xff => false,
        _ => text.len() == LENGTH || later,
    };
    let span = u64::try_from(span).ok()?;
    (fits && trace != 0 && span != 0).then_some((trace, span, flags & 1 == 1))
}

/// Returns the members of all `tracestate` headers. Empty if they are too long or have characters
/// that are not allowed.
fn state(headers: &HeaderMap) -> String {
    let mut state = String::new();
    for value in headers.get_all(TRACESTATE) {
        let Ok(text) = value.to_str() else {
            return String::new();
        };
        if !state.is_empty() {
            state.push(',');
        }
        state.push_str(text.trim());
    }
    match state.len() <= MAX_STATE {
        true => state,
        false => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn of(pairs: &[(&'static str, &str)]) -> Option<TraceContext> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        TraceContext::from_headers(&headers)
    }

    fn parent(value: &str) -> Option<TraceContext> {
        of(&[("traceparent", value)])
    }

    #[test]
    fn a_valid_parent_is_read_and_its_child_written() {
        let context = of(&[
            ("traceparent", PARENT),
            ("tracestate", "a=1"),
            ("tracestate", "b=2"),
        ]);
        let child = context.unwrap().child();
        assert!(child.sampled);
        let headers = child.to_headers();
        let expected = format!("00-0af7651916cd43dd8448eb211c80319c-{:016x}-01", child.span);
        assert_eq!(headers["traceparent"], expected);
        assert_eq!(headers["tracestate"], "a=1,b=2");
        assert_eq!(TraceContext::from_headers(&headers), Some(child));
    }

    #[test]
    fn the_flag_and_later_versions_are_honoured() {
        assert!(!parent(&PARENT.replace("-01", "-00")).unwrap().sampled);
        assert!(parent(&PARENT.replace("-01", "-03")).unwrap().sampled);
        assert!(parent(&PARENT.replace("00-", "01-")).is_some());
        let longer = format!("{}-more", PARENT.replace("00-", "01-"));
        assert!(parent(&longer).is_some());
    }

    #[test]
    fn parents_that_are_not_valid_are_ignored() {
        let zero_trace = format!("00-{}-b7ad6b7169203331-01", "0".repeat(32));
        let zero_span = PARENT.replace("b7ad6b7169203331", "0000000000000000");
        for value in [
            "",
            "00",
            &PARENT.to_uppercase(),
            &PARENT.replace("00-", "ff-"),
            &PARENT.replace('-', "_"),
            &PARENT.replace("0af7", "+af7"),
            &format!("{PARENT}-more"),
            &format!("{}x", PARENT.replace("00-", "01-")),
            &zero_trace,
            &zero_span,
        ] {
            assert_eq!(parent(value), None, "{value}");
        }
        assert_eq!(
            of(&[("traceparent", PARENT), ("traceparent", PARENT)]),
            None
        );
        let long = format!("a={}", "x".repeat(MAX_STATE));
        let context = of(&[("traceparent", PARENT), ("tracestate", &long)]);
        assert_eq!(context.unwrap().state, "");
    }
}
