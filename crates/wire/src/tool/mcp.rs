//! The tools of a remote MCP server, called by the provider.

use std::{collections::BTreeMap, fmt};

use super::ToolCaller;
use crate::setters::setters;
use crate::{Extra, Unknown, UnknownValue, Wire};

/// The tools of a remote MCP server, called by the provider. Spec: `McpServerTool`.
///
/// `Debug` hides the values of `authorization` and `headers`: they are secrets.
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
    /// The caller's name for the server; calls carry it.
    pub server_label: String,
    /// Where the server is: this or `connector_id` is needed.
    pub server_url: Option<String>,
    /// A service that the provider already knows how to reach.
    pub connector_id: Option<McpConnector>,
    /// What the server is for; models read it.
    pub server_description: Option<String>,
    /// Which of its tools the model gets. Default: all.
    pub allowed_tools: Option<McpAllowedTools>,
    /// An OAuth access token for the server or connector.
    pub authorization: Option<String>,
    /// Headers to send to the server.
    pub headers: Option<BTreeMap<String, String>>,
    /// Which calls the caller has to approve. Default: all.
    pub require_approval: Option<McpApproval>,
    /// Whether the model sees the tools only once a tool search has found them; in real traffic.
    /// Default: `false`.
    pub defer_loading: Option<bool>,
    /// A tunnel to the server, in place of `server_url`; in real traffic.
    pub tunnel_id: Option<String>,
    /// Who may call it; in real traffic. Default: the model, directly.
    pub allowed_callers: Option<Vec<ToolCaller>>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl McpTool {
    /// A server, by the caller's name for it.
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
        // Of the wrong type they are secrets all the same.
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

/// Stands for a value that is not shown.
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

/// A service that the provider already knows how to reach. Spec: `McpServerTool.connector_id`.
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
    /// Outlook's calendar.
    #[wire("connector_outlookcalendar")]
    OutlookCalendar,
    /// Outlook's mail.
    #[wire("connector_outlookemail")]
    OutlookEmail,
    /// SharePoint.
    #[wire("connector_sharepoint")]
    SharePoint,
    /// A service this version does not know.
    Unknown(UnknownValue),
}

/// Which of a server's tools the model gets. Spec: `McpServerTool.allowed_tools`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum McpAllowedTools {
    /// These, by name.
    #[wire(array)]
    Names(Vec<String>),
    /// Those that pass a filter.
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

/// Some of a server's tools. Spec: the object in `McpServerTool.allowed_tools`, and `always` and
/// `never` of `require_approval`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct McpToolFilter {
    /// Those that say of themselves that they only read, or that they do not.
    pub read_only: Option<bool>,
    /// Those of these names.
    pub tool_names: Option<Vec<String>>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl McpToolFilter {
    /// All tools.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(McpToolFilter {
    copy read_only: bool;
    some_list tool_names: String;
});

/// Which calls the caller has to approve. Spec: `McpServerTool.require_approval`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum McpApproval {
    /// All or none.
    #[wire(string)]
    Rule(McpApprovalRule),
    /// By tool.
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

/// Whether calls have to be approved.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum McpApprovalRule {
    /// Every call.
    Always,
    /// No call.
    Never,
    /// A rule this version does not know.
    Unknown(UnknownValue),
}

/// Which tools' calls have to be approved.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct McpApprovalFilter {
    /// Those whose calls have to be.
    pub always: Option<McpToolFilter>,
    /// Those whose calls need not.
    pub never: Option<McpToolFilter>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl McpApprovalFilter {
    /// Nothing set.
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
    fn secrets_are_not_shown() {
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
    fn secrets_of_the_wrong_type_are_not_shown_either() {
        let json = r#"{"type":"mcp","server_label":"x","authorization":["secret"],"headers":{"a":["secret"]},"new":1}"#;
        let tool: McpTool = crate::from_str(json).unwrap();
        let shown = format!("{tool:?}");
        assert!(!shown.contains("secret"), "{shown}");
        assert!(shown.contains(r#""authorization": (hidden)"#), "{shown}");
        assert!(shown.contains(r#""new": "#), "{shown}");
    }
}
