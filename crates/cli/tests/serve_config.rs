//! `orouter serve --config`: the models of a file, SIGHUP, options over the file, and the providers of
//! the environment.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use support::{orouter, run, signal};

const KEY: &str = "sk-test-Zq8WmB41xQ7hR2nT";

/// A server process; killed at the end.
struct Server {
    child: Child,
    address: String,
    log: Arc<Mutex<String>>,
}

impl Server {
    fn start(mut command: Command) -> Self {
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            let set = command.get_envs().any(|(known, _)| known == name);
            if !set && (text == "RUST_LOG" || text.starts_with("OROUTER_")) {
                command.env_remove(name);
            }
        }
        let mut child = command.spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (lines, pipe) = (Arc::clone(&log), child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                lines.lock().unwrap().push_str(&format!("{line}\n"));
            }
        });
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut first)
            .unwrap();
        let address = first
            .strip_prefix("orouter: listening on http://")
            .and_then(|rest| rest.trim().strip_suffix("/api/v1"));
        let Some(address) = address else {
            std::thread::sleep(Duration::from_millis(200));
            panic!("no address in {first:?}; {}", log.lock().unwrap());
        };
        let address = address.to_owned();
        Self {
            child,
            address,
            log,
        }
    }

    /// Starts a server with a configuration file on a free port.
    fn with_file(path: &Path) -> Self {
        let mut command = orouter(["serve", "--listen", "127.0.0.1:0", "--config"]);
        command.arg(path).env("TEST_KEY", KEY);
        Self::start(command)
    }

    fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits until the log has a text this many times.
    fn logged(&self, text: &str, times: usize) {
        for _ in 0..4000 {
            if self.log().matches(text).count() >= times {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("{text:?} is not in the log {times} times:\n{}", self.log());
    }

    /// Replaces the file and reloads it.
    fn reload(&self, path: &Path, text: &str) {
        fs::write(path, text).unwrap();
        signal("HUP", self.child.id());
    }

    fn models(&self) -> Vec<String> {
        let (status, body) = self.request("GET", "/api/v1/models", "", "");
        assert_eq!(status, 200, "{body}");
        let body: Value = serde_json::from_str(&body).unwrap();
        let models = body["data"].as_array().unwrap().iter();
        models
            .map(|model| model["id"].as_str().unwrap().to_owned())
            .collect()
    }

    fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, String) {
        let mut socket = self.send(method, path, headers, body);
        let mut text = String::new();
        socket.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (
            head.split(' ').nth(1).unwrap().parse().unwrap(),
            body.to_owned(),
        )
    }

    fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> TcpStream {
        let mut socket = TcpStream::connect(&self.address).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        write!(
            socket,
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{headers}\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        socket
    }

    /// Sends a request for a response.
    fn generate(&self, model: &str) -> (u16, String) {
        let body = json!({"model": model, "input": "hi"}).to_string();
        self.request("POST", "/api/v1/responses", "", &body)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An upstream that speaks the Responses API. A streamed reply waits for [`Upstream::finish`] before
/// its end.
struct Upstream {
    address: String,
    heads: Receiver<String>,
    finish: Sender<()>,
}

impl Upstream {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (sender, heads) = channel();
        let (finish, finished) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                reply(stream.unwrap(), &sender, &finished);
            }
        });
        Self {
            address,
            heads,
            finish,
        }
    }

    fn head(&self) -> String {
        self.heads.recv_timeout(Duration::from_secs(20)).unwrap()
    }
}

