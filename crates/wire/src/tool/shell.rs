//! Shells, and the containers that they and other code run in.

use crate::setters::setters;
use crate::{Extra, Raw, Unknown, Wire};

/// A tool without settings: its type says it all. Spec: `CodexLocalShellTool`,
/// `ApplyPatchServerTool`.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct BareTool {
    /// Members that no field takes.
    pub extra: Extra,
}

/// A shell. Spec: `ShellServerTool`.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct ShellTool {
    /// Where it runs; in real traffic. Default: on the caller's machine.
    pub environment: Option<ShellToolEnvironment>,
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

/// Where a shell runs. Spec: `BashServerToolEnvironment`, `ShellServerToolEnvironment`.
#[derive(Clone, Debug, PartialEq, Wire)]
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
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct ContainerAuto {
    /// The ids of uploaded files to put into it. Spec: `ContainerFileIds`.
    pub file_ids: Option<Vec<String>>,
    /// What network it may reach. Default: the service's.
    pub network_policy: Option<NetworkPolicy>,
    /// Its memory; in real traffic.
    pub memory_limit: Option<super::ContainerMemory>,
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
    into memory_limit: super::ContainerMemory;
});

/// A container that exists. Spec: `ContainerReferenceEnvironment`.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
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
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct LocalShellEnvironment {
    /// The skills that are on it. Their shape is the service's own.
    pub skills: Option<Vec<Raw>>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What network a container may reach. Spec: `ContainerNetworkPolicy`.
#[derive(Clone, Debug, PartialEq, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum NetworkPolicy {
    /// None.
    Disabled(DisabledNetworkPolicy),
    /// Certain domains.
    Allowlist(AllowlistNetworkPolicy),
    /// A policy this version does not know.
    Unknown(Unknown),
}

impl NetworkPolicy {
    /// No network.
    #[must_use]
    pub fn disabled() -> Self {
        Self::Disabled(DisabledNetworkPolicy::default())
    }

    /// These domains only: lower case, `*` stands for any label.
    #[must_use]
    pub fn allowlist(domains: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::Allowlist(AllowlistNetworkPolicy {
            allowed_domains: domains.into_iter().map(Into::into).collect(),
            ..AllowlistNetworkPolicy::default()
        })
    }
}

/// No network.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct DisabledNetworkPolicy {
    /// Members that no field takes.
    pub extra: Extra,
}

/// Certain domains only.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
#[non_exhaustive]
pub struct AllowlistNetworkPolicy {
    /// The domains: lower case, at most 253 characters, `*` stands for any label.
    pub allowed_domains: Vec<String>,
    /// Members that no field takes.
    pub extra: Extra,
}
