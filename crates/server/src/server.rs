//! [`Server`], [`ServerBuilder`] and [`Bound`]: configure, bind and run a server.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};

use orouter_store::Accounts;
use tokio::net::{TcpListener, ToSocketAddrs};

use crate::access::{Access, AllowedHost, AllowedOrigin};
use crate::account::Rules;
use crate::app::App;
use crate::catalog::Catalog;
use crate::config::Config;
use crate::limits::Limits;
use crate::provider::Provider;
use crate::serve::{self, Listeners};
use crate::traces::Tracer;
use crate::upstream::{SetupError, Upstreams};

/// A configured server. [`bind`](Self::bind) gives it an address.
///
/// With the embedded model:
///
/// ```no_run
/// # #[cfg(feature = "local")]
/// # async fn run(engine: orouter_local::Engine) -> std::io::Result<()> {
/// use orouter_server::{LocalModel, Server};
///
/// let server = Server::builder().provider(LocalModel::new(engine)).build();
/// let bound = server.bind("127.0.0.1:8080").await?;
/// println!("listening on {}", bound.base_url());
/// bound.serve(async { /* until this ends */ }).await
/// # }
/// ```
#[derive(Clone)]
pub struct Server {
    app: Arc<App>,
    /// The providers that list their models themselves. A reload keeps them.
    own: Arc<[Arc<dyn Provider>]>,
    /// Created with the first configuration.
    upstreams: Arc<OnceLock<Upstreams>>,
}

impl Server {
    /// Returns a builder with default limits and no providers.
    pub fn builder() -> ServerBuilder {
        ServerBuilder {
            providers: Vec::new(),
            limits: Limits::default(),
            access: Access::default(),
            dropped_log_lines: None,
            accounts: None,
            tracer: Tracer::default(),
            config: None,
        }
    }

    /// Replaces the providers, models and keys of the configuration. Running responses are not
    /// affected. Other settings, such as limits, need a new server.
    ///
    /// # Errors
    /// If the configuration cannot be used. The server then keeps the old one.
    pub fn reload(&self, config: &Config) -> Result<(), SetupError> {
        let upstreams = match self.upstreams.get() {
            Some(upstreams) => upstreams.clone(),
            None => Upstreams::new()?,
        }
        .fetch_urls(config.server.fetch_urls);
        let previous = self.app.catalog();
        let catalog = Catalog::from_config(config, &self.own, &upstreams, Some(&previous))?;
        let _ = self.upstreams.set(upstreams);
        self.app.set_catalog(catalog);
        self.app.set_rules(Rules::new(config));
        Ok(())
    }

    /// Binds an address. [`Bound::serve`] starts to accept connections. Port 0 selects a free port.
    ///
    /// # Errors
    /// If the address is in use or does not belong to this machine.
    pub async fn bind(&self, address: impl ToSocketAddrs) -> io::Result<Bound> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Bound {
            server: self.clone(),
            listener,
            address,
            admin: None,
        })
    }

    /// Serves a listener as [`serve_with_admin`](Self::serve_with_admin) does, without a listener for
    /// administrators.
    ///
    /// # Errors
    /// If the listener's address cannot be read. Failures of requests are sent to their clients.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> io::Result<()> {
        self.serve_with_admin(listener, None, shutdown).await
    }

    /// Serves a listener for clients and one for administrators until `shutdown` completes. Then
    /// reports not ready for
    /// [`Limits::shutdown_delay`], closes the listeners, waits up to [`Limits::drain`] for running
    /// responses, ends the others, and returns.
    ///
    /// `GET /metrics` and the routes for management keys are on the listener for administrators, and also
    /// on the one for clients if that has a loopback address.
    ///
    /// # Errors
    /// If the address of a listener cannot be read. Failures of requests are sent to their clients.
    pub async fn serve_with_admin(
        &self,
        listener: TcpListener,
        admin: Option<TcpListener>,
        shutdown: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let address = listener.local_addr()?;
        tracing::info!(%address, "listening");
        if let Some(admin) = &admin {
            let address = admin.local_addr()?;
            tracing::info!(%address, "listening for administrators");
        }
        let listeners = Listeners {
            main: listener,
            admin,
        };
        serve::run(listeners, Arc::clone(&self.app), shutdown).await;
        Ok(())
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("app", &self.app).finish()
    }
}

/// Configures a [`Server`].
#[must_use]
pub struct ServerBuilder {
    providers: Vec<Arc<dyn Provider>>,
    limits: Limits,
    access: Access,
    dropped_log_lines: Option<Arc<AtomicU64>>,
    accounts: Option<Accounts>,
    tracer: Tracer,
    config: Option<Configured>,
}

/// A configuration and the state of its upstreams.
struct Configured {
    config: Config,
    upstreams: Upstreams,
}

impl ServerBuilder {
    /// Adds a provider. If several serve the same model, endpoints of a known price come first, the
    /// cheapest ones most often, and the others in the order in which they were added.
    pub fn provider(mut self, provider: impl Provider) -> Self {
        self.providers.push(Arc::new(provider));
        self
    }

