//! [`Connector`]: TLS by rustls for connections to PostgreSQL.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::ClientConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::Verifier;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::error::StoreError;

/// Makes TLS connections. Clones share the certificates.
#[derive(Clone)]
pub(super) struct Connector {
    config: Option<Arc<ClientConfig>>,
}

impl Connector {
    /// `enabled`: connections may use TLS. `root` is a PEM file with the trusted certificates; those
    /// of the operating system are trusted if it is left out.
    pub(super) fn new(enabled: bool, root: Option<&str>) -> Result<Self, StoreError> {
        if !enabled {
            return Ok(Self { config: None });
        }
        let failed = |cause: String| StoreError::Io(format!("TLS cannot be set up: {cause}"));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| failed(error.to_string()))?;
        let config = match root {
            Some(path) => {
                let mut roots = rustls::RootCertStore::empty();
                let wrong = |error: &dyn std::fmt::Display| failed(format!("{path}: {error}"));
                for certificate in CertificateDer::pem_file_iter(path).map_err(|e| wrong(&e))? {
                    let certificate = certificate.map_err(|error| wrong(&error))?;
                    roots.add(certificate).map_err(|error| wrong(&error))?;
                }
                builder.with_root_certificates(roots).with_no_client_auth()
            }
            None => {
                let verifier = Verifier::new(provider).map_err(|e| failed(e.to_string()))?;
                builder
                    .dangerous() // the verifier is the operating system's
                    .with_custom_certificate_verifier(Arc::new(verifier))
                    .with_no_client_auth()
            }
        };
        Ok(Self {
            config: Some(Arc::new(config)),
        })
    }
}

impl<S> MakeTlsConnect<S> for Connector
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Stream<S>;
    type TlsConnect = Handshake;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> Result<Handshake, io::Error> {
        // The library calls this also for connections without TLS.
        let tls = match self.config.clone() {
            Some(config) => {
                let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
                Some((config.into(), name))
            }
            None => None,
        };
        Ok(Handshake { tls })
    }
}

/// A connection whose handshake has not begun.
pub(super) struct Handshake {
    /// `None` if TLS is off.
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl<S> TlsConnect<S> for Handshake
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Stream<S>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream<S>>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        Box::pin(async move {
            let off = || io::Error::new(io::ErrorKind::Unsupported, "TLS is off");
            let (connector, name) = self.tls.ok_or_else(off)?;
            Ok(Stream(connector.connect(name, stream).await?))
        })
    }
}

/// A TLS connection. The authentication is not bound to it: the certificate is verified.
pub(super) struct Stream<S>(TlsStream<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> tokio_postgres::tls::TlsStream for Stream<S> {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Stream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Stream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, buffer)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connector")
            .field("tls", &self.config.is_some())
            .finish()
    }
}
