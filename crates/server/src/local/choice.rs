//! `tool_choice`: reads the tools of a request and keeps those that the model may or must call.

use orouter_wire::{
    AllowedTool, AllowedToolsChoice, Extra, Raw, ResponsesRequest, SpecificToolChoice, ToolChoice,
    ToolChoiceMode,
};

use super::offer::{Offer, Skipped, join_name, split_name};
use super::tools;
use crate::failure::Failure;
use crate::quote::{quote, quote_list};
use orouter_protocols::Notes;

/// Maximum number of tool types that a message names.
const SHOWN_KINDS: usize = 5;

/// Returns the tools that the model may call. Skipped tools are added to `notes`.
///
/// With `tool_choice: "none"` no tool is read, so that none can cause a refusal.
///
/// # Errors
/// A 400 for an invalid tool, or for a choice that the tools cannot satisfy.
pub(super) fn offer_from_request(
    request: &ResponsesRequest,
    notes: &Notes,
) -> Result<Offer, Failure> {
    let choice = request.tool_choice.as_ref();
    if is_none(choice) {
        return Ok(Offer::default());
    }
    let tools = tools::read(request, notes)?;
    choose(tools.offer, &tools.skipped, choice)
}

/// Returns `true` if no tool may be called.
fn is_none(choice: Option<&ToolChoice>) -> bool {
    match choice {
        Some(ToolChoice::Mode(mode)) => *mode == ToolChoiceMode::None,
        Some(ToolChoice::Tool(SpecificToolChoice::AllowedTools(choice))) => {
            choice.mode == ToolChoiceMode::None
        }
        _ => false,
    }
}

/// Removes the tools that the choice excludes. `skipped` are the tools that this server does not
/// run.
fn choose(
    offer: Offer,
    skipped: &[Skipped],
    choice: Option<&ToolChoice>,
) -> Result<Offer, Failure> {
    use SpecificToolChoice as Choice;
    match choice {
        None => Ok(offer),
        Some(ToolChoice::Mode(mode)) => apply_mode(offer, skipped, mode),
        Some(ToolChoice::Tool(Choice::Function(choice))) => {
            let wanted = Wanted::new("function", &choice.name, &choice.extra);
            force(offer, &wanted)
        }
        Some(ToolChoice::Tool(Choice::Custom(choice))) => {
            let wanted = Wanted::new("custom", &choice.name, &choice.extra);
            force(offer, &wanted)
        }
        Some(ToolChoice::Tool(Choice::AllowedTools(choice))) => allow(offer, skipped, choice),
        Some(ToolChoice::Tool(Choice::Mcp(choice))) => {
            let server = quote(&choice.server_label);
            Err(hosted(&format!("the `mcp` tool of the server `{server}`")))
        }
        Some(ToolChoice::Tool(other)) => Err(match other.kind() {
            "" => bad_mode(),
            kind => hosted(&format!("the tool `{}`", quote(kind))),
        }),
        Some(_) => Err(bad_mode()),
    }
}

/// Applies a mode: `none`, `auto` or `required`.
fn apply_mode(offer: Offer, skipped: &[Skipped], mode: &ToolChoiceMode) -> Result<Offer, Failure> {
    match mode {
        ToolChoiceMode::None => Ok(Offer::default()),
        ToolChoiceMode::Auto => Ok(offer),
        ToolChoiceMode::Required if offer.is_empty() => {
            let mut message =
                "`tool_choice` requires a call, and `tools` has no tool that can be called"
                    .to_owned();
            if !skipped.is_empty() {
                let kinds: Vec<&str> = skipped.iter().map(|tool| tool.kind.as_str()).collect();
                let kinds = quote_list(&kinds, SHOWN_KINDS);
                message.push_str(&format!(": this server does not run {kinds}"));
            }
            Err(Failure::invalid("tool_choice", message))
        }
        ToolChoiceMode::Required => Ok(Offer {
            must_call: true,
            ..offer
        }),
        _ => Err(bad_mode()),
    }
}

/// Keeps the one tool that must be called.
fn force(offer: Offer, wanted: &Wanted<'_>) -> Result<Offer, Failure> {
    if !wanted.is_in(&offer) {
        return Err(wanted.missing("tool_choice.name"));
    }
    Ok(Offer {
        must_call: true,
        ..keep(offer, &[wanted])
    })
}

