//! Server of the benchmarks, in its own process. It writes the same prepared bytes to every client.
//!
//! The path selects the response: `/burst` has 20,000 deltas in 15 writes, `/paced` the same with
//! one write and one chunk per delta, `/idle` the start of a stream and then silence, `/small` a
//! whole response, `/tools` a whole response that calls a tool, unless the request has an output of
//! one.

use std::{
    io::{BufRead as _, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
};

pub const DELTAS: usize = 20_000;
const BURSTS: usize = 15;

const RESPONSE: &str = r#"{"id":"resp_1","object":"response","created_at":1700000000,"status":"completed","completed_at":1700000001,"error":null,"frequency_penalty":0.0,"incomplete_details":null,"instructions":null,"model":"m","output":[{"id":"msg_0123456789abcdef0123456789abcdef","type":"message","status":"completed","content":[{"type":"output_text","annotations":[],"logprobs":[],"text":"Hello"}],"role":"assistant"}],"parallel_tool_calls":true,"presence_penalty":0.0,"temperature":1.0,"tool_choice":"auto","tools":[],"top_p":1.0,"usage":{"input_tokens":3,"input_tokens_details":{"cached_tokens":0},"output_tokens":2,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":5},"metadata":{}}"#;

/// Length in bytes of the text of a stream.
pub const TEXT: usize = DELTAS * " word".len();

/// Server process that ends when this value is dropped.
pub struct Server {
    process: Child,
    pub url: String,
}

impl Server {
    /// Starts this program again as `server`.
    pub fn start() -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut process = Command::new(program)
            .arg("server")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a server");
        let mut url = String::new();
        let output = process.stdout.take().expect("its output");
        std::io::BufReader::new(output)
            .read_line(&mut url)
            .expect("its address");
        Self {
            process,
            url: url.trim().to_owned(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Serves until standard input ends. The first line of output is the URL.
pub fn run() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port");
    println!("http://{}", listener.local_addr().expect("its address"));
    let answers = Arc::new(answers());
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let answers = Arc::clone(&answers);
            thread::spawn(move || serve(socket, &answers));
        }
    });
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

struct Answers {
    burst: Vec<Vec<u8>>,
    paced: Vec<Vec<u8>>,
    small: Vec<u8>,
    call: Vec<u8>,
    /// Sockets that stay open and silent without a thread each.
    idle: Mutex<Vec<TcpStream>>,
}

fn answers() -> Answers {
    let first = format!(
        r#"{{"type":"response.created","sequence_number":0,"response":{}}}"#,
        RESPONSE.replace("completed\"", "in_progress\"")
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
    let size = frames.len().div_ceil(BURSTS);
    let burst = frames
        .chunks(size)
        .map(|part| chunk(part.concat()))
        .collect();
    let paced = frames.into_iter().map(chunk).collect();
    let whole = |body: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    };
    let start = RESPONSE.find("[{").expect("the output");
    let end = RESPONSE.find(",\"usage\"").expect("its end");
    let call = r#"[{"type":"function_call","id":"fc_1","call_id":"call_1","name":"get_weather","arguments":"{\"city\":\"Paris\"}","status":"completed"}]"#;
    let call = [&RESPONSE[..start], call, &RESPONSE[end..]].concat();
    Answers {
        burst,
        paced,
        small: whole(RESPONSE),
        call: whole(&call),
        idle: Mutex::default(),
    }
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
        let path = head.split(' ').nth(1)?;
        let chunks = match path.get(..6)? {
            "/burst" => &answers.burst[..],
            "/paced" => &answers.paced[..],
            "/idle/" => &answers.paced[..2],
            path => {
                let output = b"function_call_output";
                let body = &buffer[end..end + length];
                let answered = || body.windows(output.len()).any(|part| part == output);
                let answer = match path {
                    "/tools" if !answered() => &answers.call,
                    _ => &answers.small,
                };
                buffer.drain(..end + length);
                socket.write_all(answer).ok()?;
                continue;
            }
        };
        let idle = path.starts_with("/idle/");
        buffer.drain(..end + length);
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        socket.write_all(head.as_bytes()).ok()?;
        for chunk in chunks {
            socket.write_all(chunk).ok()?;
        }
        if idle {
            answers.idle.lock().ok()?.push(socket);
            return None;
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
