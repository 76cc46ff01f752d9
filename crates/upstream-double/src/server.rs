//! [`Upstream`]: the server on a raw socket.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::reply::{Reply, Step};

/// Maximum time that [`Upstream::until`] waits, also on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Pause before a reset, which discards bytes that the client has not received yet.
const RESET_PAUSE: Duration = Duration::from_millis(20);

/// A request that the upstream received.
#[derive(Clone, Debug)]
pub struct Received {
    /// The request line and the headers, unchanged.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Received {
    /// Returns the value of a header. `None` if it was not sent.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Returns the path of the request.
    #[must_use]
    pub fn path(&self) -> &str {
        let line = self.head.lines().next().unwrap_or_default();
        line.split(' ').nth(1).unwrap_or_default()
    }

    /// Returns the body as JSON; `null` if it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Returns `true` if the request asks for a stream: in its body, or as Gemini in its path.
    #[must_use]
    pub fn is_streamed(&self) -> bool {
        self.json().get("stream") == Some(&Value::Bool(true))
            || self.path().contains(":streamGenerateContent")
    }

    /// Returns the name of the model in the body, or as for Gemini in the path.
    #[must_use]
    pub fn model(&self) -> String {
        let body = self.json();
        let in_path = || {
            let (_, name) = self.path().split_once("/models/")?;
            name.split(':').next()
        };
        let name = body.get("model").and_then(Value::as_str).or_else(in_path);
        name.unwrap_or("m").to_owned()
    }
}

type Respond = dyn Fn(&Received) -> Reply + Send + Sync;

struct Shared {
    respond: Box<Respond>,
    received: Mutex<Vec<Received>>,
    connections: Mutex<Vec<JoinHandle<()>>>,
    accepted: AtomicUsize,
    open: AtomicUsize,
    busy: AtomicUsize,
    cancelled: AtomicUsize,
    sent: AtomicUsize,
}

