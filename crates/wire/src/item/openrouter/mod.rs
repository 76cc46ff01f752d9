//! Calls of the tools that OpenRouter runs. Their types are named `openrouter:*`.
//!
//! Some members are in camel case on the wire, such as `exitCode` and `imageUrl`.

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
