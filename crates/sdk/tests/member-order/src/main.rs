//! Checks the order of members in the body that the SDK sends, with its default features and without
//! `preserve-order`. Panics at the first difference.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::mpsc,
    thread,
};

use orouter::{
    FunctionTool, OpenRouter, Raw, RequestOptions, ResponsesRequest, TextFormat, blocking,
};
use serde_json::{Value, json};

const RESPONSE: &str = r#"{"id":"r","object":"response","status":"completed","output":[]}"#;
const SORTS: bool = cfg!(not(feature = "sdk-defaults"));

fn main() {
    let (server, bodies) = serve();
    let builder = OpenRouter::builder()
        .without_api_key()
        .server_url(server)
        .env(|_| None);
    let client = blocking::OpenRouter::from_builder(builder).expect("a client");
    let send = |request: ResponsesRequest, options: RequestOptions| {
        let call = client.responses().create(request).options(options);
        call.call().expect("a response");
        bodies.recv().expect("a body")
    };
    let none = RequestOptions::new;

    // A schema from `json!`, from a parsed text, and as raw text.
    let ordered = r#"{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"}},"required":["name","age"]}"#;
    let sorted = r#"{"properties":{"age":{"type":"integer"},"name":{"type":"string"}},"required":["name","age"],"type":"object"}"#;
    let written = json!({
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
        "required": ["name", "age"],
    });
    let read: Value = serde_json::from_str(ordered).expect("JSON");
    let exact: Raw = ordered.parse().expect("JSON");
    for (schema, sorts) in [
        (Raw::from(written), SORTS),
        (Raw::from(read), SORTS),
        (exact, false),
    ] {
        let expected = if sorts { sorted } else { ordered };
        let request = ResponsesRequest::new("m")
            .input("hi")
            .text(TextFormat::json_schema("person", schema.clone()))
            .tools([FunctionTool::new("save", schema)]);
        let body = send(request, none());
        assert_eq!(body.matches(expected).count(), 2, "{body}");
    }

    // Extra members of the request keep their position in either case.
    let request = || {
        ResponsesRequest::new("m")
            .input("hi")
            .temperature(0.5)
            .instructions("be brief")
    };
    let plain = send(request(), none());
    let options = none().extra_body("zeta", 1).extra_body("alpha", "2");
    let body = send(request(), options);
    let open = plain.strip_suffix('}').expect("an object");
    assert_eq!(body, format!(r#"{open},"zeta":1,"alpha":"2"}}"#));

    let names = |body: &str| {
        let mut places: Vec<_> = ["model", "input", "instructions", "temperature", "zeta"]
            .iter()
            .map(|name| (body.find(&format!("\"{name}\":")), *name))
            .collect();
        places.sort_unstable();
        places.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
    };
    let body = send(request(), none().extra_body("zeta", 1).extra_body("model", "n"));
    let mut expected = names(&plain);
    expected.retain(|name| !matches!(*name, "zeta" | "model"));
    // `zeta` is absent from the first body.
    expected.extend(["zeta", "model"]);
    assert_eq!(names(&body), expected, "{body}");
    assert_eq!(body.matches("\"model\"").count(), 1, "{body}");

    let value = json!({"z": 1, "a": {"y": 2, "b": 3}});
    let body = send(request(), none().extra_body("more", value));
    let expected = if SORTS {
        r#""more":{"a":{"b":3,"y":2},"z":1}}"#
    } else {
        r#""more":{"z":1,"a":{"y":2,"b":3}}}"#
    };
    assert!(body.ends_with(expected), "{body}");

    println!(
        "members are in order; json! {}",
        if SORTS { "sorts" } else { "keeps its order" }
    );
}

/// Starts a server that responds to every request with [`RESPONSE`]. Returns the base URL and the
/// bodies.
fn serve() -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
    let (sender, bodies) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.expect("a connection"));
            let mut length = 0;
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).expect("a header");
                let line = line.trim_end().to_ascii_lowercase();
                if let Some(value) = line.strip_prefix("content-length:") {
                    length = value.trim().parse().expect("a length");
                }
                if line.is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).expect("a body");
            let body = String::from_utf8(body).expect("UTF-8");
            write!(
                stream.get_mut(),
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
                 connection: close\r\n\r\n{RESPONSE}",
                RESPONSE.len()
            )
            .expect("a response is written");
            if sender.send(body).is_err() {
                return;
            }
        }
    });
    (url, bodies)
}
