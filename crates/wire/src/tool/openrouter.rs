//! Tools that OpenRouter itself runs and that call no model: each a type and its parameters.
//!
//! Those that call other models are in `inner`.

use std::collections::BTreeMap;

use super::shell::ShellToolEnvironment;
use super::web_search::{
    SearchContextSize, UserLocation, WebSearchEngine, WebSearchMode, XSearchOptions,
};
use crate::setters::{open_setter, setters};
use crate::{Extra, Raw, UnknownValue, Wire};

/// A tool that is a type and optional parameters.
macro_rules! server_tool {
    ($(#[$doc:meta])* $tool:ident($parameters:ident)) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Wire)]
        #[non_exhaustive]
        pub struct $tool {
            /// How it works. Default: the service's.
            pub parameters: Option<$parameters>,
            /// Members that no field takes.
            pub extra: Extra,
        }

        impl $tool {
            /// The tool with the service's defaults.
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
    /// Web search by OpenRouter, for any model. Spec: `WebSearchServerTool_OpenRouter`.
    OpenRouterWebSearchTool(WebSearchParameters)
}
server_tool! {
    /// Web pages read by OpenRouter, for any model. Spec: `WebFetchServerTool`.
    OpenRouterWebFetchTool(WebFetchParameters)
}
server_tool! {
    /// The date and time. Spec: `DatetimeServerTool`.
    OpenRouterDatetimeTool(DatetimeParameters)
}
server_tool! {
    /// The workspace's files: read, write, edit, list. Spec: `FilesServerTool`.
    OpenRouterFilesTool(FilesParameters)
}
server_tool! {
    /// Images, for any model. Spec: `ImageGenerationServerTool_OpenRouter`.
    OpenRouterImageGenerationTool(ImageGenerationParameters)
}
server_tool! {
    /// Search among the models on offer. Spec: `SearchModelsServerTool_OpenRouter`.
    OpenRouterSearchModelsTool(SearchModelsParameters)
}
server_tool! {
    /// Patches to files, checked by OpenRouter. Spec: `ApplyPatchServerTool_OpenRouter`.
    OpenRouterApplyPatchTool(ApplyPatchParameters)
}
server_tool! {
    /// Bash in a container. Spec: `BashServerTool`.
    OpenRouterBashTool(BashParameters)
}
server_tool! {
    /// A shell in a container. Spec: `ShellServerTool_OpenRouter`.
    OpenRouterShellTool(ShellParameters)
}
server_tool! {
    /// Search among deferred tools. Spec: `ToolSearchServerTool`.
    OpenRouterToolSearchTool(ToolSearchParameters)
}

/// How OpenRouter searches the web. Spec: `WebSearchServerToolConfig`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct WebSearchParameters {
    /// Only these sites. Not together with `excluded_domains`.
    pub allowed_domains: Option<Vec<String>>,
    /// Not these sites. Not together with `allowed_domains`.
    pub excluded_domains: Option<Vec<String>>,
    /// Who searches. Default: `auto`.
    pub engine: Option<WebSearchEngine>,
    /// The most characters of one result.
    pub max_characters: Option<u64>,
    /// The most results of one search. Default: 5.
    pub max_results: Option<u64>,
    /// The most results of all searches together. Default: 50.
    pub max_total_results: Option<u64>,
    /// The most searches in one request.
    pub max_uses: Option<u64>,
    /// The engine's own mode.
    pub mode: Option<WebSearchMode>,
    /// How much of what was found the model gets to read. Default: `medium`.
    pub search_context_size: Option<SearchContextSize>,
    /// Where the user is, for local results.
    pub user_location: Option<UserLocation>,
    /// Search on X too; for xAI's models.
    pub x_search: Option<XSearchOptions>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl WebSearchParameters {
    /// Nothing set.
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

/// How OpenRouter reads web pages. Spec: `WebFetchServerToolConfig`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct WebFetchParameters {
    /// Only these sites.
    pub allowed_domains: Option<Vec<String>>,
    /// Not these sites.
    pub blocked_domains: Option<Vec<String>>,
    /// Who reads. Default: `auto`.
    pub engine: Option<WebFetchEngine>,
    /// Cuts a page after about this many tokens.
    pub max_content_tokens: Option<u64>,
    /// The most pages in one request.
    pub max_uses: Option<u64>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl WebFetchParameters {
    /// Nothing set.
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

/// Who reads a web page. Spec: `WebFetchEngineEnum`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum WebFetchEngine {
    /// The provider where it can, else another.
    Auto,
    /// The provider.
    Native,
    /// OpenRouter.
    #[wire("openrouter")]
    OpenRouter,
    /// Exa.
    Exa,
    /// Parallel.
    Parallel,
    /// Firecrawl.
    Firecrawl,
    /// An engine this version does not know.
    Unknown(UnknownValue),
}

/// Which date and time to tell. Spec: `DatetimeServerToolConfig`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DatetimeParameters {
    /// The IANA time zone, such as `Europe/Berlin`. Default: UTC.
    pub timezone: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl DatetimeParameters {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(DatetimeParameters {
    into timezone: String;
});

/// The files tool has no parameters as yet. Spec: `FilesServerToolConfig`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FilesParameters {
    /// Members that no field takes.
    pub extra: Extra,
}

/// How OpenRouter makes images: the model, and whatever settings that model has. Spec:
/// `ImageGenerationServerToolConfig`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct ImageGenerationParameters {
    /// Which image model. Default: `openai/gpt-5-image`.
    pub model: Option<String>,
    /// Whatever else there is: any member is allowed here.
    pub extra: Extra,
}

impl ImageGenerationParameters {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ImageGenerationParameters {
    into model: String;
});

open_setter!(ImageGenerationParameters);

/// How to search among models. Spec: `SearchModelsServerToolConfig`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SearchModelsParameters {
    /// The most models of one search.
    pub max_results: Option<u64>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl SearchModelsParameters {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(SearchModelsParameters {
    copy max_results: u64;
});

/// How to search among deferred tools. Spec: `ToolSearchServerToolConfig`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ToolSearchParameters {
    /// The most tools of one search. Default: 5.
    pub max_results: Option<u64>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ToolSearchParameters {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ToolSearchParameters {
    copy max_results: u64;
});

/// Who applies patches. Spec: `ApplyPatchServerToolConfig`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ApplyPatchParameters {
    /// Whose tool. Default: `auto`.
    pub engine: Option<ServerToolEngine>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ApplyPatchParameters {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ApplyPatchParameters {
    into engine: ServerToolEngine;
});

/// Where Bash runs. Spec: `BashServerToolConfig`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct BashParameters {
    /// Whose tool. Default: `auto`.
    pub engine: Option<ServerToolEngine>,
    /// In which container. Default: one that OpenRouter makes.
    pub environment: Option<ShellToolEnvironment>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl BashParameters {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(BashParameters {
    into engine: ServerToolEngine;
    into environment: ShellToolEnvironment;
});

/// Where a shell runs. Spec: `ShellServerToolConfig`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ShellParameters {
    /// Whose tool. Default: `auto`.
    pub engine: Option<ServerToolEngine>,
    /// In which container. Default: one that OpenRouter makes.
    pub environment: Option<ShellToolEnvironment>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ShellParameters {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ShellParameters {
    into engine: ServerToolEngine;
    into environment: ShellToolEnvironment;
});

/// Whose tool to use. Spec: `ApplyPatchEngineEnum`, `BashServerToolEngine`, and without `native`
/// `ShellServerToolEngine`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ServerToolEngine {
    /// The provider's where it has one, else OpenRouter's.
    Auto,
    /// The provider's.
    Native,
    /// OpenRouter's.
    #[wire("openrouter")]
    OpenRouter,
    /// An engine this version does not know.
    Unknown(UnknownValue),
}

/// A tool that a model called by another tool may use: an OpenRouter tool in the short form. Spec:
/// `SubagentNestedTool`, and the tools of `FusionServerToolConfig` and `FusionPlugin`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct InnerTool {
    /// The type, such as `openrouter:web_search`.
    pub r#type: String,
    /// The tool's parameters, whichever it has.
    pub parameters: Option<BTreeMap<String, Raw>>,
    /// Whatever else there is: any member is allowed here.
    pub extra: Extra,
}

impl InnerTool {
    /// A tool with its defaults.
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
