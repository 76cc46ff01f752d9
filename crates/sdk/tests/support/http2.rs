//! A scripted server for HTTP/2 over TLS, frame by frame.

#![allow(unreachable_pub, reason = "each test file takes what it needs")]
#![allow(dead_code, reason = "each test file takes what it needs")]

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::tls::{Authority, Identity, config};

/// One action of the server for a request.
#[derive(Clone, Debug)]
pub enum Step {
    /// Sends 200 with this content type and, if given, this length.
    Head(&'static str, Option<usize>),
    Data(String),
    End,
    /// Resets the stream with this code.
    Reset(u32),
    /// Announces the end of the connection; `served` tells whether this stream is still served.
    GoAway {
        served: bool,
    },
    /// Closes the connection.
    Close,
}

pub const NO_ERROR: u32 = 0;
pub const REFUSED_STREAM: u32 = 7;
pub const CANCEL: u32 = 8;
pub const INTERNAL_ERROR: u32 = 2;

/// An action of the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A connection with this negotiated protocol.
    Connection(String),
    /// A complete request on this stream.
    Request(u32),
    /// A reset of this stream with this code.
    Reset(u32, u32),
}

pub struct Http2Server {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    scripts: Mutex<VecDeque<Vec<Step>>>,
    seen: Mutex<Vec<Seen>>,
}

impl Http2Server {
    /// Starts the server with a certificate of this authority. Each request gets the next script.
    pub async fn start(
        authority: &Authority,
        scripts: impl IntoIterator<Item = Vec<Step>>,
    ) -> Self {
        let identity: Identity = authority.identity("127.0.0.1");
        let mut config = config(&identity, None);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            scripts: Mutex::new(scripts.into_iter().collect()),
            seen: Mutex::default(),
        });
        let ours = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (acceptor, shared) = (acceptor.clone(), Arc::clone(&ours));
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(socket).await else {
                        return;
                    };
                    let spoken = stream.get_ref().1.alpn_protocol().unwrap_or_default();
                    let spoken = String::from_utf8(spoken.to_vec()).unwrap();
                    shared.saw(Seen::Connection(spoken.clone()));
                    if spoken == "h2" {
                        // Some tests break connections.
                        let _ = shared.serve(stream).await;
                    }
                });
            }
        });
        Self {
            address,
            shared,
            task,
        }
    }

    pub fn url(&self) -> String {
        format!("https://{}/api/v1", self.address)
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        let connection = |seen: &&Seen| matches!(seen, Seen::Connection(_));
        self.seen().iter().filter(connection).count()
    }

    pub fn requests(&self) -> usize {
        let request = |seen: &&Seen| matches!(seen, Seen::Request(_));
        self.seen().iter().filter(request).count()
    }
}

impl Drop for Http2Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// Encodes a field that is not indexed. `name` is its index in HPACK's table, at least 15.
fn field(name: u8, value: &str) -> Vec<u8> {
    let mut field = vec![0x0f, name - 15, u8::try_from(value.len()).unwrap()];
    field.extend(value.as_bytes());
    field
}

impl Shared {
    fn saw(&self, what: Seen) {
        self.seen.lock().unwrap().push(what);
    }

    async fn serve(&self, mut stream: TlsStream<TcpStream>) -> std::io::Result<()> {
        const PREFACE: usize = 24;
        stream.read_exact(&mut [0; PREFACE]).await?;
        stream.write_all(&frame(SETTINGS, 0, 0, &[])).await?;
        loop {
            let mut head = [0; 9];
            stream.read_exact(&mut head).await?;
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let (kind, flags) = (head[3], head[4]);
            let id = u32::from_be_bytes(head[5..].try_into().unwrap());
            let mut payload = vec![0; length as usize];
            stream.read_exact(&mut payload).await?;
            match kind {
                SETTINGS | PING if flags & ACK == 0 => {
                    let echo = if kind == PING { &payload[..] } else { &[] };
                    stream.write_all(&frame(kind, ACK, 0, echo)).await?;
                }
                RST_STREAM => {
                    let code = u32::from_be_bytes(payload.try_into().unwrap());
                    self.saw(Seen::Reset(id, code));
                }
                HEADERS | DATA if flags & END_STREAM != 0 => {
                    self.saw(Seen::Request(id));
                    let script = self.scripts.lock().unwrap().pop_front();
                    for step in script.expect("one request too many") {
                        if !play(&mut stream, id, step).await? {
                            return stream.shutdown().await;
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// Carries out a step. Returns `false` if the step closes the connection.
async fn play(stream: &mut TlsStream<TcpStream>, id: u32, step: Step) -> std::io::Result<bool> {
    let bytes = match step {
        Step::Head(content_type, length) => {
            const STATUS_200: u8 = 0x88;
            let mut fields = vec![STATUS_200];
            fields.extend(field(31, content_type));
            if let Some(length) = length {
                fields.extend(field(28, &length.to_string()));
            }
            frame(HEADERS, END_HEADERS, id, &fields)
        }
        Step::Data(data) => frame(DATA, 0, id, data.as_bytes()),
        Step::End => frame(DATA, END_STREAM, id, &[]),
        Step::Reset(code) => frame(RST_STREAM, 0, id, &code.to_be_bytes()),
        Step::GoAway { served } => {
            let last = if served { id } else { 0 };
            let payload = [last.to_be_bytes(), 0u32.to_be_bytes()].concat();
            frame(GOAWAY, 0, 0, &payload)
        }
        Step::Close => return Ok(false),
    };
    stream.write_all(&bytes).await?;
    stream.flush().await?;
    Ok(true)
}
