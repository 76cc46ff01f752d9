//! [`McpTool`]: tools of a remote MCP server that the provider calls.

use std::{collections::BTreeMap, fmt};

use super::ToolCaller;
use crate::setters::setters;
use crate::{Extra, Unknown, UnknownValue, Wire};

/// Tools of a remote MCP server that the provider calls.
///
/// `Debug` redacts the values of `authorization` and `headers`, because they are secrets.
///
/// ```
/// use orouter_wire::McpTool;
/// let tool = McpTool::new("docs")
///     .server_url("https://docs.example/mcp")
///     .allowed_tools(["search"])
///     .require_approval("never");
/// ```
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct McpTool {
    /// Label of the server, chosen by the caller. Calls contain it.
    pub server_label: String,
    /// URL of the server. Required unless `connector_id` is set.
    pub server_url: Option<String>,
    /// Connector of the provider to a known service, in place of `server_url`.
    pub connector_id: Option<McpConnector>,
    /// Description of the server for the model.
    pub server_description: Option<String>,
    /// Tools that the model may use. Default: all tools of the server.
    pub allowed_tools: Option<McpAllowedTools>,
    /// OAuth access token for the server or connector.
    pub authorization: Option<String>,
    /// HTTP headers for requests to the server.
    pub headers: Option<BTreeMap<String, String>>,
    /// Calls that require approval by the caller. Default: all calls.
    pub require_approval: Option<McpApproval>,
    /// Hides the tools until a tool search finds them. Default: `false`. Not in the specification,
    /// but seen in recorded traffic.
    pub defer_loading: Option<bool>,
    /// Id of a tunnel to the server, in place of `server_url`. Not in the specification, but seen
    /// in recorded traffic.
    pub tunnel_id: Option<String>,
    /// Callers that may use the tools. Default: the model. Not in the specification, but seen in
    /// recorded traffic.
    pub allowed_callers: Option<Vec<ToolCaller>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl McpTool {
    /// Creates a tool for the server with this label.
    #[must_use]
    pub fn new(server_label: impl Into<String>) -> Self {
        Self {
            server_label: server_label.into(),
            ..Self::default()
        }
    }
}

impl fmt::Debug for McpTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            server_label,
            server_url,
            connector_id,
            server_description,
            allowed_tools,
            authorization,
            headers,
            require_approval,
            defer_loading,
            tunnel_id,
            allowed_callers,
            extra,
        } = self;
        let headers = headers.as_ref().map(|headers| {
            headers
                .keys()
                .map(|name| (name, Hidden))
                .collect::<BTreeMap<_, _>>()
        });
        // Members of the wrong type are in `extra`; they are secrets too.
        let extra = extra
            .iter()
            .map(|(name, raw)| {
                let shown: &dyn fmt::Debug = match name {
                    "authorization" | "headers" => &Hidden,
                    _ => raw,
                };
                (name, shown)
            })
            .collect::<BTreeMap<_, _>>();
        f.debug_struct("McpTool")
            .field("server_label", server_label)
            .field("server_url", server_url)
            .field("connector_id", connector_id)
            .field("server_description", server_description)
            .field("allowed_tools", allowed_tools)
            .field("authorization", &authorization.as_ref().map(|_| Hidden))
            .field("headers", &headers)
            .field("require_approval", require_approval)
            .field("defer_loading", defer_loading)
            .field("tunnel_id", tunnel_id)
            .field("allowed_callers", allowed_callers)
            .field("extra", &extra)
            .finish()
    }
}

/// Placeholder for a redacted value in `Debug` output.
struct Hidden;

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

setters!(McpTool {
    into server_url: String;
    into connector_id: McpConnector;
    into server_description: String;
    into allowed_tools: McpAllowedTools;
    into authorization: String;
    some_map headers: String;
    into require_approval: McpApproval;
    copy defer_loading: bool;
    into tunnel_id: String;
    some_list allowed_callers: ToolCaller;
});

