//! [`AccessPrograms`]: access programs of OpenAI for a domain, such as security research.

use crate::setters::setters;
use crate::{Extra, UnknownValue, Wire};

/// Access programs under which a request runs. Not in OpenRouter's specification; OpenAI's API has
/// it.
///
/// In a response it holds the programs that took effect. It is `None` there if none was requested
/// and the account has none for the model.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AccessPrograms {
    /// Program for cybersecurity. Default: the one that the model and the account have. A request
    /// for a program that the account does not have fails with the status 403.
    pub cyber: Option<CyberAccess>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl AccessPrograms {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(AccessPrograms {
    into cyber: CyberAccess;
});

/// Access program for cybersecurity.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum CyberAccess {
    /// The access that every account has.
    Standard,
    /// Access for defensive work.
    DaybreakBlue,
    /// Access for offensive work. The account must be authorized.
    DaybreakRed,
    /// A program unknown to this version.
    Unknown(UnknownValue),
}
