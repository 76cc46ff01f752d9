//! Tools that OpenRouter itself runs; their items are named `openrouter:*`.
//!
//! Some members are in camel case on the wire (`exitCode`, `imageUrl`): that is how they are sent.

mod agents;
mod content;
mod execution;
mod fusion;
mod search;

pub use agents::{OpenRouterAdvisor, OpenRouterArmorBlocked, OpenRouterMcp, OpenRouterSubagent};
pub use content::{
    MemoryAction, OpenRouterDatetime, OpenRouterFiles, OpenRouterImageGeneration, OpenRouterMemory,
};
pub use execution::{
    EditorCommand, OpenRouterApplyPatch, OpenRouterBash, OpenRouterBrowserUse,
    OpenRouterCodeInterpreter, OpenRouterShell, OpenRouterTextEditor,
};
pub use fusion::{
    FusionAnalysis, FusionContradiction, FusionFailure, FusionInsight, FusionPartialCoverage,
    FusionResponse, FusionSource, FusionStance, OpenRouterFusion,
};
pub use search::{
    OpenRouterFileSearch, OpenRouterSearchModels, OpenRouterToolSearch, OpenRouterWebFetch,
    OpenRouterWebSearch, ToolMatch,
};
