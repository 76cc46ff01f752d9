//! Shells, and the containers that they and other code run in.

use super::{ContainerMemory, LocalSkill, NetworkPolicy, Skill, ToolCaller};
use crate::setters::setters;
use crate::{Extra, Unknown, Wire};

/// A tool without settings: its type says it all. Spec: `CodexLocalShellTool`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct BareTool {
    /// Members that no field takes.
    pub extra: Extra,
}

/// Patches to files, applied by the caller. Spec: `ApplyPatchServerTool`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ApplyPatchTool {
    /// Who may call it; in real traffic. Default: the model, directly.
    pub allowed_callers: Option<Vec<ToolCaller>>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ApplyPatchTool {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ApplyPatchTool {
    some_list allowed_callers: ToolCaller;
});

/// A shell. Spec: `ShellServerTool`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ShellTool {
    /// Where it runs; in real traffic. Default: on the caller's machine.
    pub environment: Option<ShellToolEnvironment>,
    /// Who may call it; in real traffic. Default: the model, directly.
    pub allowed_callers: Option<Vec<ToolCaller>>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ShellTool {
    /// A shell in this environment.
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

/// Where a shell runs. Spec: `BashServerToolEnvironment`, `ShellServerToolEnvironment`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ShellToolEnvironment {
    /// In a container that the service makes.
    ContainerAuto(ContainerAuto),
    /// In a container that exists.
    ContainerReference(ContainerReference),
    /// On the caller's machine; in real traffic.
    Local(LocalShellEnvironment),
    /// A place this version does not know.
    Unknown(Unknown),
}

/// A container that the service makes. Spec: `ContainerAutoEnvironment`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ContainerAuto {
    /// The ids of uploaded files to put into it. Spec: `ContainerFileIds`.
    pub file_ids: Option<Vec<String>>,
    /// What network it may reach. Default: the service's.
    pub network_policy: Option<NetworkPolicy>,
    /// Its memory; in real traffic.
    pub memory_limit: Option<ContainerMemory>,
    /// The skills to put into it; in real traffic.
    pub skills: Option<Vec<Skill>>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ContainerAuto {
    /// Nothing set.
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

/// A container that exists. Spec: `ContainerReferenceEnvironment`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ContainerReference {
    /// Its id: 1 to 40 letters, digits, `_` and `-`.
    pub container_id: String,
    /// The ids of uploaded files to put into it. Spec: `ContainerFileIds`.
    pub file_ids: Option<Vec<String>>,
    /// What network it may reach. Default: as before.
    pub network_policy: Option<NetworkPolicy>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ContainerReference {
    /// The container of this id.
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

/// The caller's machine; in real traffic.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct LocalShellEnvironment {
    /// The skills that are on it.
    pub skills: Option<Vec<LocalSkill>>,
    /// Members that no field takes.
    pub extra: Extra,
}
