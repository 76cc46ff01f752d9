//! [`OpenRouterMetadata`]: the routing of a request by OpenRouter.

use crate::{Extra, Raw, UnknownValue, Wire};

/// Routing of a request by OpenRouter. Sent if the request has the header
/// `X-OpenRouter-Metadata: enabled`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct OpenRouterMetadata {
    /// Model that the request named.
    pub requested: Option<String>,
    /// Method by which the endpoint was chosen.
    pub strategy: Option<RoutingStrategy>,
    /// Number of the attempt that produced the response, from 1.
    pub attempt: Option<u64>,
    /// Attempts, in order.
    pub attempts: Option<Vec<RouterAttempt>>,
    /// Endpoints that could serve the request.
    pub endpoints: Option<EndpointsMetadata>,
    /// Duration of the generation in milliseconds, from sending the upstream request to the end of
    /// its response body.
    pub generation_time: Option<u64>,
    /// `true` if the provider was paid through the caller's own key.
    pub is_byok: Option<bool>,
    /// Parameters of the router.
    pub params: Option<RouterParams>,
    /// Stages that processed the request, such as guardrails and plugins.
    pub pipeline: Option<Vec<PipelineStage>>,
    /// Region to which the request was routed.
    #[wire(nullable)]
    pub region: Option<String>,
    /// Summary of the routing as text.
    pub summary: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Method by which an endpoint was chosen.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum RoutingStrategy {
    /// The request named the model.
    Direct,
    /// The auto router chose the model.
    Auto,
    /// The router chose among the free models.
    Free,
    /// The router chose the newest model of a family.
    Latest,
    /// The request used an alias of the model.
    Alias,
    /// The router used one of the request's fallback models.
    Fallback,
    /// The Pareto router chose by price and quality.
    Pareto,
    /// The body builder chose the model.
    Bodybuilder,
    /// Several models ran in parallel.
    Fusion,
    /// A strategy unknown to this version.
    Unknown(UnknownValue),
}

/// One attempt at one endpoint.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct RouterAttempt {
    /// Model of the endpoint.
    pub model: String,
    /// Provider of the endpoint.
    pub provider: String,
    /// HTTP status of the endpoint's response.
    pub status: u32,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Endpoints that could serve a request.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct EndpointsMetadata {
    /// Endpoints that met the request's requirements.
    pub available: Vec<EndpointInfo>,
    /// Number of all endpoints.
    pub total: u64,
    /// Members without a typed field.
    pub extra: Extra,
}

/// One endpoint: a model at a provider.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct EndpointInfo {
    /// Model that the endpoint serves.
    pub model: String,
    /// Provider of the endpoint.
    pub provider: String,
    /// `true` for the endpoint that served the request.
    pub selected: bool,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Parameters of a router. The schema allows any other member too.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct RouterParams {
    /// Minimum quality.
    pub quality_floor: Option<f64>,
    /// Minimum throughput in tokens per second.
    pub throughput_floor: Option<f64>,
    /// Group of model versions to choose from.
    pub version_group: Option<String>,
    /// Members without a typed field; the schema allows any.
    pub extra: Extra,
}

/// Stage that processed a request.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct PipelineStage {
    /// Name of the stage.
    pub name: String,
    /// Kind of the stage.
    pub r#type: Option<PipelineStageType>,
    /// Summary of the stage's result as text.
    pub summary: Option<String>,
    /// Cost of the stage in US dollars.
    pub cost_usd: Option<f64>,
    /// Data of the stage; the form depends on the stage.
    pub data: Option<Raw>,
    /// Id of the guardrail.
    pub guardrail_id: Option<String>,
    /// Scope of the guardrail.
    pub guardrail_scope: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Kind of a pipeline stage.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum PipelineStageType {
    /// Check of the input or output.
    Guardrail,
    /// Plugin.
    Plugin,
    /// Tools that OpenRouter ran.
    ServerTools,
    /// Repair of invalid JSON in the output.
    ResponseHealing,
    /// Shortening of the prompt.
    ContextCompression,
    /// A kind unknown to this version.
    Unknown(UnknownValue),
}
