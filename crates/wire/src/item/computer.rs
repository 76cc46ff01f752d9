//! Actions on a computer that the model requests, and screenshots of the result.

use crate::content::ContentPart;
use crate::item::ItemStatus;
use crate::{Extra, Unknown, UnknownValue, Wire};

/// Request of the model to act on a computer. The caller performs it and returns a
/// [`ComputerCallOutput`].
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "computer_call")]
pub struct ComputerCall {
    /// Id of the item, such as `cu_01`.
    pub id: Option<String>,
    /// Status of the call.
    pub status: Option<ItemStatus>,
    /// Id that links the call to its output.
    pub call_id: String,
    /// Action to perform. The schema allows any action; [`ComputerAction`] lists those in use.
    #[wire(open)]
    pub action: Option<ComputerAction>,
    /// Actions to perform, from models that request several at once. Not in the specification.
    #[wire(open)]
    pub actions: Option<Vec<ComputerAction>>,
    /// Safety checks that the caller has to confirm before the action.
    pub pending_safety_checks: Vec<SafetyCheck>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Screenshot of a computer after an action.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "computer_call_output")]
pub struct ComputerCallOutput {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the item.
    pub status: Option<ItemStatus>,
    /// Id of the call that this output belongs to.
    pub call_id: String,
    /// Screenshot, as a `computer_screenshot` part.
    pub output: Option<Box<ContentPart>>,
    /// Safety checks that the caller confirmed.
    pub acknowledged_safety_checks: Option<Vec<SafetyCheck>>,
    /// URL of the page in the browser, for services that require it.
    pub current_url: Option<String>,
    /// Creator of the item, on services that report it. Not in the specification.
    pub created_by: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Safety check that the caller has to confirm before an action.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SafetyCheck {
    /// Id of the check.
    pub id: String,
    /// Code of the check.
    pub code: Option<String>,
    /// Description of the check as text.
    pub message: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Action on a computer. Coordinates are in pixels from the upper left corner.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ComputerAction {
    /// Click.
    #[wire("click")]
    Click(ComputerClick),
    /// Double click.
    #[wire("double_click")]
    DoubleClick(ComputerClick),
    /// Drag: movement with a held button.
    #[wire("drag")]
    Drag(ComputerDrag),
    /// Press of several keys together.
    #[wire("keypress")]
    Keypress(ComputerKeypress),
    /// Movement of the pointer.
    #[wire("move")]
    Move(ComputerClick),
    /// Screenshot.
    #[wire("screenshot")]
    Screenshot(ComputerSignal),
    /// Scroll.
    #[wire("scroll")]
    Scroll(ComputerScroll),
    /// Input of text.
    #[wire("type")]
    Type(ComputerType),
    /// Short pause.
    #[wire("wait")]
    Wait(ComputerSignal),
    /// An action unknown to this version.
    Unknown(Unknown),
}

/// Position of a click or of the pointer.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ComputerClick {
    /// Mouse button.
    pub button: Option<MouseButton>,
    /// Distance from the left edge in pixels.
    pub x: i64,
    /// Distance from the top edge in pixels.
    pub y: i64,
    /// Keys to hold during the action.
    pub keys: Option<Vec<String>>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Mouse button.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum MouseButton {
    /// Left button.
    Left,
    /// Right button.
    Right,
    /// Wheel.
    Wheel,
    /// Back button.
    Back,
    /// Forward button.
    Forward,
    /// A button unknown to this version.
    Unknown(UnknownValue),
}

/// Path of a drag.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ComputerDrag {
    /// Points of the path.
    pub path: Vec<ComputerPoint>,
    /// Keys to hold during the action.
    pub keys: Option<Vec<String>>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Point on a screen.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ComputerPoint {
    /// Distance from the left edge in pixels.
    pub x: i64,
    /// Distance from the top edge in pixels.
    pub y: i64,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Keys to press together.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ComputerKeypress {
    /// Names of the keys.
    pub keys: Vec<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Position and distance of a scroll.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ComputerScroll {
    /// Distance of the position from the left edge in pixels.
    pub x: i64,
    /// Distance of the position from the top edge in pixels.
    pub y: i64,
    /// Distance to scroll to the right in pixels.
    pub scroll_x: i64,
    /// Distance to scroll down in pixels.
    pub scroll_y: i64,
    /// Keys to hold during the action.
    pub keys: Option<Vec<String>>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Text to type.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ComputerType {
    /// Text.
    pub text: String,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Action without parameters.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ComputerSignal {
    /// Members without a typed field.
    pub extra: Extra,
}
