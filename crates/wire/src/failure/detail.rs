//! [`ErrorDetail`]: the member `detail` of an error body, in the forms of FastAPI and of services
//! that follow it.

use std::fmt;

use super::error_body::ErrorValue;
use crate::extra::Extra;
use crate::raw::Raw;
use crate::unknown::Unknown;

/// The member `detail` of an error body: a text, a list of complaints, or one complaint.
///
/// FastAPI sends a text for an error of the application, and a list for a request that does not
/// match its schema.
///
/// ```
/// use orouter_wire::{ErrorDetail, ErrorResponse};
///
/// let body: ErrorResponse = orouter_wire::from_str(
///     r#"{"detail":[{"type":"missing","loc":["body","input",0],"msg":"Field required"}]}"#,
/// )?;
/// assert_eq!(body.message(), Some("Field required"));
/// assert_eq!(body.detail.unwrap().to_string(), "body.input.0: Field required");
/// # Ok::<(), orouter_wire::DecodeError>(())
/// ```
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum ErrorDetail {
    /// A message.
    #[wire(string)]
    Text(String),
    /// Complaints about single members of the request.
    #[wire(array)]
    List(Vec<ErrorDetail>),
    /// One complaint, or an error object.
    #[wire(object)]
    Complaint(Box<ErrorComplaint>),
    /// Another JSON value, kept as it was sent.
    Unknown(Unknown),
}

impl ErrorDetail {
    /// Returns the message: the text, or that of the first complaint that has one.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::List(list) => list.iter().find_map(Self::message),
            Self::Complaint(complaint) => complaint.message(),
            Self::Unknown(_) => None,
        }
    }

    /// Returns the complaints, in their order. A text is none.
    pub fn complaints(&self) -> Vec<&ErrorComplaint> {
        match self {
            Self::Complaint(complaint) => vec![complaint],
            Self::List(list) => list.iter().flat_map(Self::complaints).collect(),
            Self::Text(_) | Self::Unknown(_) => Vec::new(),
        }
    }
}

/// Writes all messages, each with the place of the member at fault, separated by `; `.
impl fmt::Display for ErrorDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::List(list) => {
                let mut written = false;
                for detail in list.iter().filter(|detail| detail.message().is_some()) {
                    if written {
                        f.write_str("; ")?;
                    }
                    written = true;
                    detail.fmt(f)?;
                }
                Ok(())
            }
            Self::Complaint(complaint) => complaint.fmt(f),
            Self::Unknown(_) => Ok(()),
        }
    }
}

/// A complaint about one member of a request.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ErrorComplaint {
    /// Kind of the fault, such as `missing` or `string_type`.
    pub r#type: Option<String>,
    /// Place of the member: names of members and indexes of lists, from the outside in. The first is
    /// usually `body`.
    pub loc: Option<Vec<ErrorLocation>>,
    /// The message.
    pub msg: Option<String>,
    /// The message, on services that name it so.
    pub message: Option<String>,
    /// The error object, on services that wrap it.
    pub error: Option<ErrorValue>,
    /// The value that was found, which is the caller's.
    pub input: Option<Raw>,
    /// Limits that the value does not keep, by name.
    pub ctx: Option<Raw>,
    /// Page that explains the fault.
    pub url: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ErrorComplaint {
    /// Returns the message, under any of its names.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        let error = || match self.error.as_ref()? {
            ErrorValue::Body(body) => Some(&*body.message),
            ErrorValue::Text(text) => Some(&**text),
            ErrorValue::Unknown(_) => None,
        };
        let own = self.msg.as_deref().or(self.message.as_deref());
        own.or_else(error)
    }
}

/// Writes the place of the member, if it is known, and the message.
impl fmt::Display for ErrorComplaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.loc.as_deref().unwrap_or_default();
        for (index, location) in path.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            location.fmt(f)?;
        }
        if !path.is_empty() {
            f.write_str(": ")?;
        }
        f.write_str(self.message().unwrap_or_default())
    }
}

/// One step of the place of a member.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum ErrorLocation {
    /// Name of a member.
    #[wire(string)]
    Name(String),
    /// Index in a list, from 0.
    #[wire(number)]
    Index(i64),
    /// Another JSON value, kept as it was sent.
    Unknown(Unknown),
}

impl fmt::Display for ErrorLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Index(index) => index.fmt(f),
            Self::Unknown(unknown) => f.write_str(unknown.raw().get()),
        }
    }
}
