//! Actions on a computer, and what its screen then shows.

use crate::content::ContentPart;
use crate::item::ItemStatus;
use crate::{Extra, Unknown, UnknownValue, Wire};

/// The model asks the caller to act on a computer. Stands for `OutputComputerCallItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "computer_call")]
pub struct ComputerCall {
    /// The item's id, such as `cu_01`.
    pub id: Option<String>,
    /// How far the call is.
    pub status: Option<ItemStatus>,
    /// What the output must name to be matched with this call.
    pub call_id: String,
    /// What to do. The specification allows anything here; these are the actions in use.
    #[wire(open)]
    pub action: Option<ComputerAction>,
    /// What to do, on models that ask for several actions at once. Not in the specification.
    #[wire(open)]
    pub actions: Option<Vec<ComputerAction>>,
    /// What the caller has to confirm first.
    pub pending_safety_checks: Vec<SafetyCheck>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What a computer's screen shows after an action.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "computer_call_output")]
pub struct ComputerCallOutput {
    /// The item's id.
    pub id: Option<String>,
    /// How far the item is.
    pub status: Option<ItemStatus>,
    /// The call that this answers.
    pub call_id: String,
    /// The picture: a `computer_screenshot` part.
    pub output: Option<Box<ContentPart>>,
    /// What the caller confirmed.
    pub acknowledged_safety_checks: Option<Vec<SafetyCheck>>,
    /// The page that the browser shows, on services that ask for it.
    pub current_url: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Something that the caller has to confirm before an action.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SafetyCheck {
    /// The check's id.
    pub id: String,
    /// The check's name.
    pub code: Option<String>,
    /// What there is to confirm, in words.
    pub message: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// One action on a computer. Places are in pixels from the upper left corner.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ComputerAction {
    /// Click.
    #[wire("click")]
    Click(ComputerClick),
    /// Click twice.
    #[wire("double_click")]
    DoubleClick(ComputerClick),
    /// Move with a button held down.
    #[wire("drag")]
    Drag(ComputerDrag),
    /// Press keys together.
    #[wire("keypress")]
    Keypress(ComputerKeypress),
    /// Move the pointer.
    #[wire("move")]
    Move(ComputerClick),
    /// Take a picture of the screen.
    #[wire("screenshot")]
    Screenshot(ComputerSignal),
    /// Scroll.
    #[wire("scroll")]
    Scroll(ComputerScroll),
    /// Type text.
    #[wire("type")]
    Type(ComputerType),
    /// Wait a little.
    #[wire("wait")]
    Wait(ComputerSignal),
    /// An action that this version does not know.
    Unknown(Unknown),
}

/// A place to click at or to move to.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ComputerClick {
    /// With which button.
    pub button: Option<MouseButton>,
    /// From the left, in pixels.
    pub x: i64,
    /// From the top, in pixels.
    pub y: i64,
    /// Keys held down meanwhile.
    pub keys: Option<Vec<String>>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A button of a mouse.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum MouseButton {
    /// The left one.
    Left,
    /// The right one.
    Right,
    /// The wheel.
    Wheel,
    /// Backwards.
    Back,
    /// Forwards.
    Forward,
    /// A button that this version does not know.
    Unknown(UnknownValue),
}

/// A way to go with a button held down.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ComputerDrag {
    /// The way.
    pub path: Vec<ComputerPoint>,
    /// Keys held down meanwhile.
    pub keys: Option<Vec<String>>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A place on a screen.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ComputerPoint {
    /// From the left, in pixels.
    pub x: i64,
    /// From the top, in pixels.
    pub y: i64,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Keys to press together.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ComputerKeypress {
    /// The keys.
    pub keys: Vec<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// How far to scroll, and where.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ComputerScroll {
    /// From the left, in pixels.
    pub x: i64,
    /// From the top, in pixels.
    pub y: i64,
    /// How far to the right, in pixels.
    pub scroll_x: i64,
    /// How far down, in pixels.
    pub scroll_y: i64,
    /// Keys held down meanwhile.
    pub keys: Option<Vec<String>>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Text to type.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ComputerType {
    /// The text.
    pub text: String,
    /// Members that no field takes.
    pub extra: Extra,
}

/// An action that needs no more words.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ComputerSignal {
    /// Members that no field takes.
    pub extra: Extra,
}
