//! `tool_choice`: the tools that the model may or must call.

use orouter_wire::{
    AllowedToolsChoice, Extra, Raw, ResponsesRequest, SpecificToolChoice, ToolChoice,
    ToolChoiceMode,
};

use super::offered::Offered;
use super::support::Support;
use super::tools::Tools;
use crate::output::ToolKind;
use crate::quote::{quote, quote_list};
use crate::refusal::Refusal;

/// Maximum number of tool types that a message names.
const SHOWN_KINDS: usize = 5;

/// The tools that are sent, and the choice among them.
#[derive(Debug)]
pub(crate) struct Choice {
    /// For each offered tool, `true` if it is sent.
    sent: Vec<bool>,
    pub(crate) mode: Mode,
}

/// The calls that the model may or must make.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    /// The upstream's default.
    Unset,
    Auto,
    None,
    Required,
    /// The offered tool with this index must be called.
    Force(usize),
}

impl Choice {
    /// Reads the choice of a request.
    ///
    /// # Errors
    /// If the tools cannot satisfy the choice.
    pub(crate) fn read(
        request: &ResponsesRequest,
        tools: &Tools<'_>,
        support: Support<'_>,
    ) -> Result<Self, Refusal> {
        let mut choice = choose(request.tool_choice.as_ref(), tools, support.api.name)?;
        let must_call = matches!(choice.mode, Mode::Required | Mode::Force(_));
        if choice.has_tools() && !support.allows("tools") {
            if must_call {
                return Err(Refusal::new(
                    "tool_choice",
                    "`tool_choice` requires a call, and the endpoint does not list `tools`",
                ));
            }
            support.note_unsupported("tools");
            choice.sent.fill(false);
        }
        if choice.has_tools() && !support.allows("tool_choice") {
            match choice.mode {
                Mode::Unset => {}
                Mode::Auto => choice.mode = Mode::Unset,
                // A model without tools calls none.
                Mode::None => choice.sent.fill(false),
                Mode::Required | Mode::Force(_) => {
                    support.note_unsupported("tool_choice");
                    choice.mode = Mode::Unset;
                }
            }
        }
        Ok(choice)
    }

    /// Returns `true` if tools are sent.
    pub(crate) fn has_tools(&self) -> bool {
        self.sent.contains(&true)
    }

    /// Returns the tools that are sent.
    pub(crate) fn sent<'t, 'a>(
        &self,
        tools: &'t Tools<'a>,
    ) -> impl Iterator<Item = &'t Offered<'a>> {
        let sent = tools.offered.iter().zip(&self.sent);
        sent.filter(|(_, sent)| **sent).map(|(tool, _)| tool)
    }
}

fn choose(choice: Option<&ToolChoice>, tools: &Tools<'_>, api: &str) -> Result<Choice, Refusal> {
    use SpecificToolChoice as Specific;
    let all = vec![true; tools.offered.len()];
    match choice {
        None => Ok(Choice {
            sent: all,
            mode: Mode::Unset,
        }),
        Some(ToolChoice::Mode(mode)) => {
            let skipped: Vec<&str> = tools.skipped.iter().map(|tool| tool.kind).collect();
            with_mode(all, mode, &skipped, api)
        }
        Some(ToolChoice::Tool(Specific::Function(choice))) => {
            force(tools, &Wanted::new("function", &choice.name, &choice.extra))
        }
        Some(ToolChoice::Tool(Specific::Custom(choice))) => {
            force(tools, &Wanted::new("custom", &choice.name, &choice.extra))
        }
        Some(ToolChoice::Tool(Specific::AllowedTools(choice))) => allow(tools, choice, api),
        Some(ToolChoice::Tool(Specific::Mcp(choice))) => {
            let server = quote(&choice.server_label);
            let tool = format!("the `mcp` tool of the server `{server}`");
            Err(hosted(&tool, api))
        }
        Some(ToolChoice::Tool(other)) => Err(match other.kind() {
            "" => bad_mode(),
            kind => hosted(&format!("the tool `{}`", quote(kind)), api),
        }),
        Some(_) => Err(bad_mode()),
    }
}

fn with_mode(
    sent: Vec<bool>,
    mode: &ToolChoiceMode,
    skipped: &[&str],
    api: &str,
) -> Result<Choice, Refusal> {
    let mode = match mode {
        ToolChoiceMode::Auto => Mode::Auto,
        ToolChoiceMode::None => Mode::None,
        ToolChoiceMode::Required => Mode::Required,
        _ => return Err(bad_mode()),
    };
    if mode == Mode::Required && !sent.contains(&true) {
        let mut message =
            "`tool_choice` requires a call, and `tools` has no tool that can be called".to_owned();
        if !skipped.is_empty() {
            let kinds = quote_list(skipped, SHOWN_KINDS);
            message.push_str(&format!(": {api} does not have {kinds}"));
        }
        return Err(Refusal::new("tool_choice", message));
    }
    Ok(Choice { sent, mode })
}

