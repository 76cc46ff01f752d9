//! The embedded model's entry in the catalog: id, aliases, limits and parameters.

use crate::provider::{Model, Price};

/// The provider's name.
pub(super) const PROVIDER: &str = "local";

/// The id of the embedded model.
pub(super) const ID: &str = "local/smollm2-135m-instruct";

/// Other names that requests may use for the embedded model.
pub(super) const ALIASES: [&str; 2] = ["smollm2-135m-instruct", "local"];

/// The engine's defaults for requests without `temperature` and `top_p`.
const TEMPERATURE: f64 = 0.2;
const TOP_P: f64 = 0.9;

/// Maximum number of tokens of prompt and output together.
const CONTEXT: u64 = orouter_local::CONTEXT_LIMIT as u64;

/// Returns the entry.
pub(super) fn model() -> Model {
    let mut model = Model::new(ID);
    model.aliases = ALIASES.map(str::to_owned).to_vec();
    model.name = "SmolLM2 135M Instruct".to_owned();
    model.description = "A small language model by Hugging Face (Apache-2.0), run by this server \
                         in its own process, without a key or a network. Its answers are modest."
        .to_owned();
    // The day on which the weights were published: 2024-10-31.
    model.created = 1_730_332_800;
    model.context_length = CONTEXT;
    model.supported_parameters = [
        "max_tokens",
        "temperature",
        "top_p",
        "top_k",
        "frequency_penalty",
        "presence_penalty",
        "seed",
        "stop",
        "tools",
        "tool_choice",
        "response_format",
        "structured_outputs",
    ]
    .map(str::to_owned)
    .to_vec();
    model.default_temperature = TEMPERATURE;
    model.default_top_p = TOP_P;
    model.price = Some(Price::free());
    model.instruct_type = Some("chatml".to_owned());
    model
}
