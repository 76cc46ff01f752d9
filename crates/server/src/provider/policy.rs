//! [`Policy`]: the facts about a provider that a request's `provider` preferences can demand.

/// The facts about a provider that a request's `provider` preferences can demand.
///
/// The default promises nothing: a request with `data_collection: "deny"`, `zdr: true`,
/// `enforce_distillable_text: true` or `quantizations` excludes such a provider.
///
/// ```
/// use orouter_server::Policy;
/// let mut policy = Policy::default();
/// policy.collects_data = false;
/// policy.quantization = Some("fp16".to_owned());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// `true` if the provider may keep prompts and train on them. Default: `true`.
    pub collects_data: bool,
    /// `true` if the provider may retain prompts for any purpose. Default: `true`.
    pub retains_data: bool,
    /// `true` if the model's licence allows to train other models on its text. Default: `false`.
    pub distillable: bool,
    /// The quantization of the weights, in the API's words: `int8`, `fp16`. Default: `None`, which
    /// requests call `unknown`.
    pub quantization: Option<String>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            collects_data: true,
            retains_data: true,
            distillable: false,
            quantization: None,
        }
    }
}
