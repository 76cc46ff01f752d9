//! Builds a request from the options of `send` and `chat`.

use clap::Args;
use orouter::{Raw, ResponsesRequest};
use serde_json::Number;

use crate::exit::CommandError;
use crate::request_option::{self, RequestOption};
use crate::target::{ServerArgs, variable};
use crate::user_config::UserConfig;
use crate::values::{finite, seed};

/// Parameters of a request.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct RequestArgs {
    /// Name or alias of the model [default: OROUTER_MODEL, that of the configuration file, the
    /// embedded model, or the default of the server]
    #[arg(short, long, value_name = "MODEL")]
    pub(crate) model: Option<String>,
    /// Instructions for the whole conversation (a system message)
    #[arg(short = 's', long, visible_alias = "system", value_name = "TEXT")]
    pub(crate) instructions: Option<String>,
    /// Sampling temperature, from 0 (always the likeliest token) to 2
    #[arg(long, value_name = "NUMBER", value_parser = finite)]
    pub(crate) temperature: Option<f64>,
    /// Maximum number of output tokens
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_output_tokens: Option<u32>,
    /// Seed: the same request and seed give the same text, if the server supports it; the embedded
    /// model does
    #[arg(long, value_name = "NUMBER", value_parser = seed, allow_negative_numbers = true)]
    pub(crate) seed: Option<Number>,
    /// Set any other member of the request, such as top_p=0.9 or reasoning.effort=high. Repeatable
    ///
    /// Dots separate the names of nested members. A value that is JSON is sent as JSON, other text as
    /// a string: user='"7"' is the string 7. A member that the API does not define is sent as it is;
    /// a value of the wrong type for a member that it defines is refused.
    #[arg(short, long, value_name = "KEY=VALUE")]
    pub(crate) option: Vec<RequestOption>,
    /// Print token counts and cost to standard error
    #[arg(long, overrides_with = "no_usage")]
    pub(crate) usage: bool,
    /// Do not print token counts, if the configuration file asks for them
    #[arg(long, overrides_with = "usage")]
    no_usage: bool,
}

impl RequestArgs {
    /// Fills in what the options leave out, from the environment and the configuration file, and
    /// replaces the alias of a model by its name.
    ///
    /// With an option for the embedded model, the default model is not used.
    pub(crate) fn fill(
        &mut self,
        server: &ServerArgs,
        config: &UserConfig,
    ) -> Result<(), CommandError> {
        if self.model.is_none() && !server.choose_embedded() {
            self.model = variable("OROUTER_MODEL")?.or_else(|| config.model.clone());
        }
        let model = self.model.as_deref();
        self.model = model.map(|model| config.model_named(model).to_owned());
        if self.instructions.is_none() && !self.sets("instructions") {
            self.instructions.clone_from(&config.instructions);
        }
        if !self.sets("temperature") {
            self.temperature = self.temperature.or(config.temperature);
        }
        if !self.sets("max_output_tokens") {
            self.max_output_tokens = self.max_output_tokens.or(config.max_output_tokens);
        }
        if !self.sets("seed") {
            self.seed = self.seed.take().or(config.seed.map(Number::from));
        }
        if !self.no_usage {
            self.usage |= config.usage == Some(true);
        }
        Ok(())
    }

    /// Returns `true` if `--option` sets a member, which then overrides the configuration file.
    fn sets(&self, member: &str) -> bool {
        self.option.iter().any(|option| option.sets(member))
    }
}

/// Returns a request with the values of the options, and without input.
///
/// # Errors
/// A usage error if a value of `--option` is unusable; see [`request_option::apply`].
pub(crate) fn request(
    args: &RequestArgs,
    default_model: Option<&str>,
) -> Result<ResponsesRequest, CommandError> {
    let mut request = ResponsesRequest::default();
    request.model = args
        .model
        .clone()
        .or_else(|| default_model.map(str::to_owned));
    request.instructions.clone_from(&args.instructions);
    request.temperature = args.temperature;
    request.max_output_tokens = args.max_output_tokens.map(u64::from);
    if let Some(seed) = &args.seed {
        match seed.as_i64() {
            Some(seed) => request.seed = Some(seed),
            // The member of the type holds signed numbers.
            None => {
                let raw = Raw::from(serde_json::Value::from(seed.clone()));
                request.extra.insert("seed", raw);
            }
        }
    }
    let dedicated = [
        (
            "instructions",
            "--instructions",
            args.instructions.is_some(),
        ),
        ("temperature", "--temperature", args.temperature.is_some()),
        (
            "max_output_tokens",
            "--max-output-tokens",
            args.max_output_tokens.is_some(),
        ),
        ("seed", "--seed", args.seed.is_some()),
    ];
    let dedicated: Vec<(&str, &str)> = dedicated
        .into_iter()
        .filter(|(_, _, given)| *given)
        .map(|(member, option, _)| (member, option))
        .collect();
    request_option::apply(request, &args.option, &dedicated)
}
