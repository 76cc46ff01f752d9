//! [`BodyEcho`]: the bodies that were sent to upstreams, for a request that sets
//! `debug.echo_upstream_body`. [`shorten`] limits their size.

mod shorten;

use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Maximum number of bodies of a request; of further ones the last is kept.
const MAX_BODIES: usize = 32;

/// Maximum size of one body, and of all bodies of a request, in bytes.
const MAX_BODY_BYTES: usize = 256 << 10;
const MAX_TOTAL_BYTES: usize = 1 << 20;

/// The bodies that were sent to upstreams, one for each attempt. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct BodyEcho(Arc<Mutex<Vec<Option<String>>>>);

impl BodyEcho {
    /// Starts an attempt.
    pub(crate) fn begin_attempt(&self) {
        let mut bodies = self.bodies();
        if bodies.len() >= MAX_BODIES || matches!(bodies.last(), Some(None)) {
            bodies.pop();
        }
        bodies.push(None);
    }

    /// Sets the body of the running attempt, a JSON object. A second call of the attempt replaces
    /// the body of the first.
    pub(crate) fn record(&self, body: &[u8]) {
        let mut bodies = self.bodies();
        bodies.pop();
        let used: usize = bodies.iter().flatten().map(String::len).sum();
        let limit = MAX_BODY_BYTES.min(MAX_TOTAL_BYTES.saturating_sub(used));
        let text = std::str::from_utf8(body).unwrap_or_default();
        bodies.push(Some(shorten::shortened(text, limit)));
    }

    /// Takes the bodies out, in the order of the attempts.
    pub(crate) fn take(&self) -> Vec<String> {
        mem::take(&mut *self.bodies())
            .into_iter()
            .flatten()
            .collect()
    }

    fn bodies(&self) -> MutexGuard<'_, Vec<Option<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for BodyEcho {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BodyEcho")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attempt_that_sends_a_body_has_one() {
        let echo = BodyEcho::default();
        echo.begin_attempt();
        echo.record(b"{\"a\":1}");
        echo.record(b"{\"a\":2}");
        echo.begin_attempt(); // sends nothing
        echo.begin_attempt();
        echo.record(b"{\"b\":1}");
        echo.begin_attempt();
        assert_eq!(echo.take(), ["{\"a\":2}", "{\"b\":1}"]);
        assert_eq!(echo.take(), Vec::<String>::new());
    }

    #[test]
    fn the_bodies_of_a_request_are_bounded() {
        let echo = BodyEcho::default();
        let text = "word ".repeat(200);
        let items = vec![format!("\"{text}\""); 300].join(",");
        for number in 0..40 {
            echo.begin_attempt();
            let body = format!("{{\"number\":{number},\"input\":[{items}]}}");
            echo.record(body.as_bytes());
        }
        let bodies = echo.take();
        assert_eq!(bodies.len(), MAX_BODIES);
        let total: usize = bodies.iter().map(String::len).sum();
        assert!(total <= MAX_TOTAL_BYTES, "{total}");
        assert!(
            bodies[0].starts_with("{\"number\":0,"),
            "{}",
            &bodies[0][..99]
        );
        assert!(
            bodies[31].starts_with("{\"number\":39,"),
            "the last is kept"
        );
    }
}
