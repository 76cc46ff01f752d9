//! A minimal HTTP/1.1 client, so that the load generator takes little of the machine: one kept
//! connection, prepared requests, responses that are read and not kept.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use memchr::memmem;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A prepared request, and the text that its first content has.
#[derive(Clone)]
pub struct Prepared {
    bytes: Vec<u8>,
    first_content: Option<&'static [u8]>,
}

impl Prepared {
    pub fn new(
        path: &str,
        headers: &[(String, String)],
        body: &[u8],
        first_content: Option<&'static [u8]>,
    ) -> Self {
        let mut head = format!(
            "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n\
             accept: */*\r\nuser-agent: bench\r\ncontent-length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        Self {
            bytes,
            first_content,
        }
    }
}

/// Times of one exchange, from the first byte of the request.
#[derive(Clone, Copy)]
pub struct Times {
    /// To the first bytes with content; to the end of responses that are not streams.
    pub first: Duration,
    pub all: Duration,
}

/// One connection.
pub struct Client {
    stream: TcpStream,
    /// The bytes of the current response.
    buffer: Vec<u8>,
}

impl Client {
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(64 * 1024),
        })
    }

    /// Sends a request and reads its response.
    ///
    /// # Errors
    /// If the status is not 200 or the connection ends; the message has the response's first bytes.
    pub async fn send(&mut self, request: &Prepared) -> io::Result<Times> {
        let start = Instant::now();
        self.buffer.clear();
        self.stream.write_all(&request.bytes).await?;
        let mut end = End::Head;
        let mut first = None;
        let mut searched: usize = 0;
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(self.error("the connection ended"));
            }
            if let (None, Some(text)) = (first, request.first_content) {
                let from = searched.saturating_sub(text.len());
                if memmem::find(&self.buffer[from..], text).is_some() {
                    first = Some(start.elapsed());
                }
                searched = self.buffer.len();
            }
            if end.reached(&self.buffer)? {
                break;
            }
        }
        let all = start.elapsed();
        if !self.buffer.starts_with(b"HTTP/1.1 200") {
            return Err(self.error("the status is not 200"));
        }
        if first.is_none() && request.first_content.is_some() {
            return Err(self.error("the stream has no content"));
        }
        Ok(Times {
            first: first.unwrap_or(all),
            all,
        })
    }

    /// Returns the bytes of the last response.
    pub fn last(&self) -> &[u8] {
        &self.buffer
    }

    fn error(&self, reason: &str) -> io::Error {
        let shown = &self.buffer[..self.buffer.len().min(1500)];
        io::Error::other(format!("{reason}: {}", String::from_utf8_lossy(shown)))
    }
}

/// The part of a response that is expected next.
enum End {
    Head,
    /// The end of the body at this offset.
    At(usize),
    /// The head of a chunk at this offset.
    Chunk(usize),
}

impl End {
    /// Returns `true` if the response is complete.
    fn reached(&mut self, bytes: &[u8]) -> io::Result<bool> {
        loop {
            match *self {
                Self::Head => {
                    let Some(end) = memmem::find(bytes, b"\r\n\r\n") else {
                        return Ok(false);
                    };
                    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
                    let length = head
                        .lines()
                        .find_map(|line| line.strip_prefix("content-length:"));
                    *self = match length {
                        Some(length) => {
                            let length: usize = length
                                .trim()
                                .parse()
                                .map_err(|_| io::Error::other("content-length"))?;
                            Self::At(end + 4 + length)
                        }
                        None => Self::Chunk(end + 4),
                    };
                }
                Self::At(end) => return Ok(bytes.len() >= end),
                Self::Chunk(at) => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let Some(end) = memmem::find(rest, b"\r\n") else {
                        return Ok(false);
                    };
                    let size = std::str::from_utf8(&rest[..end])
                        .ok()
                        .and_then(|size| usize::from_str_radix(size.trim(), 16).ok())
                        .ok_or_else(|| io::Error::other("chunk size"))?;
                    let next = at + end + 2 + size + 2;
                    *self = if size == 0 {
                        Self::At(next)
                    } else {
                        Self::Chunk(next)
                    };
                }
            }
        }
    }
}
