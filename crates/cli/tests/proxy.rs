//! Proxies in the environment are used, or refused before anything is sent.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use support::scripted::{Server, json};
use support::{orouter, run};

const LIST: &str = r#"{"data":[{"id":"a/b","name":"B"}]}"#;

#[test]
fn a_socks_proxy_is_used() {
    let server = Server::start([json(200, LIST)]);
    let to = server.url["http://".len()..].split('/').next().unwrap();
    let to = to.to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = listener.local_addr().unwrap();
    let proxied = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut greeting = [0; 2];
        client.read_exact(&mut greeting).unwrap();
        let mut methods = vec![0; usize::from(greeting[1])];
        client.read_exact(&mut methods).unwrap();
        client.write_all(&[5, 0]).unwrap();
        // Version, "connect", reserved, "a name", its length; then the name and the port.
        let mut head = [0; 5];
        client.read_exact(&mut head).unwrap();
        let mut name = vec![0; usize::from(head[4]) + 2];
        client.read_exact(&mut name).unwrap();
        client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
        let mut upstream = TcpStream::connect(to).unwrap();
        let (mut from, mut into) = (client.try_clone().unwrap(), upstream.try_clone().unwrap());
        thread::spawn(move || std::io::copy(&mut from, &mut into));
        std::io::copy(&mut upstream, &mut client).unwrap();
        name
    });
    let mut command = orouter(["models", "--base-url", "http://upstream.invalid/api/v1"]);
    command.env("ALL_PROXY", format!("socks5h://{proxy}"));
    let ran = run(command);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.starts_with("a/b "), "{}", ran.stdout);
    assert_eq!(proxied.join().unwrap(), b"upstream.invalid\x00\x50");
    assert!(server.request().head.contains("upstream.invalid"));
}

#[test]
fn an_unusable_variable_is_named_in_one_line() {
    // The server accepts one connection, so that a wrong request would fail the last step.
    let server = Server::start([json(200, LIST)]);
    for (variable, value) in [
        ("HTTP_PROXY", "socks6://me:hush@proxy"),
        ("https_proxy", "http://"),
        ("ALL_PROXY", "http://me:hush@proxy:port"),
        ("all_proxy", "pro xy"),
    ] {
        for arguments in [["models", "--base-url"], ["send", "--base-url"]] {
            let mut command = orouter(arguments);
            command.arg(&server.url).env(variable, value);
            if arguments[0] == "send" {
                command.args(["-m", "m", "hi"]);
            }
            let ran = run(command);
            assert_eq!(ran.status, Some(2), "{}", ran.stderr);
            assert!(ran.stderr.contains(variable), "{}", ran.stderr);
            assert!(!ran.stderr.contains("hush"), "{}", ran.stderr);
            assert_eq!(ran.stderr.trim_end().lines().count(), 1, "{}", ran.stderr);
        }
    }
    let mut command = orouter(["models", "--base-url", &server.url]);
    command
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .env("NO_PROXY", "127.*");
    let ran = run(command);
    assert_eq!(ran.status, Some(2), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("NO_PROXY") && ran.stderr.contains("127.*"),
        "{}",
        ran.stderr
    );
    // Nothing was sent: the server still accepts a connection.
    let ran = run(orouter(["models", "--base-url", &server.url]));
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
}

#[test]
fn the_embedded_model_needs_no_proxy() {
    let mut command = orouter(["models", "--local"]);
    command.env("ALL_PROXY", "socks6://proxy");
    let ran = run(command);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
}

#[test]
fn the_cause_of_a_failed_connection_is_printed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    let ran = run(orouter(["models", "--base-url", &url]));
    assert_eq!(ran.status, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("refused"), "{}", ran.stderr);
}
