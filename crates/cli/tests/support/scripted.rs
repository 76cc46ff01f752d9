//! A server on a raw socket that sends scripted responses and records the requests.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// Response to a connection.
#[derive(Clone, Debug)]
pub enum Script {
    /// Sends these bytes and closes the connection.
    Bytes(String),
    /// Sends these bytes and keeps the connection open until the client disconnects.
    Hang(String),
    /// Sends these bytes once the gate is open, and closes the connection.
    Gated(Gate, String),
    /// Sends the first bytes, and the others once the gate is open.
    Paused(Gate, String, String),
}

/// A gate that a test opens.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    fn pass(&self) {
        let open = self.0.0.lock().unwrap();
        let limit = Duration::from_secs(30);
        let closed = |open: &mut bool| !*open;
        let waited = self.0.1.wait_timeout_while(open, limit, closed).unwrap();
        assert!(!waited.1.timed_out(), "the gate stays closed");
    }
}

/// A request that arrived.
#[derive(Debug)]
pub struct Request {
    /// Request line and headers, in lower case.
    pub head: String,
    pub body: serde_json::Value,
}

pub struct Server {
    pub url: String,
    requests: Receiver<Request>,
    disconnects: Receiver<()>,
}

impl Server {
    /// Starts a server that runs one script per connection, in order.
    pub fn start(scripts: impl IntoIterator<Item = Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/api/v1", listener.local_addr().unwrap());
        let scripts: Vec<Script> = scripts.into_iter().collect();
        let (requests_in, requests) = channel();
        let (disconnects_in, disconnects) = channel();
        thread::spawn(move || {
            for script in scripts {
                let Ok((stream, _)) = listener.accept() else {
                    return;
                };
                serve(stream, script, &requests_in, &disconnects_in);
            }
        });
        Self {
            url,
            requests,
            disconnects,
        }
    }

    /// Returns the requests that have arrived and were not returned yet.
    pub fn arrived(&self) -> Vec<Request> {
        self.requests.try_iter().collect()
    }

    /// Returns the next request; fails after 20 seconds.
    pub fn request(&self) -> Request {
        self.requests
            .recv_timeout(Duration::from_secs(20))
            .expect("a request")
    }

    /// Waits until the client of a `Hang` script disconnects; fails after 20 seconds.
    pub fn client_disconnected(&self) {
        self.disconnects
            .recv_timeout(Duration::from_secs(20))
            .expect("the client disconnects");
    }
}

fn serve(stream: TcpStream, script: Script, requests: &Sender<Request>, disconnects: &Sender<()>) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap() == 0 {
            return;
        }
    }
    let head = head.to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.trim().parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body = if body.is_empty() {
        serde_json::Value::Null
    } else {
        serde_json::from_slice(&body).unwrap()
    };
    let _ = requests.send(Request { head, body });

    let mut stream = reader.into_inner();
    match script {
        Script::Bytes(bytes) => {
            let _ = stream.write_all(bytes.as_bytes());
        }
        Script::Hang(bytes) => {
            let _ = stream.write_all(bytes.as_bytes());
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest); // ends when the client does
            let _ = disconnects.send(());
        }
        Script::Gated(gate, bytes) => {
            gate.pass();
            let _ = stream.write_all(bytes.as_bytes());
        }
        Script::Paused(gate, first, rest) => {
            let _ = stream.write_all(first.as_bytes());
            gate.pass();
            let _ = stream.write_all(rest.as_bytes());
        }
    }
}

/// A response with this status and JSON body.
pub fn json(status: u16, body: &str) -> Script {
    Script::Bytes(format!(
        "HTTP/1.1 {status} Whatever\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         x-generation-id: gen-1\r\nconnection: close\r\n\r\n{body}",
        body.len()
    ))
}

/// Headers of an event stream that ends with the connection.
const STREAM_HEAD: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

/// A stream of frames with this data.
pub fn stream(frames: &[String]) -> Script {
    Script::Bytes(stream_bytes(frames))
}

/// A stream that begins once the gate is open.
pub fn gated_stream(gate: &Gate, frames: &[String]) -> Script {
    Script::Gated(gate.clone(), stream_bytes(frames))
}

/// A stream of two pieces, of which the second one waits for the gate.
pub fn paused_stream(gate: &Gate, first: &str, second: &str) -> Script {
    let all = frames("completed", &[first, second]);
    let begun = opening(&[first]).len();
    let rest = stream_bytes(&all[begun..]);
    let rest = rest.strip_prefix(STREAM_HEAD).unwrap().to_owned();
    Script::Paused(gate.clone(), stream_bytes(&all[..begun]), rest)
}

/// An error status that asks for a retry after this number of seconds.
pub fn retry_after(status: u16, seconds: u32) -> Script {
    Script::Bytes(format!(
        "HTTP/1.1 {status} Whatever\r\ncontent-type: application/json\r\nretry-after: {seconds}\r\n\
         content-length: 40\r\nconnection: close\r\n\r\n{{\"error\":{{\"message\":\"too many for now\"}}}}"
    ))
}

/// A stream that stays open after these frames.
pub fn hanging_stream(frames: &[String]) -> Script {
    Script::Hang(stream_bytes(frames))
}

fn stream_bytes(frames: &[String]) -> String {
    let frames: String = frames
        .iter()
        .map(|data| format!("data: {data}\n\n"))
        .collect();
    format!("{STREAM_HEAD}{frames}")
}

/// A response object with this status and text.
pub fn response(status: &str, text: &str) -> String {
    let incomplete = match status {
        "incomplete" => r#"{"reason":"max_output_tokens"}"#,
        _ => "null",
    };
    let error = match status {
        "failed" => r#"{"code":"server_error","message":"the model fell over"}"#,
        _ => "null",
    };
    format!(
        r#"{{"id":"resp_1","object":"response","created_at":1,"model":"test/model","status":"{status}",
        "error":{error},"incomplete_details":{incomplete},"output":[{}],
        "usage":{{"input_tokens":5,"output_tokens":7,"total_tokens":12,"cost":0.25}}}}"#,
        message(text)
    )
    .replace('\n', "")
}

fn message(text: &str) -> String {
    let text = serde_json::to_string(text).unwrap();
    format!(
        r#"{{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{{"type":"output_text","text":{text},"annotations":[]}}]}}"#
    )
}

/// The frames of a stream with these pieces of text and this final status.
pub fn frames(status: &str, pieces: &[&str]) -> Vec<String> {
    let mut frames = opening(pieces);
    let text = pieces.concat();
    let number = frames.len();
    frames.push(format!(
        r#"{{"type":"response.{status}","sequence_number":{number},"response":{}}}"#,
        response(status, &text)
    ));
    frames
}

/// The frames of a stream up to the last piece, without a final event.
pub fn opening(pieces: &[&str]) -> Vec<String> {
    let mut frames = vec![
        format!(r#"{{"type":"response.created","sequence_number":0,"response":{}}}"#, response("in_progress", "")),
        r#"{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","status":"in_progress","content":[]}}"#.to_owned(),
        r#"{"type":"response.content_part.added","sequence_number":2,"item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}"#.to_owned(),
    ];
    for piece in pieces {
        let number = frames.len();
        let piece = serde_json::to_string(piece).unwrap();
        frames.push(format!(
            r#"{{"type":"response.output_text.delta","sequence_number":{number},"item_id":"msg_1","output_index":0,"content_index":0,"delta":{piece}}}"#
        ));
    }
    frames
}