    /// Adds the providers, models and keys of a configuration, and sets its limits, origins and
    /// hosts. Providers added with [`provider`](Self::provider) stay; endpoints of the configuration
    /// can refer to those that were added before.
    ///
    /// # Errors
    /// If the configuration cannot be used, for example because TLS cannot be set up, or because an
    /// endpoint has a provider that does not exist.
    pub fn config(mut self, config: &Config) -> Result<Self, SetupError> {
        let upstreams = Upstreams::new()?.fetch_urls(config.server.fetch_urls);
        // Finds what cannot be used now, so that `build` does not fail. Providers that are added
        // later can only add models.
        Catalog::from_config(config, &self.providers, &upstreams, None)?;
        let server = &config.server;
        let limits = &mut self.limits;
        set(&mut limits.drain, server.drain);
        set(&mut limits.body_timeout, server.body_timeout);
        set(&mut limits.head_timeout, server.head_timeout);
        set(&mut limits.keep_alive_timeout, server.keep_alive_timeout);
        set(&mut limits.head_hold, server.head_hold);
        set(&mut limits.body_bytes, server.max_body);
        set(&mut limits.bodies_in_flight, server.max_bodies_in_flight);
        set(&mut limits.max_connections, server.max_connections);
        if !server.allow_origins.is_empty() {
            self.access.origins.clone_from(&server.allow_origins);
        }
        if !server.allow_hosts.is_empty() {
            self.access.hosts.clone_from(&server.allow_hosts);
        }
        self.config = Some(Configured {
            config: config.clone(),
            upstreams,
        });
        Ok(self)
    }

    /// Sets the limits. Default: [`Limits::default`].
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

    /// Sets the `Host` names that are accepted in addition to loopback names while the server
    /// listens on a loopback address. Needed behind a proxy on this machine. Default: none.
    pub fn allow_hosts(mut self, hosts: impl IntoIterator<Item = AllowedHost>) -> Self {
        self.access.hosts = hosts.into_iter().collect();
        self
    }

    /// Sets the counter of log lines that the program could not write; `GET /health` reports it.
    pub fn dropped_log_lines(mut self, counter: Arc<AtomicU64>) -> Self {
        self.dropped_log_lines = Some(counter);
        self
    }

    /// Sets the accounts: keys, credits, limits and records. Default: none. [`open_accounts`] opens
    /// those of a configuration, whose `[store]` the builder itself does not open. Call
    /// [`Accounts::stop`] after the server has stopped.
    ///
    /// [`open_accounts`]: crate::open_accounts
    pub fn accounts(mut self, accounts: Accounts) -> Self {
        self.accounts = Some(accounts);
        self
    }

    /// Sets the export of traces. Default: none.
    #[cfg(feature = "otel")]
    pub fn traces(mut self, traces: crate::traces::Traces) -> Self {
        self.tracer = Tracer::new(traces);
        self
    }

    /// Returns the server. Without a provider it has no models, and every generation is a 404.
    #[must_use]
    pub fn build(self) -> Server {
        let Self {
            providers,
            limits,
            access,
            dropped_log_lines,
            accounts,
            tracer,
            config,
        } = self;
        let rules = config
            .as_ref()
            .map_or_else(Rules::default, |configured| Rules::new(&configured.config));
        let catalog = config
            .as_ref()
            .and_then(|Configured { config, upstreams }| {
                let catalog = Catalog::from_config(config, &providers, upstreams, None);
                catalog
                    .inspect_err(
                        |error| tracing::error!(%error, "the configuration cannot be used"),
                    )
                    .ok()
            });
        let catalog = catalog.unwrap_or_else(|| Catalog::new(providers.clone()));
        let mut app = App::new(catalog, rules, limits, access);
        app.dropped_log_lines = dropped_log_lines;
        app.accounts = accounts;
        app.tracer = tracer;
        let upstreams = config.map(|configured| OnceLock::from(configured.upstreams));
        Server {
            app: Arc::new(app),
            own: providers.into(),
            upstreams: Arc::new(upstreams.unwrap_or_default()),
        }
    }
}

/// Sets a limit, if the configuration has it.
fn set<T>(limit: &mut T, configured: Option<T>) {
    if let Some(configured) = configured {
        *limit = configured;
    }
}

impl fmt::Debug for ServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerBuilder")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// A server with a bound address. Connections wait until [`serve`](Self::serve).
#[derive(Debug)]
pub struct Bound {
    server: Server,
    listener: TcpListener,
    address: SocketAddr,
    admin: Option<TcpListener>,
}

impl Bound {
    /// Returns the address, with the selected port if port 0 was requested.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Binds an address for administrators. Port 0 selects a free port; the second value is the
    /// address.
    ///
    /// # Errors
    /// If the address is in use or does not belong to this machine.
    pub async fn bind_admin(
        mut self,
        address: impl ToSocketAddrs,
    ) -> io::Result<(Self, SocketAddr)> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        self.admin = Some(listener);
        Ok((self, address))
    }

    /// Returns the base URL for clients: `http://127.0.0.1:8080/api/v1`. For a server that listens
    /// on all addresses, it has the loopback address.
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

    /// Serves until `shutdown` completes, as [`Server::serve_with_admin`] does.
    ///
    /// # Errors
    /// As [`Server::serve_with_admin`].
    pub async fn serve(self, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        let server = &self.server;
        server
            .serve_with_admin(self.listener, self.admin, shutdown)
            .await
    }
}
