//! Builds a request from the options of `send` and `chat`.

use orouter::{Raw, ResponsesRequest};

use crate::args::RequestArgs;

/// Returns a request with the values of the options, and without input.
pub(crate) fn request(args: &RequestArgs, default_model: Option<&str>) -> ResponsesRequest {
    let mut request = ResponsesRequest::default();
    request.model = args
        .model
        .clone()
        .or_else(|| default_model.map(str::to_owned));
    request.instructions.clone_from(&args.instructions);
    request.temperature = args.temperature;
    request.max_output_tokens = args.max_output_tokens.map(u64::from);
    if let Some(seed) = args.seed {
        // The API does not define `seed`, but many servers accept it.
        request
            .extra
            .insert("seed", Raw::from(serde_json::Value::from(seed)));
    }
    request
}
