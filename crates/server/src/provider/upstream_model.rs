//! [`UpstreamModel`]: a model as a provider over HTTP serves it.

/// A model as a provider over HTTP serves it: the part of an endpoint that the upstream client
/// needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct UpstreamModel {
    /// Names the endpoint in this server: the model's id and the endpoint's slug, joined by `@`.
    pub(crate) endpoint: String,
    /// The upstream's name of the model.
    pub(crate) name: String,
    /// Kinds of input that the endpoint reads; `None` if they are not known.
    pub(crate) input_modalities: Option<Vec<String>>,
    /// Request parameters that the endpoint supports; `None` if they are not known.
    pub(crate) supported_parameters: Option<Vec<String>>,
    /// Maximum number of output tokens; `None` if it is not known.
    pub(crate) max_output_tokens: Option<u64>,
    /// Host and port of the upstream, for traces.
    pub(crate) server: Option<(String, u16)>,
}
