//! TLS by rustls on ring: trusted certificates and the client certificate.
//!
//! The configuration belongs to the transport. No provider is installed for the process.

use std::{io, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
};
use rustls_platform_verifier::Verifier;

use crate::{send::BoxError, transport::setup_error::TransportSetupError};

/// Returns a configuration that trusts the system's certificates and those in `roots`, presents the
/// chain and key in `identity`, and offers `protocols` by ALPN. `roots` and `identity` are PEM.
pub(in crate::transport) fn config(
    roots: &[u8],
    identity: Option<&[u8]>,
    protocols: &[&[u8]],
) -> Result<ClientConfig, TransportSetupError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = verifier(roots, Arc::clone(&provider)).map_err(|error| {
        TransportSetupError::new("root_certificates_pem cannot be used").with_source(error)
    })?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| TransportSetupError::new("TLS cannot be set up").with_source(error))?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some(pem) => {
            let read = || -> Result<_, BoxError> {
                Ok((certificates(pem)?, PrivateKeyDer::from_pem_slice(pem)?))
            };
            read()
                .and_then(|(chain, key)| Ok(builder.with_client_auth_cert(chain, key)?))
                .map_err(|error| {
                    TransportSetupError::new("client_certificate_pem cannot be used")
                        .with_source(error)
                })?
        }
    };
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Ok(config)
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, BoxError> {
    let found = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>()?;
    if found.is_empty() {
        let what = "no certificate in the PEM";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what).into());
    }
    Ok(found)
}

fn verifier(
    roots: &[u8],
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, BoxError> {
    if !roots.is_empty() {
        let verifier = Verifier::new_with_extra_roots(certificates(roots)?, provider)?;
        return Ok(Arc::new(verifier));
    }
    // A system without certificates, such as a small container, can still call servers without TLS. A
    // TLS connection fails with a message that names the missing certificates.
    Ok(match Verifier::new(Arc::clone(&provider)) {
        Ok(verifier) => Arc::new(verifier),
        Err(reason) => Arc::new(RejectAll { reason, provider }),
    })
}

/// Returns `true` if the server rejected the client's certificate, or the lack of one.
///
/// In TLS 1.3 the client has finished its part of the handshake by then, and the request may have left.
/// The server has not read it.
pub(in crate::transport) fn is_client_rejected(error: &(dyn std::error::Error + 'static)) -> bool {
    use rustls::AlertDescription as Alert;

    let mut cause = Some(error);
    while let Some(error) = cause {
        let inner = error
            .downcast_ref::<io::Error>()
            .and_then(|error| error.get_ref()?.downcast_ref::<Error>());
        if let Some(Error::AlertReceived(alert)) = inner {
            return matches!(
                alert,
                Alert::CertificateRequired
                    | Alert::BadCertificate
                    | Alert::UnsupportedCertificate
                    | Alert::CertificateRevoked
                    | Alert::CertificateExpired
                    | Alert::CertificateUnknown
                    | Alert::UnknownCA
                    | Alert::AccessDenied
                    | Alert::DecryptError
                    | Alert::HandshakeFailure
            );
        }
        cause = error.source();
    }
    false
}

/// Rejects every server with the reason why the system's certificates cannot be read.
#[derive(Debug)]
struct RejectAll {
    reason: Error,
    provider: Arc<CryptoProvider>,
}

impl RejectAll {
    fn refuse(&self) -> Error {
        let what = format!(
            "the server cannot be verified: {}; install them (often the package ca-certificates), \
             set SSL_CERT_FILE, or give root_certificates_pem",
            self.reason
        );
        let reason = OtherError(Arc::new(io::Error::other(what)));
        Error::InvalidCertificate(CertificateError::Other(reason))
    }
}

impl ServerCertVerifier for RejectAll {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Err(self.refuse())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(self.refuse())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(self.refuse())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
