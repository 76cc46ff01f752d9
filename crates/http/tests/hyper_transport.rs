//! The transport over hyper, against a scripted server: messages, connections, faults.
#![cfg(feature = "hyper")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::{future::poll_fn, time::Duration};

use http::{HeaderMap, Method};
use orouter_http::{
    Clock as _, TokioClock,
    testing::{ScriptedServer, Step, http_response},
    transport::{HttpRequest, HttpResponse, HyperTransport, Transport, TransportError},
};

fn direct() -> HyperTransport {
    HyperTransport::builder().no_proxy().build().unwrap()
}

fn post(url: &str) -> HttpRequest {
    HttpRequest::new(Method::POST, url.parse().unwrap()).with_body("{}")
}

async fn read(mut response: HttpResponse) -> Result<String, TransportError> {
    let mut text = Vec::new();
    while let Some(chunk) = poll_fn(|cx| response.body_mut().poll_chunk(cx)).await {
        text.extend_from_slice(&chunk?);
    }
    Ok(String::from_utf8(text).unwrap())
}

async fn start(scripts: impl IntoIterator<Item = Vec<Step>>) -> ScriptedServer {
    ScriptedServer::start(scripts).await.unwrap()
}

async fn open_connections(server: &ScriptedServer, count: usize) {
    for _ in 0..400 {
        if server.open_connections() == count {
            return;
        }
        TokioClock.sleep(Duration::from_millis(5)).await;
    }
    panic!("{} connections are open", server.open_connections());
}

#[tokio::test]
async fn a_request_has_target_host_and_length() {
    let server = start([vec![Step::Send(http_response(
        200,
        &[("x-a", "1")],
        "hello",
    ))]])
    .await;
    let mut headers = HeaderMap::new();
    headers.insert("x-trace", "7".parse().unwrap());
    let request = post(&format!("{}/responses?a=b%20c#fragment", server.url()));
    let response = direct().send(request.with_headers(headers)).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["x-a"]),
        (200, &"1".parse().unwrap())
    );
    assert_eq!(read(response).await.unwrap(), "hello");
    let received = &server.received()[0];
    assert_eq!(
        received.request_line(),
        "POST /api/v1/responses?a=b%20c HTTP/1.1"
    );
    assert_eq!(
        received.header("host"),
        Some(&*server.address().to_string())
    );
    assert_eq!(received.header("content-length"), Some("2"));
    assert_eq!(received.header("x-trace"), Some("7"));
    assert_eq!(&*received.body, b"{}");
}

#[tokio::test]
async fn connections_are_reused_after_complete_bodies_only() {
    let server = start([vec![Step::Send(http_response(200, &[], "hello"))]]).await;
    let transport = direct();
    for _ in 0..3 {
        let response = transport.send(post(&server.url())).await.unwrap();
        read(response).await.unwrap();
    }
    assert_eq!(server.accepted_connections(), 1);
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n";
    let server = start([vec![Step::send(chunked)]]).await;
    for _ in 0..2 {
        let mut response = transport.send(post(&server.url())).await.unwrap();
        poll_fn(|cx| response.body_mut().poll_chunk(cx))
            .await
            .unwrap()
            .unwrap();
        drop(response);
        open_connections(&server, 0).await;
    }
    assert_eq!(server.accepted_connections(), 2);
}

#[tokio::test]
async fn servers_that_close_or_send_too_much_lose_their_connection() {
    for (reply, body) in [
        (
            "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok",
            "ok",
        ),
        ("HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok", "ok"),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n",
            "ok",
        ),
        ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok???", "ok"),
    ] {
        let server = start([vec![Step::send(reply)]]).await;
        let transport = direct();
        for _ in 0..2 {
            let response = transport.send(post(&server.url())).await.unwrap();
            assert_eq!(read(response).await.unwrap(), body);
            open_connections(&server, 0).await;
        }
        assert_eq!(server.accepted_connections(), 2, "{reply}");
    }
}

#[tokio::test]
async fn a_stale_connection_is_replaced_and_the_request_sent_once() {
    let ok = http_response(200, &[], "hello");
    let server = start([vec![Step::Send(ok), Step::Close]]).await;
    let transport = direct();
    for _ in 0..5 {
        let response = transport.send(post(&server.url())).await.unwrap();
        assert_eq!(read(response).await.unwrap(), "hello");
        open_connections(&server, 0).await;
    }
    assert_eq!(
        (server.accepted_connections(), server.received().len()),
        (5, 5)
    );
}