/// Connector of the provider to a known service.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum McpConnector {
    /// Dropbox.
    #[wire("connector_dropbox")]
    Dropbox,
    /// Gmail.
    #[wire("connector_gmail")]
    Gmail,
    /// Google Calendar.
    #[wire("connector_googlecalendar")]
    GoogleCalendar,
    /// Google Drive.
    #[wire("connector_googledrive")]
    GoogleDrive,
    /// Microsoft Teams.
    #[wire("connector_microsoftteams")]
    MicrosoftTeams,
    /// Outlook calendar.
    #[wire("connector_outlookcalendar")]
    OutlookCalendar,
    /// Outlook email.
    #[wire("connector_outlookemail")]
    OutlookEmail,
    /// SharePoint.
    #[wire("connector_sharepoint")]
    SharePoint,
    /// A service unknown to this version.
    Unknown(UnknownValue),
}

/// Tools of an MCP server that the model may use.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum McpAllowedTools {
    /// Names of the tools.
    #[wire(array)]
    Names(Vec<String>),
    /// Filter on the tools.
    #[wire(object)]
    Filter(McpToolFilter),
    /// Any other JSON.
    Unknown(Unknown),
}

impl<T: Into<String>, const N: usize> From<[T; N]> for McpAllowedTools {
    fn from(names: [T; N]) -> Self {
        Self::Names(names.into_iter().map(Into::into).collect())
    }
}

/// Filter on the tools of an MCP server.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct McpToolFilter {
    /// Selects tools that the server marks as read-only (`true`) or not as read-only (`false`).
    pub read_only: Option<bool>,
    /// Selects tools by name.
    pub tool_names: Option<Vec<String>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl McpToolFilter {
    /// Creates a filter that selects all tools.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(McpToolFilter {
    copy read_only: bool;
    some_list tool_names: String;
});

/// Calls that require approval by the caller.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum McpApproval {
    /// One rule for all calls.
    #[wire(string)]
    Rule(McpApprovalRule),
    /// Rules by tool.
    #[wire(object)]
    Filter(McpApprovalFilter),
    /// Any other JSON.
    Unknown(Unknown),
}

impl From<&str> for McpApproval {
    fn from(rule: &str) -> Self {
        Self::Rule(rule.into())
    }
}

/// Approval rule for all calls.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum McpApprovalRule {
    /// Every call requires approval.
    Always,
    /// No call requires approval.
    Never,
    /// A rule unknown to this version.
    Unknown(UnknownValue),
}

/// Approval rules by tool.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct McpApprovalFilter {
    /// Tools whose calls require approval.
    pub always: Option<McpToolFilter>,
    /// Tools whose calls do not require approval.
    pub never: Option<McpToolFilter>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl McpApprovalFilter {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(McpApprovalFilter {
    into always: McpToolFilter;
    into never: McpToolFilter;
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_redacts_secrets() {
        let tool = McpTool::new("docs")
            .server_url("https://docs.example/mcp")
            .authorization("oauth-secret")
            .headers([("X-Api-Key", "header-secret")]);
        let shown = format!("{tool:?}");
        assert!(!shown.contains("secret"), "{shown}");
        for part in [
            r#"server_label: "docs""#,
            "https://docs.example/mcp",
            "authorization: Some((hidden))",
            r#"headers: Some({"X-Api-Key": (hidden)})"#,
            "defer_loading: None",
        ] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        assert!(format!("{:?}", McpTool::new("x")).contains("authorization: None"));
    }

    #[test]
    fn debug_redacts_secrets_of_the_wrong_type() {
        let json = r#"{"type":"mcp","server_label":"x","authorization":["secret"],"headers":{"a":["secret"]},"new":1}"#;
        let tool: McpTool = crate::from_str(json).unwrap();
        let shown = format!("{tool:?}");
        assert!(!shown.contains("secret"), "{shown}");
        assert!(shown.contains(r#""authorization": (hidden)"#), "{shown}");
        assert!(shown.contains(r#""new": "#), "{shown}");
    }
}
