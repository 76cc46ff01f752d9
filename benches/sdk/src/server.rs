//! The other side: a server on a thread of its own that writes the same bytes to everyone.
//!
//! The path says what comes: `/burst` 20,000 deltas in 15 writes, `/paced` the same with a write for each,
//! `/small` a whole response.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
};

pub const DELTAS: usize = 20_000;
const BURSTS: usize = 15;

const RESPONSE: &str = r#"{"id":"resp_1","object":"response","created_at":1700000000,"status":"completed","model":"m","output":[{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Hello","annotations":[],"logprobs":[]}]}],"usage":{"input_tokens":3,"input_tokens_details":{"cached_tokens":0},"output_tokens":2,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":5},"error":null,"incomplete_details":null,"instructions":null,"metadata":{},"parallel_tool_calls":true,"temperature":1.0,"tool_choice":"auto","tools":[],"top_p":1.0}"#;

struct Answers {
    burst: Vec<Vec<u8>>,
    paced: Vec<Vec<u8>>,
    small: Vec<u8>,
}

/// Starts the server and gives its URL.
pub fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port");
    let address = listener.local_addr().expect("its address");
    let answers = Arc::new(answers());
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let answers = Arc::clone(&answers);
            thread::spawn(move || serve(socket, &answers));
        }
    });
    format!("http://{address}")
}

fn answers() -> Answers {
    let first = format!(
        r#"{{"type":"response.created","sequence_number":0,"response":{}}}"#,
        RESPONSE.replace("completed", "in_progress")
    );
    let last = format!(
        r#"{{"type":"response.completed","sequence_number":{},"response":{RESPONSE}}}"#,
        DELTAS + 1
    );
    let deltas = (1..=DELTAS).map(|n| {
        format!(
            r#"{{"type":"response.output_text.delta","sequence_number":{n},"item_id":"msg_0123456789abcdef0123456789abcdef","output_index":0,"content_index":0,"delta":" word","logprobs":[]}}"#
        )
    });
    let frames: Vec<String> = std::iter::once(first)
        .chain(deltas)
        .chain([last])
        .map(|data| format!("data: {data}\n\n"))
        .collect();
    let chunk = |text: String| format!("{:x}\r\n{text}\r\n", text.len()).into_bytes();
    let burst = frames.chunks(frames.len().div_ceil(BURSTS)).map(|part| chunk(part.concat())).collect();
    let paced = frames.into_iter().map(chunk).collect();
    let small = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{RESPONSE}",
        RESPONSE.len()
    );
    Answers { burst, paced, small: small.into_bytes() }
}

fn serve(mut socket: TcpStream, answers: &Answers) -> Option<()> {
    socket.set_nodelay(true).ok()?;
    let mut buffer = Vec::new();
    loop {
        let end = loop {
            if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            read(&mut socket, &mut buffer)?;
        };
        let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok())
            .unwrap_or(0);
        while buffer.len() < end + length {
            read(&mut socket, &mut buffer)?;
        }
        buffer.drain(..end + length);
        let chunks = match head.split(' ').nth(1)? {
            path if path.starts_with("/burst") => &answers.burst,
            path if path.starts_with("/paced") => &answers.paced,
            _ => {
                socket.write_all(&answers.small).ok()?;
                continue;
            }
        };
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        socket.write_all(head.as_bytes()).ok()?;
        for chunk in chunks {
            socket.write_all(chunk).ok()?;
        }
        socket.write_all(b"0\r\n\r\n").ok()?;
    }
}

fn read(socket: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<()> {
    let mut part = [0; 4096];
    let count = socket.read(&mut part).ok().filter(|count| *count > 0)?;
    buffer.extend_from_slice(&part[..count]);
    Some(())
}
