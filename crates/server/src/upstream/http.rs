//! [`HttpProvider`]: a provider over HTTP.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

use http::header::CONTENT_ENCODING;
use orouter_http::redact::Secrets;
use orouter_http::transport::{HttpResponse, HyperTransport, Transport as _};
use orouter_protocols::{Protocol, RequestSource, Target, UpstreamRequest};
use orouter_wire::EventClass;

use super::encrypted::Issuers;
use super::error_reply;
use super::fetch::UrlFetcher;
use super::head::Head;
use super::reply::{Reply, Source};
use super::setup_error::SetupError;
use crate::config::{ProviderConfig, UpstreamTimeouts};
use crate::failure::{Failure, Fallback};
use crate::provider::{
    BoxFuture, EventStream, Load, Model, Provider, ProviderRequest, UpstreamModel,
};

/// Maximum number of events of unknown types that are withheld until the first content.
const MAX_WITHHELD: usize = 64;

/// A provider over HTTP.
pub(super) struct HttpProvider {
    shared: Arc<Shared>,
}

struct Shared {
    name: Arc<str>,
    protocol: Protocol,
    head: Head,
    secrets: Arc<Secrets>,
    timeouts: UpstreamTimeouts,
    transport: HyperTransport,
    issuers: Arc<Issuers>,
    /// `None`: the server fetches no URLs.
    fetcher: Option<Arc<UrlFetcher>>,
}

impl HttpProvider {
    /// Creates the provider of a configuration.
    ///
    /// # Errors
    /// As [`Head::new`].
    pub(super) fn new(
        config: &ProviderConfig,
        transport: HyperTransport,
        issuers: Arc<Issuers>,
        fetcher: Option<Arc<UrlFetcher>>,
    ) -> Result<Self, SetupError> {
        let head = Head::new(config)?;
        Ok(Self {
            shared: Arc::new(Shared {
                name: Arc::from(config.name.as_str()),
                protocol: config.protocol,
                secrets: Arc::new(head.secrets()),
                head,
                timeouts: config.timeouts,
                transport,
                issuers,
                fetcher,
            }),
        })
    }
}

impl Provider for HttpProvider {
    fn name(&self) -> &str {
        &self.shared.name
    }

    /// Returns no models: the catalog knows which models the provider serves.
    fn models(&self) -> &[Model] {
        &[]
    }

    fn load(&self) -> Load {
        Load::default()
    }

    fn generate(&self, request: ProviderRequest) -> BoxFuture<Result<EventStream, Failure>> {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move { shared.generate(request).await })
    }
}

impl Shared {
    async fn generate(&self, mut request: ProviderRequest) -> Result<EventStream, Failure> {
        let unlisted;
        let model = match &request.upstream {
            Some(model) => model,
            None => {
                unlisted = Arc::new(UpstreamModel {
                    endpoint: format!("{}@{}", request.model, self.name),
                    name: request.model.clone(),
                    ..UpstreamModel::default()
                });
                &unlisted
            }
        };
        let with_files = match &self.fetcher {
            Some(fetcher) if !takes_file_urls(self.protocol) => {
                let files = fetcher.with_files(&request.request, &request.notes).await;
                files.map_err(|failure| {
                    failure
                        .provider(&*self.name)
                        .fallback(Fallback::Unsupported)
                })?
            }
            _ => None,
        };
        if let Some(changed) = &with_files {
            request.request = Arc::clone(&changed.request);
            request.body = bytes::Bytes::new();
        }
        let (first, sends_encrypted) = self.translate(&request, model, true)?;
        let failure = match self.call(&request, model, first, sends_encrypted).await {
            Err(failure) if failure.fallback_row() == Fallback::EncryptedReasoning => failure,
            outcome => return outcome,
        };
        if !sends_encrypted {
            return Err(failure.fallback(Fallback::Request));
        }
        let reason =
            "the provider cannot read or verify it; it was left out, and the request repeated";
        request.notes.skipped("encrypted reasoning", reason);
        let (second, _) = self.translate(&request, model, false)?;
        let outcome = self.call(&request, model, second, true).await;
        outcome.map_err(|failure| match failure.fallback_row() {
            Fallback::EncryptedReasoning => failure.fallback(Fallback::Request),
            _ => failure,
        })
    }

    /// Translates the request. Also returns `true` if the translation contains encrypted contents or
    /// signatures.
    fn translate(
        &self,
        request: &ProviderRequest,
        model: &UpstreamModel,
        encrypted: bool,
    ) -> Result<(UpstreamRequest, bool), Failure> {
        let sent = Cell::new(false);
        let accepts = |text: &str| {
            let accepted = encrypted && self.issuers.accepts(text, &model.endpoint);
            sent.set(sent.get() || accepted);
            accepted
        };
        let target = Target::new(&model.name)
            .input_modalities(model.input_modalities.as_deref())
            .supported_parameters(model.supported_parameters.as_deref())
            .max_output_tokens(model.max_output_tokens)
            .accepts_encrypted(&accepts);
        let source = RequestSource::new(&request.request, &request.body)
            .anthropic_beta(request.anthropic_beta.as_deref());
        let translated = self.protocol.request(&source, &target, &request.notes);
        let translated = translated.map_err(|refusal| {
            Failure::invalid(refusal.param, refusal.message)
                .provider(&*self.name)
                .fallback(Fallback::Unsupported)
        })?;
        Ok((translated, sent.get()))
    }

