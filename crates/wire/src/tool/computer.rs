//! [`ComputerTool`]: a computer that the caller operates for the model.

use crate::{Extra, UnknownValue, Wire};

/// Tool with which the model operates a computer through the caller. The type `computer` has no
/// settings; the older `computer_use_preview` has.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ComputerTool {
    /// Width of the screen in pixels.
    pub display_width: Option<u64>,
    /// Height of the screen in pixels.
    pub display_height: Option<u64>,
    /// Environment on the computer.
    pub environment: Option<ComputerEnvironment>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ComputerTool {
    /// Creates a tool for a screen of this size in pixels.
    #[must_use]
    pub fn new(
        environment: impl Into<ComputerEnvironment>,
        display_width: u64,
        display_height: u64,
    ) -> Self {
        Self {
            display_width: Some(display_width),
            display_height: Some(display_height),
            environment: Some(environment.into()),
            extra: Extra::default(),
        }
    }
}

/// Environment on a computer.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ComputerEnvironment {
    /// Windows.
    Windows,
    /// macOS.
    Mac,
    /// Linux.
    Linux,
    /// Ubuntu.
    Ubuntu,
    /// Web browser.
    Browser,
    /// An environment unknown to this version.
    Unknown(UnknownValue),
}
