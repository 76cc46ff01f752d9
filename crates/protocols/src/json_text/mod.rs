//! JSON text that is edited without being decoded: the members of an object are found, replaced,
//! added and removed, and all other bytes stay as they are.

mod edit;
mod elements;
mod members;
mod outline;
mod surrogates;

pub use edit::{Edit, edit, edit_into, edited};
pub use elements::elements;
pub use members::{Member, Members, get, members, string};
pub use outline::Outline;
pub use surrogates::has_lone_surrogate;
