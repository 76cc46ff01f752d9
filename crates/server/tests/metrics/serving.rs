//! A server with one or two listeners, and the requests of the tests.

use std::net::SocketAddr;

use orouter_server::{Failure, FailureKind, Server, ServerBuilder};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::exposition::Exposition;
use crate::support::Client;
use crate::support::script::{Script, message};

pub(crate) const MODEL: &str = "test/works";
pub(crate) const FAILING: &str = "test/fails";

/// A server; `stop` shuts it down.
pub(crate) struct Serving {
    pub(crate) main: SocketAddr,
    pub(crate) admin: Option<SocketAddr>,
    pub(crate) stop: oneshot::Sender<()>,
    pub(crate) task: JoinHandle<()>,
}

impl Serving {
    /// Starts a server at these addresses, with free ports.
    pub(crate) async fn start(builder: ServerBuilder, main: &str, admin: Option<&str>) -> Self {
        let mut bound = builder.build().bind((main, 0)).await.unwrap();
        let loopback = |mut address: SocketAddr| {
            address.set_ip([127, 0, 0, 1].into());
            address
        };
        let main = loopback(bound.local_addr());
        let mut admin_address = None;
        if let Some(host) = admin {
            let address;
            (bound, address) = bound.bind_admin((host, 0)).await.unwrap();
            admin_address = Some(loopback(address));
        }
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            bound.serve(async { drop(stopped.await) }).await.unwrap();
        });
        Self {
            main,
            admin: admin_address,
            stop,
            task,
        }
    }

    /// Starts a server on loopback.
    pub(crate) async fn local(builder: ServerBuilder) -> Self {
        Self::start(builder, "127.0.0.1", None).await
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.main)
    }

    pub(crate) async fn scrape(&self) -> Exposition {
        let response = self.client().get("/metrics").await;
        assert_eq!(response.status, 200, "{}", response.text());
        Exposition::read(&response.text(), false)
    }
}

/// A server with a model that works and one that fails.
pub(crate) fn builder() -> ServerBuilder {
    let failure = Failure::new(FailureKind::ProviderOverloaded, "busy");
    Server::builder()
        .provider(Script::new(
            MODEL,
            message("Hello", std::time::Duration::ZERO),
        ))
        .provider(Script::refusing(FAILING, failure))
}

pub(crate) fn ask(model: &str, stream: bool) -> Value {
    json!({"model": model, "input": "hi", "stream": stream})
}
