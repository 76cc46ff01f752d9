//! Tools of an MCP server as tools of a run: [`tools`].

use orouter::{ContentPart, FnTool, FunctionTool, ToolError, ToolOutput};
use rmcp::{
    RoleClient,
    model::{CallToolRequestParams, CallToolResult, ContentBlock, Tool},
    service::{Peer, ServiceError},
};
use serde_json::{Map, Value};

/// Lists the tools of a server and makes a tool of a run of each.
///
/// # Errors
///
/// Returns the error of the connection or of the server.
pub async fn tools(server: &Peer<RoleClient>) -> Result<Vec<FnTool>, ServiceError> {
    let tools = server.list_all_tools().await?;
    Ok(tools
        .into_iter()
        .map(|tool| fn_tool(server, tool))
        .collect())
}

fn fn_tool(server: &Peer<RoleClient>, tool: Tool) -> FnTool {
    let parameters = Value::Object((*tool.input_schema).clone());
    // The schema of a server need not follow the rules of strict mode.
    let mut definition = FunctionTool::new(tool.name.as_ref(), parameters).strict(false);
    definition.description = tool.description.map(Into::into);
    let server = server.clone();
    FnTool::new(definition, move |arguments: Map<String, Value>| {
        let server = server.clone();
        let call = CallToolRequestParams::new(tool.name.clone()).with_arguments(arguments);
        async move { output(server.call_tool(call).await?) }
    })
}

/// Converts the result of a call for the model.
fn output(result: CallToolResult) -> Result<ToolOutput, ToolError> {
    if result.is_error == Some(true) {
        let texts = result.content.iter().filter_map(ContentBlock::as_text);
        let texts: Vec<&str> = texts.map(|text| text.text.as_str()).collect();
        return Err(ToolError::new(texts.join("\n")));
    }
    if let (true, Some(value)) = (result.content.is_empty(), result.structured_content) {
        return Ok(value.into());
    }
    let parts = result.content.into_iter().map(part);
    Ok(ToolOutput::Parts(parts.collect::<Result<_, _>>()?))
}

fn part(content: ContentBlock) -> Result<ContentPart, ToolError> {
    Ok(match content {
        ContentBlock::Text(text) => ContentPart::input_text(text.text),
        ContentBlock::Image(image) => {
            ContentPart::input_image(format!("data:{};base64,{}", image.mime_type, image.data))
        }
        // Audio, resources and links, as the server describes them.
        other => ContentPart::input_text(serde_json::to_string(&other)?),
    })
}

/// The code of the guide.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/mcp.md")]
mod guide {}
