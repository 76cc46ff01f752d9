//! [`Server`]: what people start from.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio::net::{TcpListener, ToSocketAddrs};

use crate::access::{Access, AllowedHost, AllowedOrigin};
use crate::app::App;
use crate::config::Limits;
use crate::endpoint::Endpoint;
use crate::serve;

/// A server that has everything but an address.
///
/// With the embedded model:
///
/// ```no_run
/// # #[cfg(feature = "local")]
/// # async fn run(engine: orouter_local::Engine) -> std::io::Result<()> {
/// use orouter_server::{LocalModel, Server};
///
/// let server = Server::builder().endpoint(LocalModel::new(engine)).build();
/// let bound = server.bind("127.0.0.1:8080").await?;
/// println!("listening on {}", bound.base_url());
/// bound.serve(async { /* until this ends */ }).await
/// # }
/// ```
#[derive(Clone)]
pub struct Server {
    app: Arc<App>,
}

impl Server {
    /// Starts to put a server together.
    pub fn builder() -> ServerBuilder {
        ServerBuilder {
            endpoints: Vec::new(),
            limits: Limits::default(),
            access: Access::default(),
            dropped_log_lines: None,
        }
    }

    /// Takes an address; requests are answered from [`Bound::serve`] on. Port 0 takes any that is
    /// free.
    ///
    /// # Errors
    /// When the address is taken, or is not this machine's.
    pub async fn bind(&self, address: impl ToSocketAddrs) -> io::Result<Bound> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Bound {
            server: self.clone(),
            listener,
            address,
        })
    }

    /// Serves a listener of the caller until `shutdown` is done. Then reports not ready for
    /// [`Limits::shutdown_delay`], closes the listener, lets running responses finish for
    /// [`Limits::drain`], ends those that are left, and returns.
    ///
    /// # Errors
    /// When the listener's address cannot be had; requests that fail are answered, not returned.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let address = listener.local_addr()?;
        tracing::info!(%address, "listening");
        serve::run(listener, Arc::clone(&self.app), shutdown).await;
        Ok(())
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("app", &self.app).finish()
    }
}

/// Puts a [`Server`] together.
#[must_use]
pub struct ServerBuilder {
    endpoints: Vec<Arc<dyn Endpoint>>,
    limits: Limits,
    access: Access,
    dropped_log_lines: Option<Arc<AtomicU64>>,
}

impl ServerBuilder {
    /// Adds an endpoint. Where several serve the same model, earlier ones are tried first.
    pub fn endpoint(mut self, endpoint: impl Endpoint) -> Self {
        self.endpoints.push(Arc::new(endpoint));
        self
    }

    /// Sets the limits.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the origins of the web pages that may read responses. Default: none.
    ///
    /// ```
    /// use orouter_server::{AllowedOrigin, Server};
    /// let app: AllowedOrigin = "https://app.example".parse()?;
    /// let server = Server::builder().allow_origins([app]).build();
    /// # Ok::<(), orouter_server::AccessError>(())
    /// ```
    pub fn allow_origins(mut self, origins: impl IntoIterator<Item = AllowedOrigin>) -> Self {
        self.access.origins = origins.into_iter().collect();
        self
    }

    /// Sets the `Host` names that are accepted besides loopback ones while the server listens on a
    /// loopback address, for a proxy on this machine. Default: none.
    pub fn allow_hosts(mut self, hosts: impl IntoIterator<Item = AllowedHost>) -> Self {
        self.access.hosts = hosts.into_iter().collect();
        self
    }

    /// Sets the counter of log lines that the program could not write; `GET /health` reports it.
    pub fn dropped_log_lines(mut self, counter: Arc<AtomicU64>) -> Self {
        self.dropped_log_lines = Some(counter);
        self
    }

    /// The server. Without an endpoint it has no models: every request for one is a 404.
    #[must_use]
    pub fn build(self) -> Server {
        let Self {
            endpoints,
            limits,
            access,
            dropped_log_lines,
        } = self;
        let mut app = App::new(endpoints, limits, access);
        app.dropped_log_lines = dropped_log_lines;
        Server { app: Arc::new(app) }
    }
}

impl fmt::Debug for ServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerBuilder")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// A server with its address taken. Connections wait until [`serve`](Self::serve).
#[derive(Debug)]
pub struct Bound {
    server: Server,
    listener: TcpListener,
    address: SocketAddr,
}

impl Bound {
    /// The address, with the port that was found when 0 was asked for.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// What a client takes as its base URL: `http://127.0.0.1:8080/api/v1`. A server that listens
    /// everywhere is given by its loopback address.
    #[must_use]
    pub fn base_url(&self) -> String {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(match address {
                SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
                SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("http://{address}/api/v1")
    }

    /// Answers until `shutdown` is done, as [`Server::serve`] does.
    ///
    /// # Errors
    /// As [`Server::serve`].
    pub async fn serve(self, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        self.server.serve(self.listener, shutdown).await
    }
}
