//! [`PostgresOptions`]: the address of the database and the limits of its use.

use std::fmt;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::tls::Connector;
use crate::error::StoreError;

/// Options of a [`PostgresStore`](super::PostgresStore). `Debug` does not show the URL, which may
/// contain a password.
#[derive(Clone)]
#[non_exhaustive]
pub struct PostgresOptions {
    /// `postgres://USER:PASSWORD@HOST:PORT/DATABASE?PARAMETERS`, or parameters such as
    /// `host=/run/postgresql dbname=orouter`.
    ///
    /// `sslmode` is `disable`, `prefer` (default: TLS if the server offers it), `require`,
    /// `verify-ca` or `verify-full`. A certificate is always verified, against the certificates of the
    /// operating system, or those in the PEM file that `sslrootcert` names. A loopback address and a
    /// socket use TLS only if it is required.
    pub url: String,
    /// Maximum number of connections, besides the one that listens for changes. Default: 8.
    pub max_connections: usize,
    /// Maximum time for an operation, including the time to get a connection. Default: 5 s.
    pub deadline: Duration,
}

impl PostgresOptions {
    /// Creates the options for a database.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_connections: 8,
            deadline: Duration::from_secs(5),
        }
    }

    /// Returns the configuration of connections.
    pub(super) fn connector(&self) -> Result<(Config, Connector), StoreError> {
        let wrong = StoreError::invalid("url", "must be a postgres:// URL");
        let (url, removed) = without_ssl_parameters(&self.url);
        let mut config: Config = url.parse().map_err(|_| wrong)?; // the error may quote a password
        let mode = match removed.mode.as_deref() {
            None => config.get_ssl_mode(),
            Some("disable") => SslMode::Disable,
            Some("allow" | "prefer") => SslMode::Prefer,
            Some("require" | "verify-ca" | "verify-full") => SslMode::Require,
            Some(_) => {
                return Err(StoreError::invalid(
                    "sslmode",
                    "must be disable, prefer, require, verify-ca or verify-full",
                ));
            }
        };
        // An address takes the place of the name.
        let addresses = config.get_hostaddrs();
        let local = config.get_hosts().iter().all(is_local)
            && addresses.iter().all(std::net::IpAddr::is_loopback);
        let mode = match mode {
            SslMode::Prefer if local => SslMode::Disable,
            mode => mode,
        };
        config
            .ssl_mode(mode)
            .connect_timeout(self.deadline)
            .tcp_user_timeout(self.deadline)
            .keepalives_idle(Duration::from_secs(30));
        if config.get_application_name().is_none() {
            config.application_name("orouter");
        }
        let connector = Connector::new(mode != SslMode::Disable, removed.root.as_deref())?;
        Ok((config, connector))
    }
}

/// Returns `true` for a socket and for a loopback address.
fn is_local(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost"
                || name
                    .parse()
                    .is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// The parameters of a URL about TLS, which the client library knows only in part.
#[derive(Debug, Default, PartialEq)]
struct SslParameters {
    mode: Option<String>,
    root: Option<String>,
}

/// Removes the parameters about TLS from a URL, or from a list of parameters.
fn without_ssl_parameters(url: &str) -> (String, SslParameters) {
    let mut removed = SslParameters::default();
    let mut keep = |part: &&str| {
        let Some((name, value)) = part.split_once('=') else {
            return true;
        };
        let value = value.trim_matches('\'');
        match name {
            "sslmode" => removed.mode = Some(value.to_owned()),
            "sslrootcert" => removed.root = Some(value.replace("%2F", "/").replace("%2f", "/")),
            _ => return true,
        }
        false
    };
    let is_url = url.starts_with("postgres://") || url.starts_with("postgresql://");
    let url = if !is_url {
        let parts: Vec<_> = url.split_whitespace().filter(&mut keep).collect();
        parts.join(" ")
    } else if let Some((start, parameters)) = url.split_once('?') {
        let parts: Vec<_> = parameters.split('&').filter(&mut keep).collect();
        format!("{start}?{}", parts.join("&"))
    } else {
        url.to_owned()
    };
    (url.trim_end_matches('?').to_owned(), removed)
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("max_connections", &self.max_connections)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> SslMode {
        let (config, _) = PostgresOptions::new(url)
            .connector()
            .expect("a configuration");
        config.get_ssl_mode()
    }

    #[test]
    fn tls_is_used_except_for_local_databases() {
        for (url, expected) in [
            ("postgres://u:p@localhost/db", SslMode::Disable),
            ("postgres://u@127.0.0.1:5432/db", SslMode::Disable),
            ("host=/run/postgresql user=u dbname=db", SslMode::Disable),
            (
                "postgres://u@localhost/db?sslmode=require",
                SslMode::Require,
            ),
            ("postgres://u@db.example/db", SslMode::Prefer),
            ("host=localhost hostaddr=192.0.2.1 user=u", SslMode::Prefer),
            ("host=localhost hostaddr=127.0.0.1 user=u", SslMode::Disable),
            (
                "postgres://u@db.example/db?sslmode=disable",
                SslMode::Disable,
            ),
            (
                "postgres://u@db.example/db?application_name=a&sslmode=verify-full",
                SslMode::Require,
            ),
            (
                "host=db.example user=u sslmode='verify-ca'",
                SslMode::Require,
            ),
        ] {
            assert_eq!(mode(url), expected, "{url}");
        }
    }

    #[test]
    fn a_wrong_url_is_refused_without_quoting_it() {
        for url in [
            "mysql://u:secret@h/db",
            "postgres://u:secret@h:x/db",
            "secret",
        ] {
            let error = PostgresOptions::new(url).connector().expect_err(url);
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        let options = PostgresOptions::new("postgres://u:secret@h/db?sslmode=maybe");
        assert!(options.connector().is_err());
        assert!(!format!("{options:?}").contains("secret"));
    }
}