fn reply(stream: TcpStream, heads: &Sender<String>, finished: &Receiver<()>) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap_or(0) == 0 {
            return;
        }
    }
    let head = head.to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    heads.send(head).unwrap();
    let mut stream = reader.into_inner();
    let item = |text: &str, status: &str| {
        json!({"id": "msg_1", "type": "message", "role": "assistant", "status": status,
            "content": [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]})
    };
    let response = |status: &str, output: Value| {
        json!({"id": "resp_1", "object": "response", "created_at": 1, "status": status,
            "model": "m", "output": output,
            "usage": {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}})
    };
    let whole = response("completed", json!([item("Hello world", "completed")]));
    if body["stream"] != true {
        let text = whole.to_string();
        let _ = write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{text}",
            text.len()
        );
        return;
    }
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
    );
    let mut number = 0;
    let mut event = |mut event: Value| {
        event["sequence_number"] = json!(number);
        number += 1;
        let name = event["type"].as_str().unwrap().to_owned();
        let _ = write!(stream, "event: {name}\ndata: {event}\n\n");
        stream.flush().unwrap();
    };
    let part = |text: &str| json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []});
    let delta = |text: &str| {
        json!({"type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0,
            "content_index": 0, "delta": text, "logprobs": []})
    };
    let mut added = item("", "in_progress");
    added["content"] = json!([]);
    event(json!({"type": "response.created", "response": response("in_progress", json!([]))}));
    event(json!({"type": "response.output_item.added", "output_index": 0, "item": added}));
    event(
        json!({"type": "response.content_part.added", "item_id": "msg_1", "output_index": 0,
        "content_index": 0, "part": part("")}),
    );
    event(delta("Hello"));
    finished.recv_timeout(Duration::from_secs(30)).unwrap();
    event(delta(" world"));
    event(
        json!({"type": "response.output_text.done", "item_id": "msg_1", "output_index": 0,
        "content_index": 0, "text": "Hello world", "logprobs": []}),
    );
    event(
        json!({"type": "response.content_part.done", "item_id": "msg_1", "output_index": 0,
        "content_index": 0, "part": part("Hello world")}),
    );
    event(
        json!({"type": "response.output_item.done", "output_index": 0, "item": item("Hello world", "completed")}),
    );
    event(json!({"type": "response.completed", "response": whole}));
}

fn provider(name: &str, upstream: &str) -> String {
    format!(
        "[providers.{name}]\nprotocol = \"responses\"\nbase_url = \"http://{upstream}/v1\"\n\
         api_key = {{ env = \"TEST_KEY\" }}\n"
    )
}

fn model(id: &str, provider: &str) -> String {
    format!("[[models]]\nid = \"{id}\"\n[[models.endpoints]]\nprovider = \"{provider}\"\n")
}

