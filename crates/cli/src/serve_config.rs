//! The configuration of `orouter serve`: the file or the environment, overridden by options.

use std::path::PathBuf;

use orouter_server::Limits;
use orouter_server::config::{Config, ConfigErrors, ServerConfig};

use crate::config_file;
use crate::serve_args::ServeArgs;

/// Address without `--listen` and `server.listen`.
const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

/// The configuration of `orouter serve`, before options override it.
#[derive(Debug)]
pub(crate) struct ServeConfig {
    /// The configuration file; `None` for the environment.
    pub(crate) path: Option<PathBuf>,
    pub(crate) config: Config,
}

impl ServeConfig {
    /// Reads the file, that of the current folder, or the environment without one.
    pub(crate) fn read(path: Option<PathBuf>) -> Result<Self, ConfigErrors> {
        let path = path.or_else(config_file::of_current_folder);
        let config = match &path {
            Some(path) => Config::load(path)?,
            None => from_environment()?,
        };
        Ok(Self { path, config })
    }

    /// Returns the address to listen on.
    pub(crate) fn listen<'a>(&'a self, args: &'a ServeArgs) -> &'a str {
        let listen = args.listen.as_deref();
        listen
            .or(self.config.server.listen.as_deref())
            .unwrap_or(DEFAULT_LISTEN)
    }

    /// Returns the address of the listener for administrators.
    pub(crate) fn admin_listen<'a>(&'a self, args: &'a ServeArgs) -> Option<&'a str> {
        let listen = args.admin_listen.as_deref();
        listen.or(self.config.records.admin_listen.as_deref())
    }

    /// Returns `true` if the server offers the embedded model: without a file, if the file refers
    /// to it or has no provider, or if an option names its file.
    pub(crate) fn offers_embedded(&self, args: &ServeArgs) -> bool {
        self.path.is_none() || args.model_path.is_some() || self.config.uses_embedded_model()
    }

    /// Returns `true` if the server can serve requests without the embedded model.
    pub(crate) fn has_providers(&self) -> bool {
        !self.config.providers.is_empty()
    }

    /// Returns the configuration with the options.
    pub(crate) fn overridden(&self, args: &ServeArgs) -> Config {
        let mut config = self.config.clone();
        args.http.apply(&mut config.server);
        args.log.apply(&mut config.log);
        config
    }

    /// Returns the limits: `limits`, overridden by the file, overridden by the options.
    pub(crate) fn limits(&self, args: &ServeArgs, limits: Limits) -> Limits {
        let limits = of_file(&self.config.server, limits);
        args.http.limit(args.limits.apply(limits))
    }
}

/// Returns the configuration of the environment. If only the embedded model is offered, clients need
/// no key on any address: their requests cost nothing.
fn from_environment() -> Result<Config, ConfigErrors> {
    let mut config = Config::from_env(|name| std::env::var(name).ok())?;
    if config.providers.is_empty() {
        config.records.require_keys = Some(false);
    }
    Ok(config)
}

fn of_file(server: &ServerConfig, mut limits: Limits) -> Limits {
    let times = [
        (server.drain, Limits::drain as fn(Limits, _) -> Limits),
        (server.body_timeout, Limits::body_timeout),
        (server.head_timeout, Limits::head_timeout),
        (server.keep_alive_timeout, Limits::keep_alive_timeout),
        (server.head_hold, Limits::head_hold),
    ];
    for (time, set) in times {
        if let Some(time) = time {
            limits = set(limits, time);
        }
    }
    let numbers = [
        (
            server.max_body,
            Limits::body_bytes as fn(Limits, _) -> Limits,
        ),
        (server.max_bodies_in_flight, Limits::bodies_in_flight),
        (server.max_connections, Limits::max_connections),
    ];
    for (number, set) in numbers {
        if let Some(number) = number {
            limits = set(limits, number);
        }
    }
    limits
}
