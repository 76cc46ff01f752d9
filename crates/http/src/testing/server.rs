//! A server on a raw socket that does exactly what it is told, well-formed or not.

use std::{
    fmt, io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::{clock::Clock, tokio_clock::TokioClock};

/// What the server does with a request, one step after the other.
///
/// After the last step the connection stays open for another request, unless a step ended it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Sends these bytes in one write.
    Send(Bytes),
    /// Sends these bytes one by one, with this pause after each.
    Drip(Bytes, Duration),
    /// Waits.
    Wait(Duration),
    /// Closes the connection in good order.
    Close,
    /// Breaks the connection (RST).
    Reset,
    /// Does nothing more, and keeps the connection open until the client closes it.
    Hang,
}

impl Step {
    /// Sends these bytes in one write.
    pub fn send(bytes: impl Into<Bytes>) -> Self {
        Self::Send(bytes.into())
    }
}

/// A request as the server read it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// The request line and the headers, as they came.
    pub head: String,
    /// The body.
    pub body: Bytes,
}

impl Received {
    /// The value of a header, if it was sent.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The request line: method, path with query, version.
    #[must_use]
    pub fn request_line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }
}

/// A server on a loopback port that plays a script for each request.
///
/// The first request gets the first script, the second the second, on whichever connection they
/// come; once the scripts are used up the last one is repeated. Dropping it closes everything.
///
/// # Example
///
/// ```
/// use orouter_http::{
///     testing::{ScriptedServer, Step},
///     transport::{HttpRequest, ReqwestTransport, Transport},
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = ScriptedServer::start([vec![
///     Step::send("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"),
///     Step::Reset,
/// ]]).await?;
/// let request = HttpRequest::new(http::Method::GET, server.url().parse()?);
/// let mut response = ReqwestTransport::new()?.send(request).await?;
/// let body = response.body_mut();
/// let mut chunk = async || std::future::poll_fn(|cx| body.poll_chunk(cx)).await;
/// assert_eq!(chunk().await.unwrap()?, "{");
/// assert!(chunk().await.unwrap().is_err());
/// # Ok(())
/// # }
/// ```
pub struct ScriptedServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    scripts: Vec<Vec<Step>>,
    received: Mutex<Vec<Received>>,
    connections: Mutex<Vec<JoinHandle<()>>>,
    open: AtomicUsize,
    accepted: AtomicUsize,
}

impl ScriptedServer {
    /// Starts on a free loopback port.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub async fn start(scripts: impl IntoIterator<Item = Vec<Step>>) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            scripts: scripts.into_iter().collect(),
            received: Mutex::default(),
            connections: Mutex::default(),
            open: AtomicUsize::new(0),
            accepted: AtomicUsize::new(0),
        });
        let task = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self {
            address,
            shared,
            task,
        })
    }

    /// The server URL for a client: `http://127.0.0.1:PORT/api/v1`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/api/v1", self.address)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requests so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        lock(&self.shared.received).clone()
    }

    /// How many connections are open.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }

    /// How many connections were made.
    #[must_use]
    pub fn accepted_connections(&self) -> usize {
        self.shared.accepted.load(Ordering::SeqCst)
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.task.abort();
        for connection in lock(&self.shared.connections).drain(..) {
            connection.abort();
        }
    }
}

impl fmt::Debug for ScriptedServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedServer")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
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
            // A connection that ends with an error is a client that went away.
            let _ = serve(socket, &serving).await;
            serving.open.fetch_sub(1, Ordering::SeqCst);
        });
        lock(&shared.connections).push(connection);
    }
}

async fn serve(mut socket: TcpStream, shared: &Shared) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let mut buffer = BytesMut::new();
    while let Some(request) = read_request(&mut socket, &mut buffer).await? {
        let index = {
            let mut received = lock(&shared.received);
            received.push(request);
            received.len() - 1
        };
        let Some(script) = shared.scripts.get(index).or(shared.scripts.last()) else {
            return Ok(());
        };
        for step in script {
            match step {
                Step::Send(bytes) => socket.write_all(bytes).await?,
                Step::Drip(bytes, pause) => {
                    for byte in bytes {
                        socket.write_all(&[*byte]).await?;
                        TokioClock.sleep(*pause).await;
                    }
                }
                Step::Wait(time) => TokioClock.sleep(*time).await,
                Step::Close => return socket.shutdown().await,
                Step::Reset => {
                    // What was written is given time to arrive: a reset overtakes it otherwise.
                    TokioClock.sleep(Duration::from_millis(20)).await;
                    return socket.set_zero_linger();
                }
                Step::Hang => {
                    while socket.read_buf(&mut buffer).await? > 0 {}
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

/// Reads one request; `None` when the client closed the connection instead.
async fn read_request(
    socket: &mut TcpStream,
    buffer: &mut BytesMut,
) -> io::Result<Option<Received>> {
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if socket.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&buffer.split_to(end)).into_owned();
    let mut request = Received {
        head,
        body: Bytes::new(),
    };
    let length = request
        .header("content-length")
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    while buffer.len() < length {
        if socket.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
    request.body = buffer.split_to(length).freeze();
    Ok(Some(request))
}

/// A whole HTTP/1.1 response with these headers and its length.
#[must_use]
pub fn http_response(status: u16, headers: &[(&str, &str)], body: &str) -> Bytes {
    let mut text = format!("HTTP/1.1 {status} Scripted\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    text.into()
}

/// The head of an event stream that ends when the connection does, followed by these events' data.
#[must_use]
pub fn sse<D: AsRef<str>>(events: impl IntoIterator<Item = D>) -> Bytes {
    let mut text = String::from(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n",
    );
    for data in events {
        text.push_str(&format!("data: {}\n\n", data.as_ref()));
    }
    text.into()
}