fn file(folder: &tempfile::TempDir, text: &str) -> PathBuf {
    let path = folder.path().join("orouter.toml");
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_file_offers_its_models_and_not_the_embedded_one() {
    let (folder, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let text = provider("up", &upstream.address) + &model("x/one", "up");
    let server = Server::with_file(&file(&folder, &text));
    assert_eq!(server.models(), ["x/one"]);
    let (status, body) = server.generate("x/one");
    assert_eq!(status, 200, "{body}\n{}", server.log());
    assert!(body.contains("Hello world"), "{body}");
    let head = upstream.head();
    assert!(head.starts_with("post /v1/responses "), "{head}");
    assert!(
        head.contains(&format!("authorization: bearer {}", KEY.to_lowercase())),
        "{head}"
    );
    let (status, body) = server.generate("local");
    assert_eq!(status, 404, "{body}");
    assert!(!server.log().contains("Zq8WmB41"), "{}", server.log());
}

#[test]
fn sighup_reloads_the_file_and_refuses_mistakes() {
    let (folder, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let up = provider("up", &upstream.address);
    let path = file(&folder, &(up.clone() + &model("x/one", "up")));
    let server = Server::with_file(&path);
    assert_eq!(server.models(), ["x/one"]);

    server.reload(
        &path,
        &(up.clone() + &model("x/two", "up") + "[server]\nmax_connections = 7\n"),
    );
    server.logged("configuration reloaded", 1);
    assert_eq!(server.models(), ["x/two"]);
    server.logged("models added: x/two; models removed: x/one", 1);
    server.logged("after a restart: server.max_connections", 1);

    let broken = up.clone() + &model("x/three", "upp") + "color = \"red\"\n";
    server.reload(&path, &broken);
    server.logged("configuration not reloaded", 1);
    let log = server.log();
    assert!(
        log.contains("orouter.toml:8:12: models[0].endpoints[0].provider"),
        "{log}"
    );
    assert!(
        log.contains("orouter.toml:9:1: models[0].endpoints[0].color"),
        "{log}"
    );
    assert_eq!(server.models(), ["x/two"]);

    server.reload(&path, &(up + &model("x/three", "up")));
    server.logged("configuration reloaded", 2);
    assert_eq!(server.models(), ["x/three"]);
    assert_eq!(server.generate("x/three").0, 200);
    assert!(!server.log().contains("Zq8WmB41"), "{}", server.log());

    fs::remove_file(&path).unwrap();
    signal("HUP", server.child.id());
    server.logged("configuration not reloaded", 2);
    assert_eq!(server.models(), ["x/three"]);
}

#[test]
fn a_stream_continues_over_reloads() {
    let (folder, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let text = provider("up", &upstream.address) + &model("x/one", "up");
    let path = file(&folder, &text);
    let server = Server::with_file(&path);
    let body = json!({"model": "x/one", "input": "hi", "stream": true}).to_string();
    let socket = server.send("POST", "/api/v1/responses", "", &body);
    let mut lines = BufReader::new(socket).lines().map_while(Result::ok);
    assert!(
        lines.any(|line| line.contains("\"delta\":\"Hello\"")),
        "{}",
        server.log()
    );

    let other = provider("other", &upstream.address) + &model("x/two", "other");
    server.reload(&path, &other);
    server.logged("configuration reloaded", 1);
    assert_eq!(server.models(), ["x/two"]);
    server.reload(&path, "nothing = true\n");
    server.logged("configuration not reloaded", 1);

    upstream.finish.send(()).unwrap();
    let rest: Vec<String> = lines.collect();
    let rest = rest.join("\n");
    assert!(rest.contains("\"delta\":\" world\""), "{rest}");
    assert!(rest.contains("response.completed"), "{rest}");
    assert!(rest.contains("[DONE]"), "{rest}");
}

#[test]
fn keys_of_the_file_are_required_and_reloaded() {
    let (folder, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let up = provider("up", &upstream.address) + &model("x/one", "up");
    let keys = "[[keys]]\nname = \"ci\"\nkey = { env = \"TEST_KEY\" }\n";
    let path = file(&folder, &(up.clone() + keys));
    let server = Server::with_file(&path);
    let authorization = format!("authorization: Bearer {KEY}\r\n");
    assert_eq!(server.request("GET", "/api/v1/models", "", "").0, 401);
    assert_eq!(
        server
            .request("GET", "/api/v1/models", &authorization, "")
            .0,
        200
    );

    // Of "other".
    let hash = "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa";
    let keys = format!("[[keys]]\nname = \"new\"\nhash = \"sha256:{hash}\"\n");
    server.reload(&path, &(up + &keys));
    server.logged("keys added: new; keys removed: ci", 1);
    assert_eq!(
        server
            .request("GET", "/api/v1/models", &authorization, "")
            .0,
        401
    );
    let other = "authorization: Bearer other\r\n";
    assert_eq!(server.request("GET", "/api/v1/models", other, "").0, 200);
}

#[test]
fn options_override_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[server]\nlisten = \"192.0.2.1:1\"\nmax_body = 10\n[log]\nformat = \"json\"\nlevel = \"error\"\n".to_owned()
        + &provider("up", "127.0.0.1:9") + "models = [\"*\"]\n";
    let path = file(&folder, &text);
    let mut command = orouter(["serve", "--listen", "127.0.0.1:0", "--log-level", "info"]);
    command.env("OROUTER_CONFIG", &path).env("TEST_KEY", KEY);
    let server = Server::start(command);
    let (status, _) = server.request("POST", "/api/v1/responses", "", "{\"input\": \"hello\"}");
    assert_eq!(status, 413, "max_body of the file");
    server.logged("\"level\":\"INFO\"", 1);

    let mut command = orouter(["serve", "--listen", "127.0.0.1:0", "--max-body", "1MiB"]);
    command.arg("--config").arg(&path).env("TEST_KEY", KEY);
    let server = Server::start(command);
    let (status, body) = server.request("POST", "/api/v1/responses", "", "{\"input\": \"hello\"}");
    assert_eq!(status, 400, "{body}");
}

#[test]
fn metrics_have_a_listener_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[records]\nadmin_listen = \"127.0.0.1:0\"\nrequire_keys = false\n".to_owned()
        + &provider("up", "127.0.0.1:9")
        + "models = [\"*\"]\n";
    let path = file(&folder, &text);
    let mut command = orouter(["serve", "--listen", "0.0.0.0:0", "--config"]);
    command.arg(&path).env("TEST_KEY", KEY);
    let mut server = Server::start(command);
    let (status, body) = server.request("GET", "/metrics", "", "");
    assert_eq!(status, 404, "{body}");
    server.logged("listening for administrators", 1);
    let log = server.log();
    let line = log
        .lines()
        .find(|line| line.contains("administrators"))
        .unwrap();
    let (_, address) = line.split_once("address=").unwrap();
    server.address = address.trim().trim_matches('"').to_owned();
    let (status, body) = server.request("GET", "/metrics", "", "");
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("orouter_build_info{version="), "{body}");
}

#[test]
fn an_address_for_administrators_in_use_is_reported() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let text = format!("[records]\nadmin_listen = \"{address}\"\n")
        + &provider("up", "127.0.0.1:9")
        + "models = [\"*\"]\n";
    let path = file(&folder, &text);
    for arguments in [
        vec!["--config", path.to_str().unwrap()],
        vec!["--admin-listen", &address],
    ] {
        let mut command = orouter(["serve", "--listen", "127.0.0.1:0"]);
        command
            .args(arguments)
            .env("TEST_KEY", KEY)
            .env("OPENAI_API_KEY", KEY);
        let ran = run(command);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
        assert!(ran.stderr.contains(&address), "{ran:?}");
        assert!(ran.stderr.contains("records.admin_listen"), "{ran:?}");
    }
    let mut command = orouter(["check"]);
    command.arg(&path).env("TEST_KEY", KEY);
    let ran = run(command);
    assert_eq!(ran.status, Some(0), "a running server may use it: {ran:?}");
    assert!(
        ran.stderr
            .contains("records.admin_listen: warning: cannot listen on"),
        "{ran:?}"
    );
    assert!(ran.stderr.contains(&address), "{ran:?}");
}

#[test]
fn a_file_with_mistakes_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(
        &folder,
        "[server]\nlisten = \"x\"\n[log]\nlevel = \"loud\"\n",
    );
    let mut command = orouter(["serve", "--config"]);
    command.arg(&path);
    let ran = run(command);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(lines.len(), 2, "{ran:?}");
    assert!(
        lines[0].contains("orouter.toml:2:10: server.listen"),
        "{ran:?}"
    );
    assert!(lines[1].contains("orouter.toml:4:9: log.level"), "{ran:?}");
}

