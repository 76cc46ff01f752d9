//! Items that steer a conversation: what agents tell each other, changes of tools and settings,
//! references to earlier items.

use crate::content::ContentPart;
use crate::item::Role;
use crate::{Extra, ReasoningEffort, Tool, Wire};

/// Points to an item of an earlier response by its id. Stands for `ItemReferenceItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "item_reference")]
pub struct ItemReference {
    /// The item's id.
    pub id: String,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ItemReference {
    /// A reference to the item with this id.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            ..Self::default()
        }
    }
}

/// Tools that become available from here on. Stands for `AdditionalToolsItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "additional_tools")]
pub struct AdditionalTools {
    /// The item's id.
    pub id: Option<String>,
    /// Who adds them.
    pub role: Option<Role>,
    /// The tools. Any kind is allowed here.
    #[wire(open)]
    pub tools: Vec<Tool>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A message from one agent to another. The specification allows any other member too. Stands
/// for `AgentMessageItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open, tag = "type", value = "agent_message")]
pub struct AgentMessage {
    /// The item's id.
    pub id: Option<String>,
    /// Who writes.
    pub author: String,
    /// To whom.
    pub recipient: String,
    /// What: `input_text`, `input_image` and `encrypted_content` parts.
    pub content: Vec<ContentPart>,
    /// The agent that the item belongs to.
    pub agent: Option<AgentName>,
    /// The rest; any member is allowed here.
    pub extra: Extra,
}

/// An agent. The specification allows any other member too.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct AgentName {
    /// The agent's name.
    pub agent_name: String,
    /// The rest; any member is allowed here.
    pub extra: Extra,
}

/// Changes the configuration from here on. Stands for `ConfigurationUpdateItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "configuration_update")]
pub struct ConfigurationUpdate {
    /// The item's id.
    pub id: Option<String>,
    /// How the model is to reason.
    pub reasoning: ConfigurationUpdateReasoning,
    /// Members that no field takes.
    pub extra: Extra,
}

/// How a model is to reason from here on. Stands for `ConfigurationUpdateReasoning`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ConfigurationUpdateReasoning {
    /// How hard to think.
    pub effort: Option<ReasoningEffort>,
    /// Members that no field takes.
    pub extra: Extra,
}
