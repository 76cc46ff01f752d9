//! Shared by the tests: a server on a loopback port, an HTTP client that exposes bytes, a scripted
//! provider, and the embedded model, if its weights are available.

#![allow(dead_code, unreachable_pub, unused_imports)]

pub mod client;
pub mod log;
#[cfg(feature = "local")]
pub mod model;
pub mod router;
pub mod script;
pub mod spec;

use std::net::SocketAddr;
use std::time::Duration;

use orouter_server::{Server, ServerBuilder};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use client::{Client, HttpResponse};

/// The embedded model's name.
pub const MODEL: &str = "local/smollm2-135m-instruct";

/// A server on a loopback port. It runs until it is dropped or stopped.
pub struct Running {
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Running {
    pub async fn start(builder: ServerBuilder) -> Self {
        let bound = builder.build().bind("127.0.0.1:0").await.unwrap();
        let address = bound.local_addr();
        assert_eq!(bound.base_url(), format!("http://{address}/api/v1"));
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            bound.serve(async { drop(stopped.await) }).await.unwrap();
        });
        Self {
            address,
            stop: Some(stop),
            task,
        }
    }

    /// Starts a server with the embedded model. Returns `None` if the weights are not available.
    #[cfg(feature = "local")]
    pub async fn with_model(parallel: usize, queue: usize) -> Option<Self> {
        let model = model::model(parallel, queue)?;
        Some(Self::start(Server::builder().provider(model)).await)
    }

    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// Starts a shutdown. The returned task ends with the server.
    pub fn stop(mut self) -> JoinHandle<()> {
        drop(self.stop.take());
        self.task
    }

    pub async fn health(&self) -> Value {
        let response = self.client().get("/health").await;
        assert_eq!(response.status, 200, "{response:?}");
        response.json()
    }

    /// Waits until no generation is running or queued.
    pub async fn idle(&self) {
        for _ in 0..200 {
            let health = self.health().await;
            if health["active_generations"] == 0 && health["queued"] == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("generations are still running: {}", self.health().await);
    }
}

/// A short request for the embedded model.
pub fn request(input: impl Into<Value>) -> Value {
    let input: Value = input.into();
    json!({"model": MODEL, "input": input, "max_output_tokens": 12})
}
