//! [`CodeInterpreterTool`]: code that the provider runs in a container.

use super::{ContainerMemory, NetworkPolicy, ToolCaller};
use crate::setters::setters;
use crate::{Extra, Unknown, Wire};

/// Tool with which the model runs Python code in a container of the provider.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CodeInterpreterTool {
    /// Container. The specification requires it; services default to `auto`.
    pub container: Option<CodeInterpreterContainer>,
    /// Callers that may use the tool. Default: the model. Not in the specification, but seen in
    /// recorded traffic.
    pub allowed_callers: Option<Vec<ToolCaller>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl CodeInterpreterTool {
    /// Creates a tool for this container: an id, or settings for a new container.
    #[must_use]
    pub fn new(container: impl Into<CodeInterpreterContainer>) -> Self {
        Self {
            container: Some(container.into()),
            ..Self::default()
        }
    }

    /// Creates a tool with a container that the provider creates or reuses.
    #[must_use]
    pub fn auto() -> Self {
        Self::new(CodeInterpreterContainerAuto::new())
    }
}

setters!(CodeInterpreterTool {
    some_list allowed_callers: ToolCaller;
});

/// Container in which code runs.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum CodeInterpreterContainer {
    /// Id of an existing container.
    #[wire(string)]
    Id(String),
    /// Settings for a container that the provider creates.
    #[wire(object)]
    Auto(CodeInterpreterContainerAuto),
    /// Any other JSON.
    Unknown(Unknown),
}

/// Settings for a container that the provider creates.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "auto")]
pub struct CodeInterpreterContainerAuto {
    /// Ids of uploaded files to copy into the container.
    pub file_ids: Option<Vec<String>>,
    /// Memory of the container. Default: `1g`.
    pub memory_limit: Option<ContainerMemory>,
    /// Network access of the container. Default: none. Not in the specification, but seen in
    /// recorded traffic.
    pub network_policy: Option<NetworkPolicy>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl CodeInterpreterContainerAuto {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(CodeInterpreterContainerAuto {
    some_list file_ids: String;
    into memory_limit: ContainerMemory;
    into network_policy: NetworkPolicy;
});