#[test]
fn variables_make_providers_without_a_file() {
    let upstream = Upstream::start();
    let mut command = orouter([
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--model-path",
        "missing.gguf",
    ]);
    command
        .env("OLLAMA_HOST", &upstream.address)
        .env("OPENROUTER_API_KEY", KEY);
    let server = Server::start(command);
    // Without the embedded model, the server keeps running for the others.
    server.logged("the embedded model is not available", 1);
    server.logged("providers of the environment: openrouter, ollama", 1);
    while server.request("GET", "/ready", "", "").0 != 200 {
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = server.generate("ollama/some-model");
    let head = upstream.head();
    assert!(head.starts_with("post /v1/chat/completions "), "{head}");
    assert!(!head.contains("authorization"), "{head}");
    assert!(!server.log().contains("Zq8WmB41"), "{}", server.log());

    let mut command = orouter(["serve", "--listen", "127.0.0.1:0"]);
    command.env("OLLAMA_HOST", "ftp://a");
    let ran = run(command);
    assert_eq!(ran.status, Some(2), "{ran:?}");
    assert!(
        ran.stderr.contains("OLLAMA_HOST: is not the address"),
        "{ran:?}"
    );
}

#[test]
fn without_other_providers_the_embedded_model_is_needed() {
    let mut command = orouter([
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--model-path",
        "missing.gguf",
    ]);
    command.env("OPENAI_API_KEY", " ");
    let ran = run(command);
    assert_eq!(ran.status, Some(4), "{ran:?}");
}

#[test]
fn a_reload_that_needs_the_embedded_model_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(
        &folder,
        &(provider("up", "127.0.0.1:9") + &model("x/one", "up")),
    );
    let server = Server::with_file(&path);
    server.reload(&path, &model("x/smollm2-135m-instruct", "local"));
    server.logged("configuration not reloaded", 1);
    assert!(
        server.log().contains("restart the server"),
        "{}",
        server.log()
    );
    assert_eq!(server.models(), ["x/one"]);
}
