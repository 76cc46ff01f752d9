//! [`Target`] and [`RequestSource`]: the input of a translation.

use std::fmt;

use bytes::Bytes;
use orouter_wire::ResponsesRequest;

/// A request of a client, decoded and as text.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct RequestSource<'a> {
    /// The request as decoded and admitted.
    pub request: &'a ResponsesRequest,
    /// The JSON text from which `request` was decoded. Empty if there is none, for example because
    /// the program built the request; translators then encode `request`.
    pub body: &'a Bytes,
    /// The client's header `x-anthropic-beta`: features of Anthropic's API, separated by commas. Only
    /// upstreams of that API get it.
    pub anthropic_beta: Option<&'a str>,
}

impl<'a> RequestSource<'a> {
    /// Creates a source without headers of the client.
    #[must_use]
    pub fn new(request: &'a ResponsesRequest, body: &'a Bytes) -> Self {
        Self {
            request,
            body,
            anthropic_beta: None,
        }
    }

    /// Sets the client's header `x-anthropic-beta`.
    #[must_use]
    pub fn anthropic_beta(mut self, features: Option<&'a str>) -> Self {
        self.anthropic_beta = features;
        self
    }
}

/// The endpoint for which a request is translated.
#[derive(Clone)]
#[non_exhaustive]
pub struct Target<'a> {
    /// The upstream's name of the model.
    pub model: &'a str,
    /// Kinds of input that the endpoint reads: `text`, `image`, `file`, `audio`, `video`. `None` if
    /// they are not known; the request then passes, and the upstream decides.
    pub input_modalities: Option<&'a [String]>,
    /// Request parameters that the endpoint supports, in the catalog's words. `None` if they are not
    /// known; all parameters that the protocol can express are then sent.
    pub supported_parameters: Option<&'a [String]>,
    /// Maximum number of output tokens. `None` if it is not known.
    pub max_output_tokens: Option<u64>,
    /// Returns `true` if an encrypted content or a signature may be sent to this endpoint. The
    /// argument is a text that [`seals`](crate::seals()) returns.
    pub accepts_encrypted: &'a dyn Fn(&str) -> bool,
}

impl<'a> Target<'a> {
    /// Creates a target about whose abilities nothing is known, and which accepts all encrypted
    /// contents and signatures.
    #[must_use]
    pub fn new(model: &'a str) -> Self {
        Self {
            model,
            input_modalities: None,
            supported_parameters: None,
            max_output_tokens: None,
            accepts_encrypted: &|_| true,
        }
    }

    /// Sets the kinds of input that the endpoint reads.
    #[must_use]
    pub fn input_modalities(mut self, modalities: Option<&'a [String]>) -> Self {
        self.input_modalities = modalities;
        self
    }

    /// Sets the request parameters that the endpoint supports.
    #[must_use]
    pub fn supported_parameters(mut self, parameters: Option<&'a [String]>) -> Self {
        self.supported_parameters = parameters;
        self
    }

    /// Sets the maximum number of output tokens.
    #[must_use]
    pub fn max_output_tokens(mut self, limit: Option<u64>) -> Self {
        self.max_output_tokens = limit;
        self
    }

    /// Sets the predicate for encrypted contents and signatures.
    #[must_use]
    pub fn accepts_encrypted(mut self, accepts: &'a dyn Fn(&str) -> bool) -> Self {
        self.accepts_encrypted = accepts;
        self
    }
}

impl fmt::Debug for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target")
            .field("model", &self.model)
            .field("input_modalities", &self.input_modalities)
            .field("supported_parameters", &self.supported_parameters)
            .field("max_output_tokens", &self.max_output_tokens)
            .finish_non_exhaustive()
    }
}
