//! The listeners that serve the metrics.

use std::time::Duration;

use orouter_server::Limits;
use tokio::net::TcpStream;

use crate::serving::{MODEL, Serving, ask, builder};
use crate::support::Client;

async fn status(address: std::net::SocketAddr, path: &str) -> u16 {
    Client::new(address).get(path).await.status
}

#[tokio::test]
async fn a_loopback_listener_serves_the_metrics() {
    let server = Serving::start(builder(), "127.0.0.1", None).await;
    assert_eq!(status(server.main, "/metrics").await, 200);
    let server = Serving::start(builder(), "127.0.0.1", Some("127.0.0.1")).await;
    assert_eq!(status(server.main, "/metrics").await, 200);
    assert_eq!(status(server.admin.unwrap(), "/metrics").await, 200);
}

#[tokio::test]
async fn another_listener_does_not() {
    for admin in [None, Some("127.0.0.1"), Some("0.0.0.0")] {
        let server = Serving::start(builder(), "0.0.0.0", admin).await;
        for path in ["/metrics", "/metrics/"] {
            let response = server.client().get(path).await;
            assert_eq!(response.status, 404);
            let error = response.error();
            assert!(
                error["message"].as_str().unwrap().contains("admin_listen"),
                "{error}"
            );
        }
        if let Some(admin) = server.admin {
            assert_eq!(status(admin, "/metrics").await, 200);
        }
    }
}

#[tokio::test]
async fn the_listener_for_administrators_serves_no_models() {
    let server = Serving::start(builder(), "127.0.0.1", Some("127.0.0.1")).await;
    let admin = Client::new(server.admin.unwrap());
    for path in ["/metrics", "/metrics/", "/health", "/ready", "/version"] {
        assert_eq!(admin.get(path).await.status, 200, "{path}");
    }
    for path in ["/api/v1/models", "/v1/models", "/v1/providers", "/"] {
        let response = admin.get(path).await;
        assert_eq!(response.status, 404, "{path}");
        assert!(
            response.text().contains("GET /metrics"),
            "{}",
            response.text()
        );
    }
    assert_eq!(admin.ask(&ask(MODEL, false)).await.status, 404);
    assert_eq!(admin.request("POST", "/metrics", &[]).await.status, 405);
}

#[tokio::test]
async fn hosts_and_pages_are_checked_on_a_loopback_address() {
    let server = Serving::start(builder(), "0.0.0.0", Some("127.0.0.1")).await;
    let admin = Client::new(server.admin.unwrap());
    let foreign = "GET /metrics HTTP/1.1\r\nhost: evil.example\r\n\r\n";
    let response = admin.open(foreign.as_bytes()).await.whole().await;
    assert_eq!(response.status, 403);
    let page = [("origin", "https://evil.example")];
    assert_eq!(admin.request("GET", "/metrics", &page).await.status, 403);
    let server = Serving::start(builder(), "0.0.0.0", Some("0.0.0.0")).await;
    let admin = Client::new(server.admin.unwrap());
    let response = admin.open(foreign.as_bytes()).await.whole().await;
    assert_eq!(response.status, 200);
}

#[tokio::test]
async fn both_listeners_close_on_shutdown() {
    let limits = Limits::default().shutdown_delay(Duration::from_millis(300));
    let builder = builder().limits(limits);
    let server = Serving::start(builder, "127.0.0.1", Some("127.0.0.1")).await;
    let admin = server.admin.unwrap();
    drop(server.stop);
    // Not ready, and still serving.
    while status(admin, "/ready").await != 503 {}
    assert_eq!(status(admin, "/metrics").await, 200);
    server.task.await.unwrap();
    for address in [server.main, admin] {
        assert!(TcpStream::connect(address).await.is_err());
    }
}

#[tokio::test]
async fn the_limit_on_connections_does_not_apply_to_administrators() {
    let builder = builder().limits(Limits::default().max_connections(1));
    let server = Serving::start(builder, "127.0.0.1", Some("127.0.0.1")).await;
    let _only = TcpStream::connect(server.main).await.unwrap();
    let _waiting = TcpStream::connect(server.main).await.unwrap();
    let admin = Client::new(server.admin.unwrap());
    let _idle = TcpStream::connect(server.admin.unwrap()).await.unwrap();
    loop {
        let health = admin.get("/health").await.json();
        if health["connections"] == 1 {
            break;
        }
    }
    assert_eq!(admin.get("/metrics").await.status, 200);
}

#[tokio::test]
async fn an_address_in_use_is_an_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let bound = builder().build().bind("127.0.0.1:0").await.unwrap();
    let error = bound
        .bind_admin(taken.local_addr().unwrap())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
}
