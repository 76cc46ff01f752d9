//! An HTTP client over a bare socket: it sees heads, chunks and the end as they come.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use orouter_wire::{Response, StreamEvent};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// Nothing here takes longer, on a slow machine either.
const PATIENCE: Duration = Duration::from_secs(120);

pub struct Client {
    address: SocketAddr,
}

/// An answer whose head has come.
pub struct Open {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    reader: BufReader<TcpStream>,
}

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    /// The chunks of a chunked body; the whole of any other.
    pub chunks: Vec<Vec<u8>>,
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        Self { address }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.open(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").as_bytes())
            .await
            .whole()
            .await
    }

    pub async fn post(&self, path: &str, body: impl AsRef<[u8]>) -> Answer {
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

    /// Posts to `/api/v1/responses` and waits for the whole answer.
    pub async fn ask(&self, body: &Value) -> Answer {
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

    /// Sends these bytes and gives the socket.
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

    /// The response after an interim one.
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

    /// The next chunk of a chunked body; `None` at its end.
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

    /// All bytes until the server closes the connection.
    pub async fn rest(mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let read = self.reader.read_to_end(&mut bytes);
        tokio::time::timeout(PATIENCE, read).await.unwrap().unwrap();
        bytes
    }

    /// The rest.
    pub async fn whole(mut self) -> Answer {
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
        Answer {
            status: self.status,
            headers: self.headers,
            chunks,
        }
    }
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.chunks.concat()).unwrap()
    }

    pub fn json(&self) -> Value {
        assert_eq!(self.headers["content-type"], "application/json", "{self:?}");
        serde_json::from_str(&self.text()).unwrap()
    }

    /// The response in a 200's body.
    pub fn response(&self) -> Response {
        assert_eq!(self.status, 200, "{}", self.text());
        orouter_wire::from_str(&self.text()).unwrap()
    }

    /// `error` of an error's body, its status and header checked.
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

    /// The events of a stream, which ends with `[DONE]`; each chunk holds one whole frame.
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

    /// The comments of a stream.
    pub fn comments(&self) -> usize {
        self.chunks
            .iter()
            .filter(|chunk| chunk.starts_with(b":"))
            .count()
    }
}

/// The data of the frames in these chunks, one frame a chunk; comments have none.
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
