//! `Tls`: the TLS handshake of a connection.

use std::{io, net::IpAddr, sync::Arc};

use rustls::pki_types::ServerName;
use tokio_rustls::{TlsConnector, client::TlsStream};
use url::Host;

use super::socket::Tcp;

/// The TLS handshake of a connection.
#[derive(Clone)]
pub(super) struct Tls(TlsConnector);

impl Tls {
    pub(super) fn new(config: rustls::ClientConfig) -> Self {
        Self(TlsConnector::from(Arc::new(config)))
    }

    /// Performs the handshake, and verifies that the certificate belongs to `host`.
    pub(super) async fn handshake(
        &self,
        host: &Host<&str>,
        tcp: Tcp,
    ) -> io::Result<TlsStream<Tcp>> {
        let name = match host {
            Host::Domain(name) => ServerName::try_from((*name).to_owned())
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?,
            Host::Ipv4(address) => ServerName::from(IpAddr::V4(*address)),
            Host::Ipv6(address) => ServerName::from(IpAddr::V6(*address)),
        };
        self.0.connect(name, tcp).await
    }
}
