//! [`ToolError`]: the error of a tool.

use std::{error::Error as StdError, fmt};

/// The error of a tool.
///
/// By default the model receives its message as the tool's output, `{"error": "<message>"}`, and the run
/// continues; see [`RunCall::on_tool_error`](crate::RunCall::on_tool_error).
///
/// `?` converts every error type that implements [`std::error::Error`]. To make that possible,
/// `ToolError` does not implement the trait itself.
///
/// # Example
///
/// ```
/// use orouter::ToolError;
///
/// fn celsius(text: &str) -> Result<f64, ToolError> {
///     let celsius: f64 = text.parse()?;
///     if celsius < -273.15 {
///         return Err(ToolError::new("that is below absolute zero"));
///     }
///     Ok(celsius)
/// }
///
/// assert_eq!(celsius("-300").unwrap_err().message(), "that is below absolute zero");
/// assert_eq!(celsius("warm").unwrap_err().message(), "invalid float literal");
/// ```
pub struct ToolError {
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
    ends_run: bool,
}

impl ToolError {
    /// Makes an error with this message for the model.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            source: None,
            ends_run: false,
        }
    }

    /// Ends the run with an error of kind [`ErrorKind::Tool`](crate::ErrorKind::Tool), whatever
    /// [`RunCall::on_tool_error`](crate::RunCall::on_tool_error) says.
    ///
    /// # Example
    ///
    /// ```
    /// use orouter::ToolError;
    ///
    /// let error = ToolError::new("the database is gone").ending_run();
    /// assert!(error.ends_run());
    /// ```
    #[must_use]
    pub fn ending_run(mut self) -> Self {
        self.ends_run = true;
        self
    }

    /// Returns the message, which the model receives.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns `true` if the error ends the run in any case.
    #[must_use]
    pub fn ends_run(&self) -> bool {
        self.ends_run
    }

    /// Returns the error that `?` converted.
    #[must_use]
    pub fn source(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.source.as_deref()
    }

    pub(super) fn into_parts(self) -> (String, Option<Box<dyn StdError + Send + Sync>>) {
        (self.message, self.source)
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for ToolError {
    fn from(error: E) -> Self {
        Self {
            message: error.to_string(),
            source: Some(Box::new(error)),
            ends_run: false,
        }
    }
}

impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolError")
            .field("message", &self.message)
            .field("ends_run", &self.ends_run)
            .field("source", &self.source)
            .finish()
    }
}
