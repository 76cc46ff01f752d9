//! The tools of the scenarios.

use orouter::{AbortHandle, FnTool, FunctionTool, Tool, ToolContext, ToolError};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct City {
    #[allow(dead_code, reason = "decoding it checks the arguments")]
    city: String,
}

#[derive(Deserialize)]
struct Nothing {}

/// A tool that the loop runs, or one that the caller runs.
pub(crate) enum Built {
    Automatic(FnTool),
    Manual(Tool),
}

fn definition(name: &str, tool: &Value) -> FunctionTool {
    let (properties, required) = match tool["arguments"] == "none" {
        true => (json!({}), None),
        false => (json!({"city": {"type": "string"}}), Some(json!(["city"]))),
    };
    let mut parameters = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if let Some(required) = required {
        parameters["required"] = required;
    }
    FunctionTool::new(name, parameters).description(tool["description"].as_str().unwrap())
}

/// Builds the tool of this name. A tool that aborts the run does so through `abort`.
pub(crate) fn build(name: &str, tool: &Value, abort: &AbortHandle) -> Built {
    let definition = definition(name, tool);
    if tool["manual"] == true {
        return Built::Manual(definition.into());
    }
    let without_arguments = tool["arguments"] == "none";
    let run = {
        let (tool, abort) = (tool.clone(), abort.clone());
        move |context: ToolContext| {
            let (tool, abort) = (tool.clone(), abort.clone());
            async move {
                for value in tool["progress"].as_array().into_iter().flatten() {
                    context.progress(value).await?;
                }
                if tool["aborts"] == true {
                    abort.abort();
                }
                match tool["throws"].as_str() {
                    Some(message) => Err(ToolError::new(message)),
                    // A tool that returns nothing is null in JSON.
                    None => Ok(tool["returns"].clone()),
                }
            }
        }
    };
    let built = match without_arguments {
        true => FnTool::with_context(definition, move |_: Nothing, context| run(context)),
        false => FnTool::with_context(definition, move |_: City, context| run(context)),
    };
    Built::Automatic(match tool["approval"] == true {
        true => built.require_approval(),
        false => built,
    })
}