/// Sends all tools and forces one of them. If the name fits several tools, of which one must be
/// called, only these are sent.
fn force(tools: &Tools<'_>, wanted: &Wanted<'_>) -> Result<Choice, Refusal> {
    let fits = wanted.select(tools, "tool_choice.name")?;
    let mut indexes = fits.iter().enumerate().filter(|(_, fits)| **fits);
    match (indexes.next(), indexes.next()) {
        (Some((index, _)), None) => Ok(Choice {
            sent: vec![true; tools.offered.len()],
            mode: Mode::Force(index),
        }),
        _ => Ok(Choice {
            sent: fits,
            mode: Mode::Required,
        }),
    }
}

/// Sends the tools that `allowed_tools` lists, and applies its mode.
fn allow(tools: &Tools<'_>, choice: &AllowedToolsChoice, api: &str) -> Result<Choice, Refusal> {
    if choice.extra.get("mode").is_some_and(|raw| !raw.is_null()) {
        return Err(Refusal::new(
            "tool_choice.mode",
            "`tool_choice.mode` must be `auto` or `required`",
        ));
    }
    let mut sent = vec![false; tools.offered.len()];
    let mut skipped = Vec::new();
    for (index, tool) in choice.tools.iter().enumerate() {
        match tool.r#type.as_deref().unwrap_or_default() {
            kind @ ("" | "function" | "custom" | "namespace") => {
                let path = format!("tool_choice.tools[{index}].name");
                let Some(name) = tool.name.as_deref() else {
                    let message = format!("`{path}` must name one of the `tools`");
                    return Err(Refusal::new(path, message));
                };
                let fits = Wanted::new(kind, name, &tool.extra).select(tools, &path)?;
                for (sent, fits) in sent.iter_mut().zip(fits) {
                    *sent |= fits;
                }
            }
            kind => skipped.push(kind),
        }
    }
    with_mode(sent, &choice.mode, &skipped, api)
}

/// A tool that a choice names.
struct Wanted<'a> {
    /// `function`, `custom`, `namespace` or, for any of them, empty.
    kind: &'a str,
    name: &'a str,
    /// The namespace that the choice names beside the tool.
    namespace: Option<String>,
}

impl<'a> Wanted<'a> {
    fn new(kind: &'a str, name: &'a str, extra: &Extra) -> Self {
        Self {
            kind,
            name,
            namespace: extra.get("namespace").and_then(Raw::as_string),
        }
    }

    /// Returns `true` for each tool that the choice names: by its own name, by the upstream's, or as
    /// `namespace.name`. A tool without a namespace takes precedence over tools of the same name in
    /// namespaces.
    ///
    /// # Errors
    /// If the choice names no tool.
    fn select(&self, tools: &Tools<'_>, path: &str) -> Result<Vec<bool>, Refusal> {
        let shadowed = self.kind != "namespace"
            && self.namespace.is_none()
            && tools
                .offered
                .iter()
                .any(|tool| tool.namespace.is_none() && self.is(tool));
        let fits: Vec<bool> = tools
            .offered
            .iter()
            .map(|tool| self.is(tool) && !(shadowed && tool.namespace.is_some()))
            .collect();
        if fits.contains(&true) {
            return Ok(fits);
        }
        let kind = match self.kind {
            "" => "tool",
            "custom" => "custom tool",
            kind => kind,
        };
        Err(Refusal::new(
            path,
            format!(
                "`{path}` names the {kind} `{}`, which `tools` does not have",
                quote(self.name)
            ),
        ))
    }

    fn is(&self, tool: &Offered<'_>) -> bool {
        let kind = match tool.kind() {
            ToolKind::Function => "function",
            ToolKind::Custom => "custom",
        };
        match self.kind {
            "namespace" => return tool.namespace == Some(self.name),
            "" => {}
            wanted if wanted != kind => return false,
            _ => {}
        }
        match (&self.namespace, tool.namespace) {
            (Some(wanted), Some(namespace)) => wanted == namespace && self.name == tool.name,
            (Some(_), None) => false,
            (None, namespace) => {
                let full = namespace.is_some_and(|namespace| {
                    let own = self.name.strip_prefix(namespace);
                    own.and_then(|own| own.strip_prefix('.')) == Some(tool.name)
                });
                full || self.name == tool.name || self.name == tool.upstream
            }
        }
    }
}

/// Returns the refusal of a choice that forces a tool which only another service runs.
fn hosted(tool: &str, api: &str) -> Refusal {
    Refusal::new(
        "tool_choice.type",
        format!(
            "`tool_choice` forces {tool}, which {api} does not have; it has tools of type \
             `function`, `custom` and `namespace`, which the caller runs"
        ),
    )
}

fn bad_mode() -> Refusal {
    Refusal::new(
        "tool_choice",
        "`tool_choice` must be `auto`, `none`, `required`, or an object that names a tool",
    )
}