#[tokio::test]
async fn connections_that_the_server_closes_later_are_replaced() {
    let timeout = http_response(408, &[("connection", "close")], "");
    for end in [
        vec![Step::Close],
        vec![Step::Reset],
        vec![Step::Send(timeout), Step::Close],
    ] {
        let ok = http_response(200, &[], "hello");
        let mut script = vec![Step::Send(ok), Step::Wait(Duration::from_millis(100))];
        script.extend(end);
        let server = start([script]).await;
        let transport = direct();
        for round in 1..=3 {
            let requests = (0..4).map(|_| {
                let (transport, request) = (transport.clone(), post(&server.url()));
                tokio::spawn(async move { read(transport.send(request).await?).await })
            });
            for request in requests.collect::<Vec<_>>() {
                let text = tokio::time::timeout(Duration::from_secs(20), request).await;
                assert_eq!(text.unwrap().unwrap().unwrap(), "hello");
            }
            open_connections(&server, 0).await;
            assert_eq!(
                (server.accepted_connections(), server.received().len()),
                (4 * round, 4 * round)
            );
        }
    }
}

#[tokio::test]
async fn unused_connections_are_closed_after_the_idle_timeout() {
    let server = start([vec![Step::Send(http_response(200, &[], "hello"))]]).await;
    let transport = HyperTransport::builder()
        .no_proxy()
        .idle_timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    read(transport.send(post(&server.url())).await.unwrap())
        .await
        .unwrap();
    open_connections(&server, 1).await;
    open_connections(&server, 0).await;
    let single = HyperTransport::builder()
        .no_proxy()
        .max_idle_per_host(0)
        .build()
        .unwrap();
    read(single.send(post(&server.url())).await.unwrap())
        .await
        .unwrap();
    open_connections(&server, 0).await;
}

#[tokio::test]
async fn an_early_reply_to_a_large_request_arrives() {
    // The server replies before it has read the body, and reads no more.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut buffer = [0; 1024];
        socket.read_exact(&mut buffer).await.unwrap();
        socket
            .write_all(&http_response(413, &[], "too large"))
            .await
            .unwrap();
        socket
    });
    let request =
        HttpRequest::new(Method::POST, url.parse().unwrap()).with_body(vec![b'x'; 20 << 20]);
    let response = direct().send(request).await.unwrap();
    assert_eq!(response.status().as_u16(), 413);
    assert_eq!(read(response).await.unwrap(), "too large");
    drop(serving.await.unwrap());
}

#[tokio::test]
async fn errors_say_if_the_request_was_sent() {
    let refused = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", refused.local_addr().unwrap());
    drop(refused);
    let error = direct().send(post(&url)).await.unwrap_err();
    assert!(error.is_connect() && !error.was_sent(), "{error:?}");
    let error = direct()
        .send(post("http://no-such-host.invalid/"))
        .await
        .unwrap_err();
    assert!(error.is_connect(), "{error:?}");
    for url in ["ftp://host/", "http://me:hush@host/"] {
        let error = direct().send(post(url)).await.unwrap_err();
        assert!(
            error.is_unusable() && !format!("{error:?}").contains("hush"),
            "{error:?}"
        );
    }
    for script in [
        vec![Step::Close],
        vec![Step::Reset],
        vec![Step::send("nonsense\r\n\r\n")],
    ] {
        let server = start([script]).await;
        let error = direct().send(post(&server.url())).await.unwrap_err();
        assert!(error.was_sent(), "{error:?}");
    }
    for script in [
        vec![
            Step::send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhel"),
            Step::Close,
        ],
        vec![Step::send(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        )],
    ] {
        let server = start([script]).await;
        let response = direct().send(post(&server.url())).await.unwrap();
        let error = read(response).await.unwrap_err();
        assert!(error.was_sent(), "{error:?}");
    }
}

#[tokio::test]
async fn connecting_is_limited_in_time() {
    // The queue of this listener is full, so that further connections wait.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    loop {
        let connecting = tokio::net::TcpStream::connect(address);
        match tokio::time::timeout(Duration::from_millis(200), connecting).await {
            Ok(stream) => waiting.push(stream.unwrap()),
            Err(_) => break,
        }
        assert!(waiting.len() < 100);
    }
    let request = post(&format!("http://{address}/"));
    let request = request.with_connect_timeout(Duration::from_millis(100));
    let error = direct().send(request).await.unwrap_err();
    assert!(error.is_connect_timeout(), "{error:?}");
}

