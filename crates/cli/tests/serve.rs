//! `orouter serve`: prints its address, serves requests and stops on a signal.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::Child;

use support::{Ran, embedded, orouter, run, signal};

/// Starts a server and returns the base URL that it printed.
fn serve() -> (Child, String) {
    let mut child = orouter(["serve", "--listen", "127.0.0.1:0"])
        .spawn()
        .unwrap();
    let mut first = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    let url = first
        .strip_prefix("orouter: listening on ")
        .expect("the address")
        .trim()
        .to_owned();
    (child, url)
}

#[test]
fn requests_are_served_until_an_interrupt() {
    if !embedded::available() {
        return;
    }
    let (child, url) = serve();
    let answer = run(orouter([
        "send",
        "What is the capital of Germany?",
        "-m",
        "local",
        "--max-output-tokens",
        "32",
        "--base-url",
        &url,
    ]));
    assert!(answer.stdout.contains("Berlin"), "{answer:?}");
    let listed = run(orouter(["models", "--base-url", &url]));
    assert!(
        listed.stdout.starts_with("local/smollm2-135m-instruct "),
        "{listed:?}"
    );

    // Without a model, the server refuses the request, and the command prints its message.
    let refused = run(orouter(["send", "hi", "--base-url", &url]));
    assert_eq!(refused.status, Some(1));
    assert!(refused.stderr.contains("model"), "{refused:?}");

    signal("INT", child.id());
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.status, Some(0));
    assert!(
        !ran.stderr.contains("capital"),
        "prompts are not logged: {}",
        ran.stderr
    );
}

#[test]
fn sigterm_is_success() {
    if !embedded::available() {
        return;
    }
    let (child, _) = serve();
    signal("TERM", child.id());
    assert_eq!(Ran::from(child.wait_with_output().unwrap()).status, Some(0));
}

#[test]
fn a_port_in_use_is_reported() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ran = run(orouter(["serve", "--listen", &address]));
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""));
    assert!(
        ran.stderr.contains(&address) && ran.stderr.contains("--listen"),
        "{}",
        ran.stderr
    );
}
