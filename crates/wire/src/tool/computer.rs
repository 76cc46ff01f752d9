//! A computer's screen, mouse and keyboard, worked by the caller as the model asks.

use crate::{Extra, UnknownValue, Wire};

/// A computer that the model works through the caller. Spec: `ComputerUseServerTool`; as
/// `computer` it has no settings.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ComputerTool {
    /// The screen's width in pixels.
    pub display_width: Option<u64>,
    /// The screen's height in pixels.
    pub display_height: Option<u64>,
    /// What runs on it.
    pub environment: Option<ComputerEnvironment>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ComputerTool {
    /// A computer with a screen of this size in pixels.
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

/// What runs on a computer.
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
    /// A web browser.
    Browser,
    /// An environment this version does not know.
    Unknown(UnknownValue),
}