#[tokio::test]
async fn response_heads_are_limited() {
    let many = (0..200)
        .map(|n| format!("x-{n}: 1\r\n"))
        .collect::<String>();
    let long = format!("x: {}\r\n", "y".repeat(256 << 10));
    for headers in [many, long] {
        let reply = format!("HTTP/1.1 200 OK\r\n{headers}content-length: 0\r\n\r\n");
        let server = start([vec![Step::send(reply), Step::Hang]]).await;
        let error = direct().send(post(&server.url())).await.unwrap_err();
        assert!(error.was_sent(), "{error:?}");
        open_connections(&server, 0).await;
    }
}

#[tokio::test]
async fn dropping_closes_the_connection() {
    let server = start([vec![Step::Hang]]).await;
    let transport = direct();
    let sending = transport.send(post(&server.url()));
    assert!(
        tokio::time::timeout(Duration::from_millis(100), sending)
            .await
            .is_err()
    );
    assert_eq!(server.received().len(), 1);
    open_connections(&server, 0).await;
}

#[tokio::test]
async fn each_runtime_has_its_own_connections() {
    let server = start([vec![Step::Send(http_response(200, &[], "hello"))]]).await;
    let transport = direct();
    read(transport.send(post(&server.url())).await.unwrap())
        .await
        .unwrap();
    let (other, url) = (transport.clone(), server.url());
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async { read(other.send(post(&url)).await.unwrap()).await.unwrap() })
    });
    let text = tokio::task::spawn_blocking(|| thread.join().unwrap())
        .await
        .unwrap();
    assert_eq!(text, "hello");
    read(transport.send(post(&server.url())).await.unwrap())
        .await
        .unwrap();
    assert_eq!(server.accepted_connections(), 2);
}

#[test]
fn without_a_runtime_a_request_is_an_error() {
    let transport = direct();
    let mut sending = transport.send(post("http://127.0.0.1:1/"));
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let outcome = std::future::Future::poll(sending.as_mut(), &mut cx);
    let std::task::Poll::Ready(Err(error)) = outcome else {
        panic!("the request is not refused at once");
    };
    assert!(error.is_unusable());
}

#[tokio::test]
async fn a_proxy_forwards_requests_without_tls() {
    let proxy = start([vec![Step::Send(http_response(200, &[], "hello"))]]).await;
    let url = format!("http://me:p%40ss@{}", proxy.address());
    let transport = HyperTransport::builder().proxy(url).build().unwrap();
    let response = transport
        .send(post("http://api.example/v1/x?y"))
        .await
        .unwrap();
    assert_eq!(read(response).await.unwrap(), "hello");
    let received = &proxy.received()[0];
    assert_eq!(
        received.request_line(),
        "POST http://api.example/v1/x?y HTTP/1.1"
    );
    assert_eq!(received.header("host"), Some("api.example"));
    assert_eq!(
        received.header("proxy-authorization"),
        Some("Basic bWU6cEBzcw==")
    );
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn a_proxy_opens_tunnels_to_servers_with_tls() {
    for (reply, reason) in [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            "password",
        ),
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "tunnel"),
        ("nonsense\r\n\r\n", "tunnel"),
        // The tunnel is open, and the server behind it does not speak TLS.
        ("HTTP/1.1 200 Connection established\r\n\r\n", ""),
    ] {
        let proxy = start([vec![Step::send(reply), Step::Close]]).await;
        let url = format!("http://{}", proxy.address());
        let transport = HyperTransport::builder().proxy(url).build().unwrap();
        let error = transport
            .send(post("https://api.example/v1"))
            .await
            .unwrap_err();
        assert!(
            error.is_connect() && error.reason().contains(reason),
            "{error:?}"
        );
        let received = &proxy.received()[0];
        assert_eq!(received.request_line(), "CONNECT api.example:443 HTTP/1.1");
        assert!(!received.head.contains("/v1"));
    }
}

#[test]
fn proxies_that_cannot_be_used_are_refused() {
    for url in [
        "",
        "proxy:80",
        "ftp://p",
        "socks5://p:1",
        "https://me:hush@p",
        "http://p/x",
    ] {
        let error = HyperTransport::builder().proxy(url).build().unwrap_err();
        let printed = format!("{error} {error:?}");
        assert!(
            printed.contains("proxy") && !printed.contains("hush"),
            "{printed}"
        );
    }
}