    /// Makes one call. `wait` also waits for the first event with content, so that a failure before
    /// it is returned as one of the call.
    async fn call(
        &self,
        request: &ProviderRequest,
        model: &UpstreamModel,
        upstream: UpstreamRequest,
        wait: bool,
    ) -> Result<EventStream, Failure> {
        let started = Instant::now();
        let stream = request.request.stream == Some(true);
        let outcome = self.send(request, &upstream, stream).await;
        let status = outcome
            .as_ref()
            .map_or(0, |response| response.status().as_u16());
        let milliseconds = started.elapsed().as_millis();
        tracing::debug!(endpoint = %model.endpoint, status, milliseconds, "upstream replied");
        let (status, headers, body) = outcome?.into_parts();
        if status.is_client_error() || status.is_server_error() {
            let (provider, secrets) = (&*self.name, &self.secrets);
            return Err(error_reply::read(provider, secrets, status, &headers, body).await);
        }
        if !status.is_success() {
            return Err(error_reply::of_status(&self.name, status));
        }
        if let Some(coding) = headers.get(CONTENT_ENCODING)
            && !coding.as_bytes().eq_ignore_ascii_case(b"identity")
        {
            let message = "the provider's reply is compressed, which was not asked for";
            return Err(error_reply::of_reply(&self.name, message));
        }
        let source = Source {
            provider: Arc::clone(&self.name),
            endpoint: Arc::from(model.endpoint.as_str()),
            secrets: Arc::clone(&self.secrets),
            issuers: Arc::clone(&self.issuers),
        };
        let idle = self.timeouts.idle;
        let mut reply = Reply::new(source, &headers, body, upstream.reader, idle);
        if wait {
            wait_for_content(&mut reply, &self.name).await?;
        }
        Ok(EventStream::from_upstream(reply))
    }

    /// Sends the translation of a request and waits for the response head.
    async fn send(
        &self,
        source: &ProviderRequest,
        upstream: &UpstreamRequest,
        stream: bool,
    ) -> Result<HttpResponse, Failure> {
        let connect = Some(self.timeouts.connect).filter(|limit| !limit.is_zero());
        let mut request = self.head.request(upstream, stream).map_err(|name| {
            let message =
                format!("the header `x-{name}` has a character that a header cannot carry");
            Failure::invalid(name, message)
        })?;
        for (name, value) in &source.trace_context {
            request.headers_mut().insert(name, value.clone());
        }
        if let Some(echo) = &source.body_echo {
            echo.record(&upstream.body);
        }
        let request = request.with_connect_timeout(connect);
        let sending = async {
            match self.transport.send(request.clone()).await {
                // The server closed a pooled connection, and no byte of the request was written.
                Err(error) if error.is_unprocessed() => self.transport.send(request).await,
                outcome => outcome,
            }
        };
        let limit = self.timeouts.first_byte;
        let outcome = if limit.is_zero() {
            sending.await
        } else {
            match tokio::time::timeout(limit, sending).await {
                Ok(outcome) => outcome,
                Err(_) => return Err(error_reply::of_first_byte(&self.name, limit)),
            }
        };
        outcome.map_err(|error| {
            // The reason may contain the provider's address.
            tracing::debug!(provider = %self.name, kind = %error, "upstream call failed");
            error_reply::of_connection(&self.name, &error)
        })
    }
}

/// Waits for the first event with content. Lifecycle events before it are dropped, because the relay
/// sends its own; events of unknown types stay in the reply.
///
/// # Errors
/// A failure of the stream, or an event that says that the upstream cannot read encrypted reasoning.
async fn wait_for_content(reply: &mut Reply, provider: &str) -> Result<(), Failure> {
    use futures_core::Stream as _;

    let mut withheld = Vec::new();
    loop {
        let next = std::future::poll_fn(|cx| std::pin::Pin::new(&mut *reply).poll_next(cx)).await;
        let Some(event) = next.transpose()? else {
            break;
        };
        if let Some(reported) = event.event.failure()
            && error_reply::refuses_encrypted(&reported)
        {
            let failure = Failure::from_reported_with(&reported, provider, None);
            return Err(failure.fallback(Fallback::EncryptedReasoning));
        }
        match event.event.class() {
            EventClass::Lifecycle | EventClass::KeepAlive => {}
            EventClass::Unknown if withheld.len() < MAX_WITHHELD => withheld.push(event),
            _ => {
                withheld.push(event);
                break;
            }
        }
    }
    for event in withheld.into_iter().rev() {
        reply.put_back(event);
    }
    Ok(())
}

/// Returns `true` if upstreams of the protocol fetch file URLs themselves. All fetch image URLs.
fn takes_file_urls(protocol: Protocol) -> bool {
    protocol != Protocol::Chat
}
