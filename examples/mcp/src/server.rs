//! An MCP server with two tools, for the example.

use rmcp::{
    ServerHandler,
    handler::server::{router::tool::ToolRouter, wrapper::Parameters},
    schemars, tool, tool_handler, tool_router,
};

/// A server that does arithmetic.
#[derive(Clone)]
pub(crate) struct Arithmetic {
    tool_router: ToolRouter<Self>,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Numbers {
    a: i64,
    b: i64,
}

#[tool_router]
impl Arithmetic {
    pub(crate) fn new() -> Self {
        Self {
            tool_router: Self::tool_router(),
        }
    }

    #[tool(description = "Add two integers")]
    async fn add(&self, Parameters(Numbers { a, b }): Parameters<Numbers>) -> String {
        a.saturating_add(b).to_string()
    }

    #[tool(description = "Divide two integers")]
    async fn divide(
        &self,
        Parameters(Numbers { a, b }): Parameters<Numbers>,
    ) -> Result<String, String> {
        let quotient = a.checked_div(b).ok_or("the divisor is 0")?;
        Ok(quotient.to_string())
    }
}

#[tool_handler(router = self.tool_router)]
impl ServerHandler for Arithmetic {}
