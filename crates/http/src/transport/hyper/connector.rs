//! `Connector`: opens connections to servers.

use std::{io, net::SocketAddr, time::Duration};

use tokio::net::{TcpStream, lookup_host};
use url::{Host, Url};

use super::{
    addresses,
    route::{self, Routes},
    socket::{Socket, Tcp, Written},
};
use crate::{clock::Clock as _, tokio_clock::TokioClock, transport::error::TransportError};

/// Opens connections to servers.
pub(super) struct Connector {
    routes: Routes,
    #[cfg(feature = "rustls")]
    tls: super::tls::Tls,
}

impl Connector {
    pub(super) fn new(routes: Routes, #[cfg(feature = "rustls")] tls: super::tls::Tls) -> Self {
        Self {
            routes,
            #[cfg(feature = "rustls")]
            tls,
        }
    }

    /// Returns the proxies of the connections.
    pub(super) fn routes(&self) -> &Routes {
        &self.routes
    }

    /// Opens a connection to the server of `url`: directly at `address` if it is given, or
    /// through a proxy. `limit` is the time for name lookup, TCP and TLS together.
    pub(super) async fn connect(
        &self,
        url: &Url,
        address: Option<SocketAddr>,
        limit: Option<Duration>,
    ) -> Result<(Socket, Written), TransportError> {
        let connecting = self.open(url, address);
        let Some(limit) = limit else {
            return connecting.await.map_err(TransportError::connect);
        };
        let mut connecting = std::pin::pin!(connecting);
        let mut sleep = TokioClock.sleep(limit);
        std::future::poll_fn(|cx| {
            if let std::task::Poll::Ready(outcome) = connecting.as_mut().poll(cx) {
                return std::task::Poll::Ready(outcome.map_err(TransportError::connect));
            }
            sleep.as_mut().poll(cx).map(|()| {
                let reason = "the connect timeout passed";
                Err(TransportError::connect_timeout(reason))
            })
        })
        .await
    }

    async fn open(&self, url: &Url, address: Option<SocketAddr>) -> io::Result<(Socket, Written)> {
        let proxy = self.routes.proxy_for(url).filter(|_| address.is_none());
        let mut stream = match address {
            Some(address) => TcpStream::connect(address).await?,
            None => addresses::connect(resolve(proxy.unwrap_or(url)).await?).await?,
        };
        stream.set_nodelay(true)?;
        if let Some(proxy) = proxy.filter(|_| url.scheme() == "https") {
            route::open_tunnel(&mut stream, proxy, url).await?;
        }
        let tcp = Tcp::new(stream);
        let written = tcp.written();
        #[cfg(feature = "rustls")]
        if url.scheme() == "https" {
            let host = url.host().ok_or_else(addresses::no_address)?;
            let stream = self.tls.handshake(&host, tcp).await?;
            return Ok((Socket::Tls(Box::new(stream)), written));
        }
        Ok((Socket::Plain(tcp), written))
    }
}

/// Returns the addresses of the server.
async fn resolve(url: &Url) -> io::Result<Vec<SocketAddr>> {
    let port = url
        .port_or_known_default()
        .ok_or_else(addresses::no_address)?;
    match url.host() {
        Some(Host::Ipv4(address)) => Ok(vec![(address, port).into()]),
        Some(Host::Ipv6(address)) => Ok(vec![(address, port).into()]),
        Some(Host::Domain(name)) => Ok(lookup_host((name, port)).await?.collect()),
        None => Err(addresses::no_address()),
    }
}