/// Keeps the tools that `allowed_tools` lists, and applies its mode.
fn allow(offer: Offer, skipped: &[Skipped], choice: &AllowedToolsChoice) -> Result<Offer, Failure> {
    if choice.extra.get("mode").is_some_and(|raw| !raw.is_null()) {
        return Err(Failure::invalid(
            "tool_choice.mode",
            "`tool_choice.mode` must be `auto` or `required`",
        ));
    }
    let mut wanted = Vec::with_capacity(choice.tools.len());
    let mut left_out = Vec::new();
    for (index, tool) in choice.tools.iter().enumerate() {
        match tool.r#type.as_deref().unwrap_or_default() {
            kind @ ("" | "function" | "custom" | "namespace") => {
                let path = format!("tool_choice.tools[{index}].name");
                let name = tool.name.as_deref().ok_or_else(|| {
                    Failure::invalid(&path, format!("`{path}` must name one of the `tools`"))
                })?;
                let tool = Wanted::new(kind, name, &tool.extra);
                if !tool.is_in(&offer) {
                    return Err(tool.missing("tool_choice.tools"));
                }
                wanted.push(tool);
            }
            _ => left_out.push(find_skipped(tool, skipped)),
        }
    }
    let wanted: Vec<&Wanted<'_>> = wanted.iter().collect();
    apply_mode(keep(offer, &wanted), &left_out, &choice.mode)
}

/// Returns the skipped tool that an entry of `allowed_tools` names.
fn find_skipped(tool: &AllowedTool, skipped: &[Skipped]) -> Skipped {
    let kind = tool.r#type.clone().unwrap_or_default();
    let label = tool.server_label.clone();
    let found = skipped
        .iter()
        .find(|known| known.kind == kind && (label.is_none() || known.label == label));
    found.cloned().unwrap_or(Skipped { kind, label })
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

    /// Returns `true` if the choice names the tool for which the model writes `name`, by that name
    /// or, if it is in a namespace, by its own name.
    fn is(&self, name: &str, kind: &str) -> bool {
        let (namespace, own) = split_name(name);
        match self.kind {
            "namespace" => return namespace == Some(self.name),
            "" => {}
            wanted if wanted != kind => return false,
            _ => {}
        }
        match &self.namespace {
            Some(wanted) => name == join_name(Some(wanted), self.name),
            None => name == self.name || own == self.name,
        }
    }

    /// Returns `true` if the offer has the tool.
    fn is_in(&self, offer: &Offer) -> bool {
        offer.functions.iter().any(|f| self.is(&f.name, "function"))
            || offer.customs.iter().any(|c| self.is(&c.name, "custom"))
    }

    /// Returns the failure of a choice that names an unknown tool.
    fn missing(&self, path: &str) -> Failure {
        let kind = match self.kind {
            "" => "tool",
            "custom" => "custom tool",
            kind => kind,
        };
        Failure::invalid(
            path,
            format!(
                "`{path}` names the {kind} `{}`, which `tools` does not have",
                quote(self.name)
            ),
        )
    }
}

/// Keeps the wanted tools of an offer. A tool outside of namespaces takes precedence over tools of
/// the same name inside.
fn keep(mut offer: Offer, wanted: &[&Wanted<'_>]) -> Offer {
    let names: Vec<String> = offer.names().map(str::to_owned).collect();
    let shadowed = |wanted: &Wanted<'_>, name: &str| {
        wanted.kind != "namespace"
            && wanted.namespace.is_none()
            && name != wanted.name
            && names.iter().any(|known| known == wanted.name)
    };
    let is = |name: &str, kind: &str| {
        wanted
            .iter()
            .any(|wanted| wanted.is(name, kind) && !shadowed(wanted, name))
    };
    offer.functions.retain(|tool| is(&tool.name, "function"));
    offer.customs.retain(|tool| is(&tool.name, "custom"));
    offer
}

/// Returns the failure of a choice that forces a tool which this server does not run.
fn hosted(tool: &str) -> Failure {
    Failure::invalid(
        "tool_choice.type",
        format!(
            "`tool_choice` forces {tool}, which this server does not run; it offers tools of type \
             `function`, `custom` and `namespace`, which the caller runs"
        ),
    )
}

