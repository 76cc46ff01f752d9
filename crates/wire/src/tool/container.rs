//! What goes into the containers that tools run in, and what network they reach.

use crate::{Extra, Unknown, UnknownValue, Wire};

/// What network a container may reach. Spec: `ContainerNetworkPolicy`.
#[derive(CloneEq, Debug, Wire)]
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
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DisabledNetworkPolicy {
    /// Members that no field takes.
    pub extra: Extra,
}

/// Certain domains only.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AllowlistNetworkPolicy {
    /// The domains: lower case, at most 253 characters, `*` stands for any label.
    pub allowed_domains: Vec<String>,
    /// Secrets that go into requests to a domain and that code never sees; in real traffic.
    pub domain_secrets: Option<Vec<DomainSecret>>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A secret for requests to a domain.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DomainSecret {
    /// The domain.
    pub domain: String,
    /// What stands for the secret inside the container.
    pub name: String,
    /// The secret.
    pub value: String,
    /// Members that no field takes.
    pub extra: Extra,
}

impl DomainSecret {
    /// A secret for requests to a domain.
    #[must_use]
    pub fn new(
        domain: impl Into<String>,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        Self {
            domain: domain.into(),
            name: name.into(),
            value: value.into(),
            ..Self::default()
        }
    }
}

/// The memory of a container. Spec: `memory_limit` of `CodeInterpreterServerTool.container`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ContainerMemory {
    /// 1 GiB.
    #[wire("1g")]
    OneGigabyte,
    /// 4 GiB.
    #[wire("4g")]
    FourGigabytes,
    /// 16 GiB.
    #[wire("16g")]
    SixteenGigabytes,
    /// 64 GiB.
    #[wire("64g")]
    SixtyFourGigabytes,
    /// A size this version does not know.
    Unknown(UnknownValue),
}

/// Instructions and files for a kind of task, put into a container. Not in the spec: OpenAI's, in
/// real traffic.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum Skill {
    /// One that was uploaded.
    SkillReference(SkillReference),
    /// One that the request brings along.
    Inline(InlineSkill),
    /// A kind this version does not know.
    Unknown(Unknown),
}

/// A skill that was uploaded.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SkillReference {
    /// Its id.
    pub skill_id: String,
    /// Which version of it: a number, or `latest`. Default: the provider's.
    pub version: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl SkillReference {
    /// The skill of this id.
    #[must_use]
    pub fn new(skill_id: impl Into<String>) -> Self {
        Self {
            skill_id: skill_id.into(),
            ..Self::default()
        }
    }
}

/// A skill that the request brings along.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct InlineSkill {
    /// Its name.
    pub name: String,
    /// What it is for; models read it.
    pub description: String,
    /// Its files.
    pub source: SkillSource,
    /// Members that no field takes.
    pub extra: Extra,
}

impl InlineSkill {
    /// A skill whose files are a ZIP archive, in Base64.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        description: impl Into<String>,
        base64_zip: impl Into<String>,
    ) -> Self {
        let source = SkillSource {
            media_type: "application/zip".to_owned(),
            data: base64_zip.into(),
            extra: Extra::default(),
        };
        Self {
            name: name.into(),
            description: description.into(),
            source,
            extra: Extra::default(),
        }
    }
}

/// The files of a skill.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "base64")]
pub struct SkillSource {
    /// The type of the data: `application/zip`.
    pub media_type: String,
    /// The data, in Base64.
    pub data: String,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A skill on the caller's machine.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct LocalSkill {
    /// Its name.
    pub name: String,
    /// What it is for; models read it.
    pub description: String,
    /// Where it is.
    pub path: String,
    /// Members that no field takes.
    pub extra: Extra,
}

impl LocalSkill {
    /// A skill on the caller's machine.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        description: impl Into<String>,
        path: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            description: description.into(),
            path: path.into(),
            ..Self::default()
        }
    }
}