/// An upstream on a loopback port. Dropping it closes its listener and its connections.
pub struct Upstream {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Upstream {
    /// Starts an upstream on a free port. `respond` returns the reply to each request.
    ///
    /// # Errors
    /// The error of binding the port.
    pub async fn start(
        respond: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> io::Result<Self> {
        Self::listen(([127, 0, 0, 1], 0).into(), respond).await
    }

    /// Starts an upstream on this address.
    ///
    /// # Errors
    /// The error of binding the address.
    pub async fn listen(
        address: SocketAddr,
        respond: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            respond: Box::new(respond),
            received: Mutex::default(),
            connections: Mutex::default(),
            accepted: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
            busy: AtomicUsize::new(0),
            cancelled: AtomicUsize::new(0),
            sent: AtomicUsize::new(0),
        });
        let task = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self {
            address,
            shared,
            task,
        })
    }

    /// Starts an upstream that gives these replies, in order; the last one is repeated.
    ///
    /// # Errors
    /// The error of binding the port.
    pub async fn replay(replies: impl IntoIterator<Item = Reply>) -> io::Result<Self> {
        let replies: Vec<Reply> = replies.into_iter().collect();
        let next = AtomicUsize::new(0);
        Self::start(move |_| {
            let reply = replies.get(next.fetch_add(1, Ordering::SeqCst));
            reply.or(replies.last()).cloned().unwrap_or_default()
        })
        .await
    }

    /// Returns the base URL of an upstream that refuses connections.
    ///
    /// # Errors
    /// The error of binding a port.
    pub async fn refusing() -> io::Result<String> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        Ok(base_url(listener.local_addr()?))
    }

    /// Returns the base URL for a configuration: `http://127.0.0.1:PORT/v1`.
    #[must_use]
    pub fn base_url(&self) -> String {
        base_url(self.address)
    }

    /// Returns the requests so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        lock(&self.shared.received).clone()
    }

    /// Returns the number of requests so far.
    #[must_use]
    pub fn requests(&self) -> usize {
        lock(&self.shared.received).len()
    }

    /// Returns the number of connections that were accepted so far.
    #[must_use]
    pub fn accepted(&self) -> usize {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    /// Returns the number of open connections.
    #[must_use]
    pub fn open(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }

    /// Returns the number of replies in progress.
    #[must_use]
    pub fn busy(&self) -> usize {
        self.shared.busy.load(Ordering::SeqCst)
    }

    /// Returns the number of replies during which the client closed the connection.
    #[must_use]
    pub fn cancelled(&self) -> usize {
        self.shared.cancelled.load(Ordering::SeqCst)
    }

    /// Returns the number of bytes that the system has taken for sending.
    #[must_use]
    pub fn sent(&self) -> usize {
        self.shared.sent.load(Ordering::SeqCst)
    }

    /// Waits until the condition holds. Returns `false` if it does not within a minute.
    pub async fn until(&self, condition: impl Fn(&Self) -> bool) -> bool {
        let poll = async {
            while !condition(self) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, poll).await.is_ok()
    }

    /// Waits until no reply is in progress. Returns `false` if one still is after a minute.
    pub async fn idle(&self) -> bool {
        self.until(|upstream| upstream.busy() == 0).await
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.task.abort();
        for connection in lock(&self.shared.connections).drain(..) {
            connection.abort();
        }
    }
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

fn base_url(address: SocketAddr) -> String {
    format!("http://{address}/v1")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((socket, _)) = listener.accept().await {
        shared.accepted.fetch_add(1, Ordering::SeqCst);
        shared.open.fetch_add(1, Ordering::SeqCst);
        let serving = Arc::clone(&shared);
        let connection = tokio::spawn(async move {
            // An error means that the client closed the connection.
            let _ = Connection::new(socket).serve(&serving).await;
            serving.open.fetch_sub(1, Ordering::SeqCst);
        });
        let mut connections = lock(&shared.connections);
        connections.retain(|connection| !connection.is_finished());
        connections.push(connection);
    }
}

struct Connection {
    socket: TcpStream,
    /// Bytes that were read and not used yet.
    buffer: Vec<u8>,
}

impl Connection {
    fn new(socket: TcpStream) -> Self {
        let _ = socket.set_nodelay(true);
        Self {
            socket,
            buffer: Vec::new(),
        }
    }

    async fn serve(mut self, shared: &Shared) -> io::Result<()> {
        while let Some(request) = self.request().await? {
            shared.busy.fetch_add(1, Ordering::SeqCst);
            let reply = (shared.respond)(&request);
            lock(&shared.received).push(request);
            let played = self.play(reply, &shared.sent).await;
            if played.is_err() {
                shared.cancelled.fetch_add(1, Ordering::SeqCst);
            }
            shared.busy.fetch_sub(1, Ordering::SeqCst);
            if !played? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Plays a reply. Returns `false` if it ended the connection. An error means that the client
    /// closed it.
    async fn play(&mut self, reply: Reply, sent: &AtomicUsize) -> io::Result<bool> {
        for step in reply.steps {
            match step {
                Step::Send(bytes) => {
                    self.socket.write_all(&bytes).await?;
                    sent.fetch_add(bytes.len(), Ordering::SeqCst);
                }
                Step::Wait(time) => self.unless_closed(tokio::time::sleep(time)).await?,
                Step::Until(gate) => self.unless_closed(gate.opened()).await?,
                Step::Hang => self.unless_closed(std::future::pending()).await?,
                Step::Close => {
                    self.socket.shutdown().await?;
                    return Ok(false);
                }
                Step::Reset => {
                    tokio::time::sleep(RESET_PAUSE).await;
                    self.socket.set_zero_linger()?;
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Waits, unless the client closes the connection before.
    async fn unless_closed(&mut self, wait: impl Future<Output = ()>) -> io::Result<()> {
        let mut wait = std::pin::pin!(wait);
        loop {
            tokio::select! {
                biased;
                () = &mut wait => return Ok(()),
                read = self.socket.read_buf(&mut self.buffer) => if read? == 0 {
                    return Err(io::ErrorKind::ConnectionAborted.into());
                },
            }
        }
    }

    /// Reads one request. `None` if the client closed the connection instead.
    async fn request(&mut self) -> io::Result<Option<Received>> {
        let end = loop {
            let found = self.buffer.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = found {
                break end + 4;
            }
            if self.socket.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        };
        let rest = self.buffer.split_off(end);
        let head = std::mem::replace(&mut self.buffer, rest);
        let mut request = Received {
            head: String::from_utf8_lossy(&head).into_owned(),
            body: Vec::new(),
        };
        let length = request.header("content-length");
        let length = length.and_then(|text| text.parse().ok()).unwrap_or(0);
        while self.buffer.len() < length {
            if self.socket.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
        let rest = self.buffer.split_off(length);
        request.body = std::mem::replace(&mut self.buffer, rest);
        Ok(Some(request))
    }
}
