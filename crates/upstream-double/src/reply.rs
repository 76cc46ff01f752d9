//! [`Reply`]: one reply of an upstream, as a list of steps.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

/// A step of a [`Reply`].
#[derive(Clone, Debug)]
pub enum Step {
    /// Sends these bytes in one write.
    Send(Vec<u8>),
    /// Waits.
    Wait(Duration),
    /// Waits until a test opens the gate.
    Until(Gate),
    /// Sends nothing more, and keeps the connection open until the client closes it.
    Hang,
    /// Closes the connection gracefully.
    Close,
    /// Resets the connection (TCP RST).
    Reset,
}

/// A gate that a test opens. Clones share it.
#[derive(Clone, Debug)]
pub struct Gate(Arc<Semaphore>);

impl Default for Gate {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }
}

impl Gate {
    /// Opens the gate for all replies, also for later ones.
    pub fn open(&self) {
        self.0.close();
    }

    /// Waits until the gate is open.
    pub(crate) async fn opened(&self) {
        // The semaphore never has permits: this ends when it is closed.
        let _ = self.0.acquire().await;
    }
}

/// One reply of an upstream. After the last step the connection stays open for the next request,
/// unless a step ended it.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    pub(crate) steps: Vec<Step>,
}

impl Reply {
    /// Returns a reply without steps: the connection stays open, and nothing is sent.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a complete response with this status and JSON body.
    #[must_use]
    pub fn json(status: u16, body: &str) -> Self {
        Self::body(status, "application/json", &[], body)
    }

    /// Returns a complete response with these headers and a `content-length`.
    #[must_use]
    pub fn body(status: u16, kind: &str, headers: &[(&str, &str)], body: &str) -> Self {
        let mut head = head(status, kind, headers);
        let _ = write!(head, "content-length: {}\r\n\r\n{body}", body.len());
        Self::new().send(head)
    }

    /// Returns a chunked stream of server-sent events, each frame in a chunk and a write of its own.
    #[must_use]
    pub fn stream<F: AsRef<str>>(frames: impl IntoIterator<Item = F>) -> Self {
        Self::open_stream(frames).send("0\r\n\r\n")
    }

    /// As [`stream`](Self::stream), without the end of the body.
    #[must_use]
    pub fn open_stream<F: AsRef<str>>(frames: impl IntoIterator<Item = F>) -> Self {
        let mut head = head(200, "text/event-stream", &[]);
        head.push_str("transfer-encoding: chunked\r\n\r\n");
        let reply = Self::new().send(head);
        let frames = frames.into_iter();
        frames.fold(reply, |reply, frame| reply.chunk(frame.as_ref()))
    }

    /// Adds a chunk of a chunked body.
    #[must_use]
    pub fn chunk(self, data: &str) -> Self {
        self.send(format!("{:x}\r\n{data}\r\n", data.len()))
    }

    /// Adds bytes, sent in one write.
    #[must_use]
    pub fn send(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.step(Step::Send(bytes.into()))
    }

    /// Adds a step.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Adds a step before all others.
    #[must_use]
    pub fn after(mut self, step: Step) -> Self {
        self.steps.insert(0, step);
        self
    }
}

/// Returns the start of a response head, without the empty line.
fn head(status: u16, kind: &str, headers: &[(&str, &str)]) -> String {
    let mut head = format!("HTTP/1.1 {status} Scripted\r\ncontent-type: {kind}\r\n");
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    head
}
