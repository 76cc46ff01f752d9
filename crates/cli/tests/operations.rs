//! `orouter serve` as a service: a blocked log does not stop it, signals shut it down gracefully, and
//! options and variables set its limits.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};
use support::{embedded, orouter, run, signal};

/// A server; killed when a test fails.
struct Server {
    child: Option<Child>,
    address: String,
    stderr: Arc<Mutex<String>>,
    collector: Option<JoinHandle<()>>,
}

/// The command, without the variables that change its log or its limits.
fn serve(arguments: &[&str]) -> Command {
    let mut command = orouter(["serve", "--listen", "127.0.0.1:0"]);
    command.args(arguments);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text == "RUST_LOG" || (text.starts_with("OROUTER_") && text != "OROUTER_MODEL_PATH") {
            command.env_remove(name);
        }
    }
    command
}

impl Server {
    /// Starts a server and collects its log.
    fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let address = address(&mut lines);
        let stderr = Arc::new(Mutex::new(String::new()));
        let (collected, pipe) = (Arc::clone(&stderr), child.stderr.take().unwrap());
        let collector = std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                let mut collected = collected.lock().unwrap();
                collected.push_str(&line);
                collected.push('\n');
            }
        });
        Self {
            child: Some(child),
            address,
            stderr,
            collector: Some(collector),
        }
    }

    fn log(&self) -> String {
        self.stderr.lock().unwrap().clone()
    }

    /// Waits for a log line with this text.
    fn logged(&self, text: &str) -> String {
        for _ in 0..2000 {
            if let Some(line) = self.log().lines().find(|line| line.contains(text)) {
                return line.to_owned();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("no line with {text:?} in\n{}", self.log());
    }

    fn signal(&self, name: &str) {
        signal(name, self.child.as_ref().unwrap().id());
    }

    fn get(&self, path: &str) -> (u16, Value) {
        request(&self.address, "GET", path, "")
    }

    /// Waits for the model to be loaded.
    fn ready(&self) {
        while self.get("/ready").0 != 200 {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits for the end. Returns the exit status and the log.
    fn end(mut self) -> (Option<i32>, String) {
        let status = self.child.take().unwrap().wait().unwrap().code();
        self.collector.take().unwrap().join().unwrap();
        (status, self.log())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Reads the address from the first line that the server prints.
fn address(lines: &mut impl std::io::BufRead) -> String {
    let mut line = String::new();
    loop {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "no address");
        if let Some(url) = line.strip_prefix("orouter: listening on http://") {
            return url.trim().strip_suffix("/api/v1").unwrap().to_owned();
        }
    }
}

/// Sends one request. Returns the status, and the body if it is JSON.
fn request(address: &str, method: &str, path: &str, body: &str) -> (u16, Value) {
    let mut socket = TcpStream::connect(address).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(120)))
        .unwrap();
    write!(
        socket,
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut text = String::new();
    socket.read_to_string(&mut text).unwrap();
    let status = text
        .split(' ')
        .nth(1)
        .unwrap_or_else(|| panic!("an empty reply to {method} {path}"));
    let body = text.split_once("\r\n\r\n").unwrap().1;
    let body = serde_json::from_str(body).unwrap_or_default();
    (status.parse().unwrap(), body)
}

/// A request that the embedded model serves.
fn generate(address: &str) -> (u16, Value) {
    let body = json!({"model": "local", "input": "Say hi.", "max_output_tokens": 3});
    request(address, "POST", "/v1/responses", &body.to_string())
}

/// Sends requests until at least `count` log lines have been dropped.
fn until_dropped(address: &str, count: u64) -> u64 {
    for _ in 0..20_000 {
        assert_eq!(request(address, "GET", "/nothing/at/all", "").0, 404);
        let dropped = request(address, "GET", "/health", "").1["dropped_log_lines"]
            .as_u64()
            .unwrap();
        if dropped >= count {
            return dropped;
        }
    }
    panic!("no line was dropped");
}

#[test]
fn a_closed_pipe_loses_log_lines_only() {
    if !embedded::available() {
        return;
    }
    // As in `orouter serve 2>&1 | head -n 2`.
    let (reader, writer) = std::io::pipe().unwrap();
    let mut command = serve(&[]);
    command.stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut lines = BufReader::new(reader);
    let address = address(&mut lines);
    assert_eq!(request(&address, "GET", "/version", "").0, 200);
    lines.read_line(&mut String::new()).unwrap();
    drop(lines);
    until_dropped(&address, 20);
    assert_eq!(generate(&address).0, 200);
    signal("TERM", child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_log_lines_only() {
    if !embedded::available() {
        return;
    }
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let mut command = serve(&["--log-format", "json"]);
    command.stderr(full());
    let mut child = command.spawn().unwrap();
    let address = address(&mut BufReader::new(child.stdout.take().unwrap()));
    until_dropped(&address, 20);
    assert_eq!(generate(&address).0, 200);
    signal("INT", child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));

    // Standard output is full, too.
    let mut command = serve(&[]);
    command.stdout(full());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut log = String::new();
    while !log.contains("cannot write to standard output") {
        assert!(lines.read_line(&mut log).unwrap() > 0, "{log}");
    }
    signal("TERM", child.id());
    lines.read_to_string(&mut log).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{log}");
}

#[test]
fn an_unread_pipe_loses_log_lines_only_and_they_are_reported() {
    if !embedded::available() {
        return;
    }
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut command = serve(&["--shutdown-delay", "0s"]);
    command.stderr(writer);
    let mut child = command.spawn().unwrap();
    drop(command);
    let address = address(&mut BufReader::new(child.stdout.take().unwrap()));
    let dropped = until_dropped(&address, 10);
    assert_eq!(generate(&address).0, 200);
    // When the pipe is read, the queued lines arrive, and a report of the dropped ones.
    let reading = std::thread::spawn(move || {
        let mut log = String::new();
        reader.read_to_string(&mut log).unwrap();
        log
    });
    let mut log = String::new();
    for _ in 0..200 {
        // The report is a log line and needs space in the queue.
        std::thread::sleep(Duration::from_millis(20));
        log = request(&address, "GET", "/health", "").1.to_string();
    }
    assert!(log.contains("dropped_log_lines"), "{log}");
    signal("TERM", child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let log = reading.join().unwrap();
    let report = log
        .lines()
        .find(|line| line.contains("log lines were dropped"))
        .expect("a report");
    let total = report.split("total=").nth(1).unwrap();
    let total: u64 = total.split(' ').next().unwrap().parse().unwrap();
    assert!(total >= dropped, "{report}");
    assert!(log.trim_end().ends_with("stopped"), "the log is complete");
}

#[test]
fn an_unread_pipe_does_not_delay_the_shutdown() {
    if !embedded::available() {
        return;
    }
    let (reader, writer) = std::io::pipe().unwrap();
    let mut command = serve(&["--shutdown-delay", "0s"]);
    command.stderr(writer);
    let mut child = command.spawn().unwrap();
    drop(command);
    let address = address(&mut BufReader::new(child.stdout.take().unwrap()));
    until_dropped(&address, 1);
    signal("TERM", child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    drop(reader);
}

#[test]
fn the_first_signal_drains_and_the_second_stops_at_once() {
    if !embedded::available() {
        return;
    }
    for (first, second, status) in [
        ("TERM", "TERM", 143),
        ("INT", "INT", 130),
        ("INT", "TERM", 143),
    ] {
        let server = Server::start(serve(&["--shutdown-delay", "1h", "--drain", "1h"]));
        server.ready();
        server.signal(first);
        while server.get("/ready").0 != 503 {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(server.get("/health").0, 200);
        server.signal("HUP");
        server.logged("SIGHUP ignored");
        server.signal(second);
        assert_eq!(server.end().0, Some(status), "{first} {second}");
    }
}

#[test]
fn a_graceful_shutdown_is_success_and_sighup_is_ignored() {
    if !embedded::available() {
        return;
    }
    for name in ["INT", "TERM"] {
        let server = Server::start(serve(&["--shutdown-delay", "0s"]));
        server.signal("HUP");
        server.signal("HUP");
        server.logged("SIGHUP ignored");
        server.ready();
        server.signal(name);
        assert_eq!(server.end().0, Some(0), "{name}");
    }
}

#[test]
fn a_model_that_cannot_be_loaded_ends_the_server() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "not a model").unwrap();
    let ran = run(serve(&["--model-path", file.path().to_str().unwrap()]));
    assert_eq!(ran.status, Some(4), "{ran:?}");
    assert!(ran.stderr.contains("orouter: "), "{ran:?}");
}

#[test]
fn every_request_has_one_line_that_cannot_be_forged() {
    if !embedded::available() {
        return;
    }
    let server = Server::start(serve(&["--log-format", "json", "--max-body", "1KB"]));
    server.ready();
    assert_eq!(generate(&server.address).0, 200);
    let large = "a".repeat(2000);
    for (method, path, body, status) in [
        ("GET", "/unknown", "", 404),
        ("PUT", "/v1/responses", "", 405),
        ("POST", "/v1/responses", "{", 400),
        ("POST", "/v1/responses", large.as_str(), 413),
    ] {
        assert_eq!(request(&server.address, method, path, body).0, status);
        let line = server.logged(&format!("\"status\":{status}"));
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(
            (&line["method"], &line["path"]),
            (&json!(method), &json!(path))
        );
        assert!(line["error_type"].is_string(), "{line}");
        assert!(
            line["generation"].as_str().unwrap().starts_with("gen-"),
            "{line}"
        );
    }
    let lines = server.log();
    let generations = lines
        .matches("\"outcome\":\"completed\",\"generation\"")
        .count();
    assert!(generations >= 1, "{lines}");
    assert!(
        lines
            .lines()
            .all(|line| serde_json::from_str::<Value>(line).is_ok()),
        "{lines}"
    );
    assert!(!lines.contains("Say hi"), "{lines}");

    // Text: quotes and line breaks of clients are escaped.
    let server = Server::start(serve(&[]));
    let mut socket = TcpStream::connect(&server.address).unwrap();
    write!(
        socket,
        "GET /a\"outcome=forged HTTP/1.1\r\nhost: localhost\r\nx-request-id: b\" status=200 \t\r\n\
         connection: close\r\n\r\n"
    )
    .unwrap();
    socket.read_to_string(&mut String::new()).unwrap();
    let line = server.logged("forged");
    assert!(line.contains(r#"path="/a\"outcome=forged""#), "{line}");
    assert!(
        line.contains(r#"client_request_id="b\" status=200""#),
        "{line}"
    );
}

#[test]
fn options_and_variables_set_level_and_format() {
    if !embedded::available() {
        return;
    }
    let log = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = serve(arguments);
        command.arg("--shutdown-delay").arg("0s");
        command.envs(variables.iter().copied());
        let server = Server::start(command);
        assert_eq!(server.get("/unknown").0, 404);
        server.ready();
        server.signal("TERM");
        let (status, log) = server.end();
        assert_eq!(status, Some(0));
        log
    };
    for (arguments, variables, lines, json) in [
        (&[] as &[&str], &[] as &[(&str, &str)], true, false),
        (&["--log-level", "warn"], &[], false, false),
        (&[], &[("OROUTER_LOG_LEVEL", "off")], false, false),
        (
            &["--log-level", "info"],
            &[("OROUTER_LOG_LEVEL", "off")],
            true,
            false,
        ),
        (
            &["--log-level", "off"],
            &[("RUST_LOG", "orouter_server=info")],
            true,
            false,
        ),
        (
            &["--log-level", "info"],
            &[("RUST_LOG", "error")],
            false,
            false,
        ),
        (&["--log-level", "info"], &[("RUST_LOG", "")], true, false),
        (&[], &[("OROUTER_LOG_FORMAT", "json")], true, true),
        (
            &["--log-format", "text"],
            &[("OROUTER_LOG_FORMAT", "json")],
            true,
            false,
        ),
    ] {
        let log = log(arguments, variables);
        assert_eq!(
            log.contains("/unknown"),
            lines,
            "{arguments:?} {variables:?}\n{log}"
        );
        let first = log.lines().next().unwrap_or("no line");
        assert_eq!(
            serde_json::from_str::<Value>(first).is_ok(),
            json,
            "{arguments:?} {variables:?}\n{log}"
        );
    }
}

#[test]
fn unusable_values_are_refused_with_their_variable() {
    for (name, value, expected) in [
        ("OROUTER_MAX_BODY", "lots", "--max-body"),
        ("OROUTER_DRAIN", "30", "no unit"),
        ("OROUTER_KEEP_ALIVE_TIMEOUT", "", "--keep-alive-timeout"),
        ("OROUTER_MAX_CONNECTIONS", "0", "--max-connections"),
        ("OROUTER_LOG_LEVEL", "loud", "debug"),
        ("OROUTER_LOG_FORMAT", "xml", "json"),
        ("OROUTER_QUEUE", "-1", "--queue"),
        ("RUST_LOG", "info,=,", "RUST_LOG"),
    ] {
        let mut command = serve(&[]);
        command.env(name, value);
        let ran = run(command);
        assert_eq!(ran.status, Some(2), "{name}={value}: {ran:?}");
        assert!(
            ran.stderr.contains(name) && ran.stderr.contains(expected),
            "{ran:?}"
        );
        assert_eq!(ran.stdout, "");
    }
    // The value comes from the option, not from the variable.
    let mut command = serve(&["--max-body=many"]);
    command.env("OROUTER_MAX_BODY", "1MiB");
    let ran = run(command);
    assert_eq!(ran.status, Some(2));
    assert!(!ran.stderr.contains("variable"), "{ran:?}");
}

#[test]
fn variables_set_limits() {
    if !embedded::available() {
        return;
    }
    let mut command = serve(&["--max-body", "2KiB"]);
    command
        .env("OROUTER_MAX_BODY", "1GiB")
        .env("OROUTER_MAX_CONNECTIONS", "17")
        .stdin(Stdio::null());
    let server = Server::start(command);
    let limits = server.get("/health").1["limits"].clone();
    assert_eq!(
        (&limits["body_bytes"], &limits["connections"]),
        (&json!(2048), &json!(17))
    );
}
