//! Items that control a conversation: messages between agents, changes of tools and settings,
//! references to earlier items.

use crate::content::ContentPart;
use crate::item::{ItemMetadata, Role};
use crate::{Extra, ReasoningEffort, TextConfig, Tool, Wire};

/// Reference to an item of an earlier response.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "item_reference")]
pub struct ItemReference {
    /// Id of the referenced item.
    pub id: String,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ItemReference {
    /// Creates a reference to the item with this id.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            ..Self::default()
        }
    }
}

/// Tools that are available from this point of the conversation on.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "additional_tools")]
pub struct AdditionalTools {
    /// Id of the item.
    pub id: Option<String>,
    /// Role that adds the tools.
    pub role: Option<Role>,
    /// Tools of any kind.
    #[wire(open)]
    pub tools: Vec<Tool>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Message from one agent to another. The schema allows any other member too.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open, tag = "type", value = "agent_message")]
pub struct AgentMessage {
    /// Id of the item.
    pub id: Option<String>,
    /// Agent that sends the message.
    pub author: String,
    /// Agent that receives the message.
    pub recipient: String,
    /// Content: `input_text`, `input_image` and `encrypted_content` parts.
    pub content: Vec<ContentPart>,
    /// Agent that the item belongs to.
    pub agent: Option<AgentName>,
    /// Labels of the item. Not in the specification; clients such as Codex send them.
    pub metadata: Option<Box<ItemMetadata>>,
    /// Labels of the item that the service copies into the model's conversation. Not in the
    /// specification; Codex sends them.
    pub internal_chat_message_metadata_passthrough: Option<Box<ItemMetadata>>,
    /// Members without a typed field; the schema allows any.
    pub extra: Extra,
}

/// Name of an agent. The schema allows any other member too.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct AgentName {
    /// Name of the agent.
    pub agent_name: String,
    /// Members without a typed field; the schema allows any.
    pub extra: Extra,
}

/// Change of the configuration from this point of the conversation on.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "configuration_update")]
pub struct ConfigurationUpdate {
    /// Id of the item.
    pub id: Option<String>,
    /// New reasoning settings.
    #[wire(optional)]
    pub reasoning: ConfigurationUpdateReasoning,
    /// New text format. Only its `format` is used. Not in OpenRouter's specification; OpenAI's API
    /// has it.
    pub text: Option<TextConfig>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Reasoning settings from this point of the conversation on.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ConfigurationUpdateReasoning {
    /// Reasoning effort.
    pub effort: Option<ReasoningEffort>,
    /// Members without a typed field.
    pub extra: Extra,
}
