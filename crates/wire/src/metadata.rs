//! [`OpenRouterMetadata`]: how OpenRouter routed a request.

use crate::{Extra, Raw, UnknownValue, Wire};

/// How OpenRouter routed a request. Sent when the request has the header
/// `X-OpenRouter-Metadata: enabled`. Stands for `OpenRouterMetadata`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct OpenRouterMetadata {
    /// What the request asked for.
    pub requested: Option<String>,
    /// How the endpoint was chosen.
    pub strategy: Option<RoutingStrategy>,
    /// Which attempt answered, from 1.
    pub attempt: Option<u64>,
    /// The attempts, in order.
    pub attempts: Option<Vec<RouterAttempt>>,
    /// The endpoints that could have answered.
    pub endpoints: Option<EndpointsMetadata>,
    /// How long the generation took, in milliseconds.
    pub generation_time: Option<u64>,
    /// Whether the provider was paid with the caller's own key.
    pub is_byok: Option<bool>,
    /// What the router was told.
    pub params: Option<RouterParams>,
    /// What else happened to the request on its way.
    pub pipeline: Option<Vec<PipelineStage>>,
    /// Where the request was routed.
    #[wire(nullable)]
    pub region: Option<String>,
    /// The whole in words.
    pub summary: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// How an endpoint was chosen. Stands for `RoutingStrategy`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum RoutingStrategy {
    /// The model was named.
    Direct,
    /// The router chose a model.
    Auto,
    /// Among the free ones.
    Free,
    /// The newest of a family.
    Latest,
    /// By another name of the model.
    Alias,
    /// One of the request's fallbacks.
    Fallback,
    /// On the front of price against quality.
    Pareto,
    /// By the body builder.
    Bodybuilder,
    /// Several at once.
    Fusion,
    /// A strategy that this version does not know.
    Unknown(UnknownValue),
}

/// One attempt at one endpoint. Stands for `RouterAttempt`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct RouterAttempt {
    /// The model that was tried.
    pub model: String,
    /// The provider that was tried.
    pub provider: String,
    /// The HTTP status that it answered with.
    pub status: u32,
    /// Members that no field takes.
    pub extra: Extra,
}

/// The endpoints that could have answered. Stands for `EndpointsMetadata`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct EndpointsMetadata {
    /// Those that were fit for the request.
    pub available: Vec<EndpointInfo>,
    /// How many there are in all.
    pub total: u64,
    /// Members that no field takes.
    pub extra: Extra,
}

/// One endpoint. Stands for `EndpointInfo`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct EndpointInfo {
    /// The model that it serves.
    pub model: String,
    /// The provider.
    pub provider: String,
    /// Whether it was the one that answered.
    pub selected: bool,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What a router was told. Stands for `RouterParams`, which allows any other member too.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct RouterParams {
    /// The least quality that is good enough.
    pub quality_floor: Option<f64>,
    /// The least throughput that is good enough, in tokens per second.
    pub throughput_floor: Option<f64>,
    /// The group of model versions to choose from.
    pub version_group: Option<String>,
    /// The rest; any member is allowed here.
    pub extra: Extra,
}

/// Something that happened to a request on its way. Stands for `PipelineStage`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct PipelineStage {
    /// The stage's name.
    pub name: String,
    /// Which kind of stage it is.
    pub r#type: Option<PipelineStageType>,
    /// What it did, in words.
    pub summary: Option<String>,
    /// What it cost, in US dollars.
    pub cost_usd: Option<f64>,
    /// What it did, in its own terms.
    pub data: Option<Raw>,
    /// The guardrail that it was.
    pub guardrail_id: Option<String>,
    /// Whose guardrail that is.
    pub guardrail_scope: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Which kind of stage something is. Stands for `PipelineStageType`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum PipelineStageType {
    /// A check of what goes in or comes out.
    Guardrail,
    /// A plugin.
    Plugin,
    /// Tools that OpenRouter ran.
    ServerTools,
    /// Mending of broken JSON.
    ResponseHealing,
    /// Shortening of the prompt.
    ContextCompression,
    /// A kind that this version does not know.
    Unknown(UnknownValue),
}
