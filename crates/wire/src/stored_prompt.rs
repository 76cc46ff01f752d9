//! [`StoredPrompt`]: a prompt template that the provider stores and a request fills in.

use std::collections::BTreeMap;

use crate::content::ContentPart;
use crate::setters::setters;
use crate::{Extra, Unknown, Wire};

/// Reference to a stored prompt template, with values for its variables.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct StoredPrompt {
    /// Id of the template.
    pub id: String,
    /// Version of the template. Default: the newest. Not in the specification, but seen in recorded
    /// traffic.
    pub version: Option<String>,
    /// Values of the template's variables, by name.
    #[wire(optional)]
    pub variables: BTreeMap<String, PromptVariable>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl StoredPrompt {
    /// Creates a reference to the newest version of a template.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            ..Self::default()
        }
    }
}

setters!(StoredPrompt {
    into version: String;
    map variables: PromptVariable;
});

/// Value of a variable in a stored prompt template.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum PromptVariable {
    /// A string.
    #[wire(string)]
    Text(String),
    /// A text, image or file part.
    #[wire(object)]
    Part(ContentPart),
    /// Any other JSON.
    Unknown(Unknown),
}