fn bad_mode() -> Failure {
    Failure::invalid(
        "tool_choice",
        "`tool_choice` must be `auto`, `none`, `required`, or an object that names a tool",
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Returns the names that a choice keeps and `true` if one must be called, or the message of
    /// the refusal.
    fn chosen(choice: &Value) -> Result<(Vec<String>, bool), String> {
        let function = |name: &str| json!({"type": "function", "name": name});
        let body = json!({"tool_choice": choice, "tools": [
            function("a"),
            function("b"),
            {"type": "custom", "name": "patch"},
            {"type": "web_search"},
            {"type": "mcp", "server_label": "wiki", "server_url": "https://example.com"},
            {"type": "namespace", "name": "agents", "description": "d", "tools": [function("a"), function("spawn")]},
            {"type": "namespace", "name": "other", "description": "d", "tools": [function("spawn")]},
        ]});
        let request = orouter_wire::from_str(&body.to_string()).expect("a request");
        match offer_from_request(&request, &Notes::default()) {
            Ok(offer) => Ok((offer.names().map(str::to_owned).collect(), offer.must_call)),
            Err(failure) => Err(failure.to_string()),
        }
    }

    #[test]
    fn a_choice_removes_the_other_tools() {
        let function = |name: &str| json!({"type": "function", "name": name});
        let cases: [(Value, &[&str], bool); 12] = [
            (
                json!("auto"),
                &["a", "b", "agents.a", "agents.spawn", "other.spawn", "patch"],
                false,
            ),
            (json!("none"), &[], false),
            (
                json!("required"),
                &["a", "b", "agents.a", "agents.spawn", "other.spawn", "patch"],
                true,
            ),
            (function("a"), &["a"], true),
            (function("agents.a"), &["agents.a"], true),
            (
                json!({"type": "function", "name": "a", "namespace": "agents"}),
                &["agents.a"],
                true,
            ),
            (function("spawn"), &["agents.spawn", "other.spawn"], true),
            (json!({"type": "custom", "name": "patch"}), &["patch"], true),
            (
                json!({"type": "allowed_tools", "mode": "auto", "tools": [function("b"), {"type": "web_search"}]}),
                &["b"],
                false,
            ),
            (
                json!({"type": "allowed_tools", "mode": "required", "tools": [{"type": "namespace", "name": "agents"}]}),
                &["agents.a", "agents.spawn"],
                true,
            ),
            (
                json!({"type": "allowed_tools", "mode": "auto", "tools": [{"type": "mcp", "server_label": "wiki"}]}),
                &[],
                false,
            ),
            (
                json!({"type": "allowed_tools", "mode": "required", "tools": [{"name": "patch"}]}),
                &["patch"],
                true,
            ),
        ];
        for (choice, names, must) in cases {
            let (found, must_call) = chosen(&choice).expect("an offer");
            assert_eq!(found, names, "{choice}");
            assert_eq!(must_call, must, "{choice}");
        }
    }

    #[test]
    fn a_choice_that_cannot_be_served_names_the_tool() {
        let cases = [
            (json!({"type": "web_search"}), "web_search"),
            (json!({"type": "web_search_preview"}), "web_search_preview"),
            (json!({"type": "mcp", "server_label": "wiki"}), "wiki"),
            (
                json!({"type": "openrouter:datetime"}),
                "openrouter:datetime",
            ),
            (json!({"type": "tool_search"}), "tool_search"),
            (json!({"type": "function", "name": "c"}), "`c`"),
            (json!({"type": "function", "name": "patch"}), "`patch`"),
            (json!({"type": "custom", "name": "a"}), "`a`"),
            (
                json!({"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "z"}]}),
                "`z`",
            ),
            (
                json!({"type": "allowed_tools", "mode": "required", "tools": [{"type": "web_search"}]}),
                "web_search",
            ),
            (
                json!({"type": "allowed_tools", "mode": "required", "tools": []}),
                "requires a call",
            ),
            (json!("perhaps"), "auto"),
            (json!({}), "auto"),
        ];
        for (choice, word) in cases {
            let message = chosen(&choice).expect_err("a refusal");
            assert!(message.contains(word), "{choice}: {message}");
        }
    }
}
