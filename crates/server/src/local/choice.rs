//! `tool_choice`: which of the tools on offer the model may or must call.

use orouter_wire::{
    AllowedTool, AllowedToolsChoice, Extra, Raw, SpecificToolChoice, ToolChoice, ToolChoiceMode,
};

use super::tools::{Offer, Skipped, joined, split};
use crate::failure::Failure;
use crate::quote::{quote, quote_list};

/// Maximum number of tool types that a message names.
const SHOWN_KINDS: usize = 5;

/// Whether no tool may be called.
pub(super) fn is_none(choice: Option<&ToolChoice>) -> bool {
    match choice {
        Some(ToolChoice::Mode(mode)) => *mode == ToolChoiceMode::None,
        Some(ToolChoice::Tool(SpecificToolChoice::AllowedTools(choice))) => {
            choice.mode == ToolChoiceMode::None
        }
        _ => false,
    }
}

/// Narrows the offer to what the choice leaves of it. `skipped` are the tools that the request has
/// beside those on offer.
pub(super) fn choose(
    offer: Offer,
    skipped: &[Skipped],
    choice: Option<&ToolChoice>,
) -> Result<Offer, Failure> {
    use SpecificToolChoice as Choice;
    match choice {
        None => Ok(offer),
        Some(ToolChoice::Mode(mode)) => moded(offer, skipped, mode),
        Some(ToolChoice::Tool(Choice::Function(choice))) => {
            let wanted = Wanted::new("function", &choice.name, &choice.extra);
            forced(offer, &wanted)
        }
        Some(ToolChoice::Tool(Choice::Custom(choice))) => {
            let wanted = Wanted::new("custom", &choice.name, &choice.extra);
            forced(offer, &wanted)
        }
        Some(ToolChoice::Tool(Choice::AllowedTools(choice))) => allowed(offer, skipped, choice),
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

fn moded(offer: Offer, skipped: &[Skipped], mode: &ToolChoiceMode) -> Result<Offer, Failure> {
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

/// The offer of the one tool that must be called.
fn forced(offer: Offer, wanted: &Wanted<'_>) -> Result<Offer, Failure> {
    if !wanted.is_in(&offer) {
        return Err(wanted.missing("tool_choice.name"));
    }
    Ok(Offer {
        must_call: true,
        ..keep(offer, &[wanted])
    })
}

fn allowed(
    offer: Offer,
    skipped: &[Skipped],
    choice: &AllowedToolsChoice,
) -> Result<Offer, Failure> {
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
            _ => left_out.push(skipped_of(tool, skipped)),
        }
    }
    let wanted: Vec<&Wanted<'_>> = wanted.iter().collect();
    moded(keep(offer, &wanted), &left_out, &choice.mode)
}

/// The tool that this server does not run which an entry of `allowed_tools` names.
fn skipped_of(tool: &AllowedTool, skipped: &[Skipped]) -> Skipped {
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

    /// Whether this is the tool that the model calls `name`: by that name, or by its own name if
    /// it is in a namespace.
    fn is(&self, name: &str, kind: &str) -> bool {
        let (namespace, own) = split(name);
        match self.kind {
            "namespace" => return namespace == Some(self.name),
            "" => {}
            wanted if wanted != kind => return false,
            _ => {}
        }
        match &self.namespace {
            Some(wanted) => name == joined(Some(wanted), self.name),
            None => name == self.name || own == self.name,
        }
    }

    fn is_in(&self, offer: &Offer) -> bool {
        offer.functions.iter().any(|f| self.is(&f.name, "function"))
            || offer.customs.iter().any(|c| self.is(&c.name, "custom"))
    }

    fn missing(&self, path: &str) -> Failure {
        let what = match self.kind {
            "" => "tool",
            "custom" => "custom tool",
            kind => kind,
        };
        Failure::invalid(
            path,
            format!(
                "`{path}` names the {what} `{}`, which `tools` does not have",
                quote(self.name)
            ),
        )
    }
}

/// The wanted tools of an offer. A tool outside of namespaces is taken before those of the same
/// name inside.
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

fn hosted(what: &str) -> Failure {
    Failure::invalid(
        "tool_choice.type",
        format!(
            "`tool_choice` forces {what}, which this server does not run; it offers tools of type \
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
    use crate::notes::Notes;

    /// The names on offer after a choice and whether one must be called, or the member at fault
    /// and the message.
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
        match Offer::of(&request, &Notes::default()) {
            Ok(offer) => Ok((offer.names().map(str::to_owned).collect(), offer.must_call)),
            Err(failure) => Err(failure.to_string()),
        }
    }

    #[test]
    fn a_choice_narrows_the_offer() {
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
