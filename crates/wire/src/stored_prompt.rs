//! Prompts that are stored with the provider and filled in by a request.

use std::collections::BTreeMap;

use crate::content::ContentPart;
use crate::setters::setters;
use crate::{Extra, Unknown, Wire};

/// A stored prompt and what to fill in. Spec: `StoredPromptTemplate`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct StoredPrompt {
    /// The prompt's id.
    pub id: String,
    /// Which version of it; in real traffic. Default: the newest.
    pub version: Option<String>,
    /// What to fill in, by name.
    #[wire(optional)]
    pub variables: BTreeMap<String, PromptVariable>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl StoredPrompt {
    /// The prompt of this id.
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

/// What to fill into a stored prompt. Spec: the values of `StoredPromptTemplate.variables`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum PromptVariable {
    /// A text.
    #[wire(string)]
    Text(String),
    /// A text, an image or a file.
    #[wire(object)]
    Part(ContentPart),
    /// Any other JSON.
    Unknown(Unknown),
}
