//! [`SlowProxy`]: a TCP proxy that delays what passes.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A TCP proxy in front of a server, which delays every piece of data in both directions.
#[derive(Debug)]
pub struct SlowProxy {
    address: SocketAddr,
    delay: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl SlowProxy {
    /// Starts a proxy without delay on a loopback port.
    ///
    /// # Errors
    /// If no port can be opened.
    pub async fn start(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let delay = Arc::new(AtomicU64::new(0));
        let of_connections = Arc::clone(&delay);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(upstream) = TcpStream::connect(server).await else {
                    continue;
                };
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = upstream.into_split();
                tokio::spawn(copy(from_client, to_server, Arc::clone(&of_connections)));
                tokio::spawn(copy(from_server, to_client, Arc::clone(&of_connections)));
            }
        });
        Ok(Self {
            address,
            delay,
            task,
        })
    }

    /// Returns the address of the proxy.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sets the delay in each direction.
    pub fn set_delay(&self, delay: Duration) {
        let millis = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        self.delay.store(millis, Ordering::Relaxed);
    }
}

impl Drop for SlowProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, delay: Arc<AtomicU64>) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length) = from.read(&mut buffer).await {
        let millis = delay.load(Ordering::Relaxed);
        if millis > 0 {
            tokio::time::sleep(Duration::from_millis(millis)).await;
        }
        let Some(data) = buffer.get(..length).filter(|data| !data.is_empty()) else {
            return;
        };
        if to.write_all(data).await.is_err() {
            return;
        }
    }
}
