//! A forced tool choice ends after its call: otherwise the model could never respond with text.

use orouter_wire::{Item, SpecificToolChoice, ToolChoice, ToolChoiceMode};

/// Returns the tool choice after a response with this output: `auto` in place of a choice that forced
/// one of its calls.
pub(super) fn after(choice: Option<ToolChoice>, output: &[Item]) -> Option<ToolChoice> {
    let calls = |name: &str| {
        output.iter().any(|item| match item {
            Item::FunctionCall(call) => call.name == name,
            Item::CustomToolCall(call) => call.name == name,
            _ => false,
        })
    };
    match choice? {
        ToolChoice::Mode(ToolChoiceMode::Required) => Some(ToolChoice::auto()),
        ToolChoice::Tool(SpecificToolChoice::Function(tool)) if calls(&tool.name) => {
            Some(ToolChoice::auto())
        }
        ToolChoice::Tool(SpecificToolChoice::Custom(tool)) if calls(&tool.name) => {
            Some(ToolChoice::auto())
        }
        // The set of allowed tools stays.
        ToolChoice::Tool(SpecificToolChoice::AllowedTools(mut tools))
            if tools.mode == ToolChoiceMode::Required =>
        {
            tools.mode = ToolChoiceMode::Auto;
            Some(ToolChoice::Tool(SpecificToolChoice::AllowedTools(tools)))
        }
        // A hosted tool: the response has its call.
        ToolChoice::Tool(choice) if is_hosted(&choice) => Some(ToolChoice::auto()),
        other => Some(other),
    }
}

fn is_hosted(choice: &SpecificToolChoice) -> bool {
    !matches!(
        choice,
        SpecificToolChoice::Function(_)
            | SpecificToolChoice::Custom(_)
            | SpecificToolChoice::AllowedTools(_)
            | SpecificToolChoice::Unknown(_)
    )
}
