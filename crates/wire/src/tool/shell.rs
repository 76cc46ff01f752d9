//! Shell tools, and the containers in which tools run.

use super::{ContainerMemory, LocalSkill, NetworkPolicy, Skill, ToolCaller};
use crate::setters::setters;
use crate::{Extra, Unknown, Wire};

/// Tool with which the model runs single commands on the caller's machine: the older shell tool. It
/// has no settings.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct LocalShellTool {
    /// Members without a typed field.
    pub extra: Extra,
}

impl LocalShellTool {
    /// Creates the tool.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

/// Tool with which the model changes files through the caller.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ApplyPatchTool {
    /// Callers that may use the tool. Default: the model. Not in the specification, but seen in
    /// recorded traffic.
    pub allowed_callers: Option<Vec<ToolCaller>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ApplyPatchTool {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ApplyPatchTool {
    some_list allowed_callers: ToolCaller;
});

/// Tool with which the model runs commands in a shell.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ShellTool {
    /// Environment in which commands run. Default: the caller's machine. Not in the specification,
    /// but seen in recorded traffic.
    pub environment: Option<ShellToolEnvironment>,
    /// Callers that may use the tool. Default: the model. Not in the specification, but seen in
    /// recorded traffic.
    pub allowed_callers: Option<Vec<ToolCaller>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ShellTool {
    /// Creates a shell in this environment.
    #[must_use]
    pub fn new(environment: impl Into<ShellToolEnvironment>) -> Self {
        Self {
            environment: Some(environment.into()),
            ..Self::default()
        }
    }
}

setters!(ShellTool {
    some_list allowed_callers: ToolCaller;
});

/// Environment in which a shell runs.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ShellToolEnvironment {
    /// Container that the service creates.
    ContainerAuto(ContainerAuto),
    /// Existing container.
    ContainerReference(ContainerReference),
    /// The caller's machine. Not in the specification, but seen in recorded traffic.
    Local(LocalShellEnvironment),
    /// A value unknown to this version.
    Unknown(Unknown),
}

/// Settings for a container that the service creates.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ContainerAuto {
    /// Ids of uploaded files to copy into the container, at most 20.
    pub file_ids: Option<Vec<String>>,
    /// Network access of the container. Default: the service's.
    pub network_policy: Option<NetworkPolicy>,
    /// Memory of the container. Not in the specification, but seen in recorded traffic.
    pub memory_limit: Option<ContainerMemory>,
    /// Skills to copy into the container. Not in the specification, but seen in recorded traffic.
    pub skills: Option<Vec<Skill>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ContainerAuto {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ContainerAuto {
    some_list file_ids: String;
    into network_policy: NetworkPolicy;
    into memory_limit: ContainerMemory;
    some_list skills: Skill;
});

/// Reference to an existing container.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ContainerReference {
    /// Id of the container: 1 to 40 letters, digits, `_` and `-`.
    pub container_id: String,
    /// Ids of uploaded files to copy into the container, at most 20.
    pub file_ids: Option<Vec<String>>,
    /// Network access of the container. Default: unchanged.
    pub network_policy: Option<NetworkPolicy>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ContainerReference {
    /// Creates a reference to the container with this id.
    #[must_use]
    pub fn new(container_id: impl Into<String>) -> Self {
        Self {
            container_id: container_id.into(),
            ..Self::default()
        }
    }
}

setters!(ContainerReference {
    some_list file_ids: String;
    into network_policy: NetworkPolicy;
});

/// Settings for a shell on the caller's machine. Not in the specification, but seen in recorded
/// traffic.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct LocalShellEnvironment {
    /// Skills on the machine.
    pub skills: Option<Vec<LocalSkill>>,
    /// Members without a typed field.
    pub extra: Extra,
}
