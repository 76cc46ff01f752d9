//! An HTTP client over a plain socket. It exposes heads, chunks and the end of a response.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use orouter_wire::{Response, StreamEvent};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// Maximum time to wait for bytes, also on a slow machine.
const PATIENCE: Duration = Duration::from_secs(120);

pub struct Client {
    address: SocketAddr,
}

/// A response whose head has been read.
pub struct Open {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    reader: BufReader<TcpStream>,
}

/// A complete response.
#[derive(Debug)]
pub struct HttpResponse {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    /// The chunks of a chunked body; one chunk for any other body.
    pub chunks: Vec<Vec<u8>>,
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        Self { address }
    }

    pub async fn get(&self, path: &str) -> HttpResponse {
        self.open(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").as_bytes())
            .await
            .whole()
            .await
    }

    pub async fn post(&self, path: &str, body: impl AsRef<[u8]>) -> HttpResponse {
        self.open(&Self::posted(path, body.as_ref()))
            .await
            .whole()
            .await
    }

    /// Posts to `/api/v1/responses` and waits for the head.
    pub async fn begin(&self, body: &Value) -> Open {
        self.open(&Self::posted(
            "/api/v1/responses",
            body.to_string().as_bytes(),
        ))
        .await
    }

    /// Posts to `/api/v1/responses` and waits for the complete response.
    pub async fn ask(&self, body: &Value) -> HttpResponse {
        self.begin(body).await.whole().await
    }

    pub fn posted(path: &str, body: &[u8]) -> Vec<u8> {
        let mut bytes = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        bytes.extend_from_slice(body);
        bytes
    }

    /// As [`posted`](Self::posted), with further headers.
    pub fn posted_with(path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
        let mut head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut bytes = format!("{head}\r\n").into_bytes();
        bytes.extend_from_slice(body);
        bytes
    }

    /// Requests a path with these headers and without a body.
    pub async fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> HttpResponse {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        self.open(format!("{head}\r\n").as_bytes())
            .await
            .whole()
            .await
    }

    /// Sends these bytes and returns the socket.
    pub async fn send(&self, bytes: &[u8]) -> TcpStream {
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        socket.write_all(bytes).await.unwrap();
        socket
    }

    pub async fn open(&self, bytes: &[u8]) -> Open {
        Open::read(self.send(bytes).await).await
    }
}

impl Open {
    pub async fn read(socket: TcpStream) -> Self {
        Self::parse(BufReader::new(socket)).await
    }

    /// Reads the response after an interim one.
    pub async fn next(self) -> Self {
        Self::parse(self.reader).await
    }

    async fn parse(mut reader: BufReader<TcpStream>) -> Self {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            let read = tokio::time::timeout(PATIENCE, reader.read_line(&mut line));
            assert!(
                read.await.unwrap().unwrap() > 0,
                "closed within the head: {lines:?}"
            );
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let status = lines[0].split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines[1..]
            .iter()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        Self {
            status,
            headers,
            reader,
        }
    }

    /// Reads the next chunk of a chunked body; `None` at the end.
    pub async fn chunk(&mut self) -> Option<Vec<u8>> {
        let mut size = String::new();
        let read = tokio::time::timeout(PATIENCE, self.reader.read_line(&mut size))
            .await
            .unwrap();
        assert!(
            read.unwrap() > 0,
            "the connection broke off within the body"
        );
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        let mut data = vec![0; size + 2];
        self.reader.read_exact(&mut data).await.unwrap();
        assert!(data.ends_with(b"\r\n"));
        data.truncate(size);
        (size > 0).then_some(data)
    }

    /// Reads all bytes until the server closes the connection.
    pub async fn rest(mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let read = self.reader.read_to_end(&mut bytes);
        tokio::time::timeout(PATIENCE, read).await.unwrap().unwrap();
        bytes
    }

    /// Reads the rest of the response.
    pub async fn whole(mut self) -> HttpResponse {
        let mut chunks = Vec::new();
        if let Some(length) = self.headers.get("content-length") {
            let mut body = vec![0; length.parse().unwrap()];
            let read = self.reader.read_exact(&mut body);
            tokio::time::timeout(PATIENCE, read).await.unwrap().unwrap();
            chunks.push(body);
        } else {
            while let Some(chunk) = self.chunk().await {
                chunks.push(chunk);
            }
        }
        HttpResponse {
            status: self.status,
            headers: self.headers,
            chunks,
        }
    }
}

impl HttpResponse {
    pub fn text(&self) -> String {
        String::from_utf8(self.chunks.concat()).unwrap()
    }

    pub fn json(&self) -> Value {
        assert_eq!(self.headers["content-type"], "application/json", "{self:?}");
        serde_json::from_str(&self.text()).unwrap()
    }

    /// Returns the response in the body of a 200.
    pub fn response(&self) -> Response {
        assert_eq!(self.status, 200, "{}", self.text());
        orouter_wire::from_str(&self.text()).unwrap()
    }

    /// Returns `error` of an error body. Checks its status and headers.
    pub fn error(&self) -> Value {
        let error = self.json()["error"].clone();
        assert_eq!(error["code"], self.status, "{error}");
        assert!(
            error["message"].as_str().is_some_and(|m| !m.is_empty()),
            "{error}"
        );
        assert!(error["metadata"]["error_type"].is_string(), "{error}");
        assert!(self.headers["x-generation-id"].starts_with("gen-"));
        error
    }

    /// Returns the events of a stream. Checks that it ends with `[DONE]` and that each chunk is one
    /// frame.
    pub fn events(&self) -> Vec<StreamEvent> {
        assert_eq!(self.status, 200, "{}", self.text());
        assert_eq!(
            self.headers["content-type"],
            "text/event-stream; charset=utf-8"
        );
        let mut data = frames(&self.chunks);
        assert_eq!(data.pop().as_deref(), Some("[DONE]"));
        data.iter()
            .map(|data| orouter_wire::from_str(data).unwrap())
            .collect()
    }

    /// Returns the number of comments in a stream.
    pub fn comments(&self) -> usize {
        self.chunks
            .iter()
            .filter(|chunk| chunk.starts_with(b":"))
            .count()
    }
}

/// Returns the data of the frames in these chunks. Checks that each chunk is one frame.
pub fn frames(chunks: &[Vec<u8>]) -> Vec<String> {
    let mut data = Vec::new();
    for chunk in chunks {
        assert!(
            chunk.ends_with(b"\n\n"),
            "half a frame in a chunk: {chunk:?}"
        );
        let text = std::str::from_utf8(chunk).unwrap();
        assert_eq!(
            text.matches("\n\n").count(),
            1,
            "two frames in a chunk: {text}"
        );
        if text.starts_with(':') {
            continue;
        }
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("data: "))
            .unwrap();
        let name = text.lines().find_map(|line| line.strip_prefix("event: "));
        if line != "[DONE]" {
            let kind: Value = serde_json::from_str(line).unwrap();
            assert_eq!(name, kind["type"].as_str(), "{text}");
        }
        data.push(line.to_owned());
    }
    data
}
