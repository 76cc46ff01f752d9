//! Contents and network access of the containers in which tools run.

use crate::{Extra, Unknown, UnknownValue, Wire};

/// Network access of a container.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum NetworkPolicy {
    /// No network access.
    Disabled(DisabledNetworkPolicy),
    /// Access to certain domains.
    Allowlist(AllowlistNetworkPolicy),
    /// A policy unknown to this version.
    Unknown(Unknown),
}

impl NetworkPolicy {
    /// Creates a policy without network access.
    #[must_use]
    pub fn disabled() -> Self {
        Self::Disabled(DisabledNetworkPolicy::default())
    }

    /// Creates a policy with access to these domains only. Domains are in lower case; `*` matches
    /// any label.
    #[must_use]
    pub fn allowlist(domains: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::Allowlist(AllowlistNetworkPolicy {
            allowed_domains: domains.into_iter().map(Into::into).collect(),
            ..AllowlistNetworkPolicy::default()
        })
    }
}

/// Policy without network access.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DisabledNetworkPolicy {
    /// Members without a typed field.
    pub extra: Extra,
}

/// Policy with access to certain domains only.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AllowlistNetworkPolicy {
    /// Allowed domains, in lower case and with at most 253 characters each. `*` matches any label.
    pub allowed_domains: Vec<String>,
    /// Secrets that the service inserts into requests to a domain. Code in the container cannot
    /// read them. Not in the specification, but seen in recorded traffic.
    pub domain_secrets: Option<Vec<DomainSecret>>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Secret for requests to a domain.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DomainSecret {
    /// Domain.
    pub domain: String,
    /// Placeholder for the secret inside the container.
    pub name: String,
    /// Secret.
    pub value: String,
    /// Members without a typed field.
    pub extra: Extra,
}

impl DomainSecret {
    /// Creates a secret for requests to a domain.
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

/// Memory of a container.
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
    /// A size unknown to this version.
    Unknown(UnknownValue),
}

/// Skill: instructions and files for a kind of task, copied into a container. Not in the
/// specification; OpenAI's API has it.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum Skill {
    /// Uploaded skill.
    SkillReference(SkillReference),
    /// Skill whose files are in the request.
    Inline(InlineSkill),
    /// A kind unknown to this version.
    Unknown(Unknown),
}

/// Reference to an uploaded skill.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SkillReference {
    /// Id of the skill.
    pub skill_id: String,
    /// Version of the skill: a number, or `latest`. Default: the provider's.
    pub version: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl SkillReference {
    /// Creates a reference to the skill with this id.
    #[must_use]
    pub fn new(skill_id: impl Into<String>) -> Self {
        Self {
            skill_id: skill_id.into(),
            ..Self::default()
        }
    }
}

/// Skill whose files are in the request.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct InlineSkill {
    /// Name of the skill.
    pub name: String,
    /// Description of the skill for the model.
    pub description: String,
    /// Files of the skill.
    pub source: SkillSource,
    /// Members without a typed field.
    pub extra: Extra,
}

impl InlineSkill {
    /// Creates a skill from a base64-encoded ZIP archive.
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

/// Files of a skill.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "base64")]
pub struct SkillSource {
    /// Media type of the data: `application/zip`.
    pub media_type: String,
    /// Data in base64.
    pub data: String,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Skill on the caller's machine.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct LocalSkill {
    /// Name of the skill.
    pub name: String,
    /// Description of the skill for the model.
    pub description: String,
    /// Path of the skill's directory.
    pub path: String,
    /// Members without a typed field.
    pub extra: Extra,
}

impl LocalSkill {
    /// Creates a skill on the caller's machine.
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
