//! Tools that OpenRouter runs without calling another model. Each consists of a type and
//! parameters.
//!
//! Tools that call other models are in `inner`.

use std::collections::BTreeMap;

use super::shell::ShellToolEnvironment;
use super::web_search::{
    SearchContextSize, UserLocation, WebSearchEngine, WebSearchMode, XSearchOptions,
};
use crate::setters::{open_setter, setters};
use crate::{Extra, Raw, UnknownValue, Wire};

/// Defines a tool with optional parameters.
macro_rules! server_tool {
    ($(#[$doc:meta])* $tool:ident($parameters:ident)) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Wire)]
        #[non_exhaustive]
        pub struct $tool {
            /// Parameters of the tool. Default: the service's.
            pub parameters: Option<$parameters>,
            /// Members without a typed field.
            pub extra: Extra,
        }

        impl $tool {
            /// Creates a tool with the service's defaults.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }
        }

        $crate::setters::setters!($tool {
            into parameters: $parameters;
        });

        impl From<$parameters> for $tool {
            fn from(parameters: $parameters) -> Self {
                Self::new().parameters(parameters)
            }
        }

        impl From<$parameters> for super::Tool {
            fn from(parameters: $parameters) -> Self {
                $tool::from(parameters).into()
            }
        }
    };
}

pub(super) use server_tool;

server_tool! {
    /// Web search by OpenRouter, for any model.
    OpenRouterWebSearchTool(WebSearchParameters)
}
server_tool! {
    /// Fetch of web pages by OpenRouter, for any model.
    OpenRouterWebFetchTool(WebFetchParameters)
}
server_tool! {
    /// Date and time.
    OpenRouterDatetimeTool(DatetimeParameters)
}
server_tool! {
    /// Files of the workspace: list, read, write, edit.
    OpenRouterFilesTool(FilesParameters)
}
server_tool! {
    /// Image generation by OpenRouter, for any model.
    OpenRouterImageGenerationTool(ImageGenerationParameters)
}
server_tool! {
    /// Search in OpenRouter's model catalogue.
    OpenRouterSearchModelsTool(SearchModelsParameters)
}
server_tool! {
    /// Patches to files, checked by OpenRouter.
    OpenRouterApplyPatchTool(ApplyPatchParameters)
}
server_tool! {
    /// Bash in a container.
    OpenRouterBashTool(BashParameters)
}
server_tool! {
    /// Shell in a container.
    OpenRouterShellTool(ShellParameters)
}
server_tool! {
    /// Search for deferred tools.
    OpenRouterToolSearchTool(ToolSearchParameters)
}

/// Parameters of OpenRouter's web search.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct WebSearchParameters {
    /// Domains to search. Cannot be combined with `excluded_domains`.
    pub allowed_domains: Option<Vec<String>>,
    /// Domains to exclude. Cannot be combined with `allowed_domains`.
    pub excluded_domains: Option<Vec<String>>,
    /// Search engine. Default: `auto`.
    pub engine: Option<WebSearchEngine>,
    /// Maximum number of characters per result.
    pub max_characters: Option<u64>,
    /// Maximum number of results per search. Default: 5.
    pub max_results: Option<u64>,
    /// Maximum number of results of all searches. Default: 50.
    pub max_total_results: Option<u64>,
    /// Maximum number of searches per request.
    pub max_uses: Option<u64>,
    /// Search mode of the engine. Modes that the engine does not support are ignored.
    pub mode: Option<WebSearchMode>,
    /// Amount of content per result. Default: `medium`.
    pub search_context_size: Option<SearchContextSize>,
    /// Location of the user, for local results.
    pub user_location: Option<UserLocation>,
    /// Search on X, for xAI's models.
    pub x_search: Option<XSearchOptions>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl WebSearchParameters {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(WebSearchParameters {
    some_list allowed_domains: String;
    some_list excluded_domains: String;
    into engine: WebSearchEngine;
    copy max_characters: u64;
    copy max_results: u64;
    copy max_total_results: u64;
    copy max_uses: u64;
    into mode: WebSearchMode;
    into search_context_size: SearchContextSize;
    into user_location: UserLocation;
    into x_search: XSearchOptions;
});

/// Parameters of OpenRouter's web fetch.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct WebFetchParameters {
    /// Domains to fetch from.
    pub allowed_domains: Option<Vec<String>>,
    /// Domains not to fetch from.
    pub blocked_domains: Option<Vec<String>>,
    /// Fetch engine. Default: `auto`.
    pub engine: Option<WebFetchEngine>,
    /// Maximum length of a page in approximate tokens; longer pages are truncated.
    pub max_content_tokens: Option<u64>,
    /// Maximum number of pages per request.
    pub max_uses: Option<u64>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl WebFetchParameters {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(WebFetchParameters {
    some_list allowed_domains: String;
    some_list blocked_domains: String;
    into engine: WebFetchEngine;
    copy max_content_tokens: u64;
    copy max_uses: u64;
});

/// Engine that fetches web pages.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum WebFetchEngine {
    /// The provider's if it has one, else Exa.
    Auto,
    /// The provider's.
    Native,
    /// OpenRouter's own HTTP fetch.
    #[wire("openrouter")]
    OpenRouter,
    /// Exa.
    Exa,
    /// Parallel.
    Parallel,
    /// Firecrawl.
    Firecrawl,
    /// An engine unknown to this version.
    Unknown(UnknownValue),
}

/// Parameters of the date and time tool.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DatetimeParameters {
    /// IANA time zone, such as `Europe/Berlin`. Default: UTC.
    pub timezone: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl DatetimeParameters {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(DatetimeParameters {
    into timezone: String;
});

/// Parameters of the files tool. It has none.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FilesParameters {
    /// Members without a typed field.
    pub extra: Extra,
}

/// Parameters of OpenRouter's image generation: the model and any settings of that model.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct ImageGenerationParameters {
    /// Image model. Default: `openai/gpt-5-image`.
    pub model: Option<String>,
    /// Members without a typed field; the schema allows any.
    pub extra: Extra,
}

impl ImageGenerationParameters {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ImageGenerationParameters {
    into model: String;
});

open_setter!(ImageGenerationParameters);

/// Parameters of the search in OpenRouter's model catalogue.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SearchModelsParameters {
    /// Maximum number of models per search, at most 20. Default: 5.
    pub max_results: Option<u64>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl SearchModelsParameters {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(SearchModelsParameters {
    copy max_results: u64;
});

/// Parameters of the search for deferred tools.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ToolSearchParameters {
    /// Maximum number of tools per search. Default: 5.
    pub max_results: Option<u64>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ToolSearchParameters {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ToolSearchParameters {
    copy max_results: u64;
});

/// Parameters of the patch tool.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ApplyPatchParameters {
    /// Engine. Default: `auto`.
    pub engine: Option<ServerToolEngine>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ApplyPatchParameters {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ApplyPatchParameters {
    into engine: ServerToolEngine;
});

/// Parameters of the bash tool.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct BashParameters {
    /// Engine. Default: `auto`.
    pub engine: Option<ServerToolEngine>,
    /// Container in which bash runs. Default: one that OpenRouter creates.
    pub environment: Option<ShellToolEnvironment>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl BashParameters {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(BashParameters {
    into engine: ServerToolEngine;
    into environment: ShellToolEnvironment;
});

/// Parameters of the shell tool.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ShellParameters {
    /// Engine. Default: `auto`.
    pub engine: Option<ServerToolEngine>,
    /// Container in which the shell runs. Default: one that OpenRouter creates.
    pub environment: Option<ShellToolEnvironment>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ShellParameters {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ShellParameters {
    into engine: ServerToolEngine;
    into environment: ShellToolEnvironment;
});

/// Implementation of a tool that both providers and OpenRouter have.
///
/// The shell tool does not support `native`. With `auto` and `native`, calls of the bash tool go to
/// the caller, which runs the commands.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ServerToolEngine {
    /// The provider's if it has one, else OpenRouter's.
    Auto,
    /// The provider's.
    Native,
    /// OpenRouter's.
    #[wire("openrouter")]
    OpenRouter,
    /// An engine unknown to this version.
    Unknown(UnknownValue),
}

/// Tool of a model that another tool calls: an OpenRouter tool in a short form.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct InnerTool {
    /// Type of the tool, such as `openrouter:web_search`.
    pub r#type: String,
    /// Parameters of the tool.
    pub parameters: Option<BTreeMap<String, Raw>>,
    /// Members without a typed field; the schema allows any.
    pub extra: Extra,
}

impl InnerTool {
    /// Creates a tool with default parameters.
    #[must_use]
    pub fn new(r#type: impl Into<String>) -> Self {
        Self {
            r#type: r#type.into(),
            ..Self::default()
        }
    }
}

setters!(InnerTool {
    some_map parameters: Raw;
});

open_setter!(InnerTool);

impl From<&str> for InnerTool {
    fn from(r#type: &str) -> Self {
        Self::new(r#type)
    }
}
