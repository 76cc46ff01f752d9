//! `ScriptedServer`: a server on a raw socket that plays scripts, also malformed ones.

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

/// One action of a [`ScriptedServer`] in response to a request.
///
/// After the last step of a script the connection stays open for the next request, unless a step closed
/// it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Sends these bytes in one write.
    Send(Bytes),
    /// Sends these bytes one by one, with this pause after each.
    Drip(Bytes, Duration),
    /// Waits.
    Wait(Duration),
    /// Closes the connection gracefully.
    Close,
    /// Resets the connection (TCP RST).
    Reset,
    /// Sends nothing more, and keeps the connection open until the client closes it.
    Hang,
}

impl Step {
    /// Returns the step that sends these bytes in one write.
    pub fn send(bytes: impl Into<Bytes>) -> Self {
        Self::Send(bytes.into())
    }
}

/// A request that the server received.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// The request line and the headers, unchanged.
    pub head: String,
    /// The body.
    pub body: Bytes,
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

    /// Returns the request line: method, path with query, version.
    #[must_use]
    pub fn request_line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }
}

/// A server on a loopback port that plays a script for each request.
///
/// Request number n gets script number n, on any connection. After the last script, that script is
/// repeated. Dropping the server closes its listener and its connections.
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
    /// The error of binding the port.
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

    /// Returns the server URL for a client: `http://127.0.0.1:PORT/api/v1`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/api/v1", self.address)
    }

    /// Returns the address on which the server listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the requests so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        lock(&self.shared.received).clone()
    }

    /// Returns the number of open connections.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }

    /// Returns the number of connections that were accepted so far.
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
            // An error means that the client closed the connection.
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
                    // A reset discards bytes that the client has not received yet.
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

/// Reads one request. `None` if the client closed the connection instead.
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

/// Returns a complete HTTP/1.1 response with these headers and a `content-length`.
#[must_use]
pub fn http_response(status: u16, headers: &[(&str, &str)], body: &str) -> Bytes {
    let mut text = format!("HTTP/1.1 {status} Scripted\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    text.into()
}

/// Returns the head of an event stream that ends with the connection, and events with these data.
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
