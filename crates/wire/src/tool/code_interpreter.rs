//! Code that the provider runs in a container.

use super::{ContainerMemory, NetworkPolicy, ToolCaller};
use crate::setters::setters;
use crate::{Extra, Unknown, Wire};

/// Python that the provider runs in a container. Spec: `CodeInterpreterServerTool`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CodeInterpreterTool {
    /// Where it runs. The spec requires it; services fill in `auto`.
    pub container: Option<CodeInterpreterContainer>,
    /// Who may call it; in real traffic. Default: the model, directly.
    pub allowed_callers: Option<Vec<ToolCaller>>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl CodeInterpreterTool {
    /// Code in this container: its id, or settings for a new one.
    #[must_use]
    pub fn new(container: impl Into<CodeInterpreterContainer>) -> Self {
        Self {
            container: Some(container.into()),
            ..Self::default()
        }
    }

    /// Code in a container that the provider makes or reuses.
    #[must_use]
    pub fn auto() -> Self {
        Self::new(CodeInterpreterContainerAuto::new())
    }
}

setters!(CodeInterpreterTool {
    some_list allowed_callers: ToolCaller;
});

/// Where code runs. Spec: `CodeInterpreterServerTool.container`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum CodeInterpreterContainer {
    /// The id of a container that exists.
    #[wire(string)]
    Id(String),
    /// Settings for one that the provider makes.
    #[wire(object)]
    Auto(CodeInterpreterContainerAuto),
    /// Any other JSON.
    Unknown(Unknown),
}

/// Settings for a container that the provider makes.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "auto")]
pub struct CodeInterpreterContainerAuto {
    /// The ids of uploaded files to put into it.
    pub file_ids: Option<Vec<String>>,
    /// Its memory. Default: `1g`.
    pub memory_limit: Option<ContainerMemory>,
    /// What network it may reach; in real traffic. Default: none.
    pub network_policy: Option<NetworkPolicy>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl CodeInterpreterContainerAuto {
    /// Nothing set.
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
