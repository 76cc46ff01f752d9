//! [`RunState`]: the stored form of a run.

use std::fmt;

use orouter_wire::{Extra, Wire};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::RunData;

/// Version of the stored form. It changes when an earlier version of this crate would read a state
/// wrongly.
const VERSION: u64 = 1;

/// The state of a run that stopped, to store it and to resume the run later, also in another process.
///
/// Serialise it with any serde format that holds JSON values. It contains the request, the conversation
/// and the responses, so store it as carefully as these. Keys, headers and other options of the client
/// are not part of it.
///
/// # Errors
///
/// Deserialising fails if the text is not a state, or was stored by a version of this crate whose form
/// this version does not read. The message names both versions.
///
/// # Example
///
/// ```no_run
/// # async fn example(client: orouter::OpenRouter, run: orouter::ModelRun) -> Result<(), Box<dyn std::error::Error>> {
/// use orouter::RunState;
///
/// let stored = serde_json::to_string(&run.into_state())?;
/// // Later, in another process:
/// let state: RunState = serde_json::from_str(&stored)?;
/// let run = client.resume_model(state).approve("call_1").await?;
/// # let _ = run;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq)]
pub struct RunState(Box<RunData>);

/// The members of the stored form.
#[derive(Clone, Default, PartialEq, Wire)]
struct Stored {
    version: Option<u64>,
    run: Option<Box<RunData>>,
    extra: Extra,
}

impl RunState {
    pub(crate) fn new(data: Box<RunData>) -> Self {
        Self(data)
    }

    pub(crate) fn into_data(self) -> Box<RunData> {
        self.0
    }

    fn from_stored(stored: Stored) -> Result<Self, String> {
        match stored.version {
            Some(VERSION) => {}
            Some(version) => {
                return Err(format!(
                    "the run was stored in version {version} of its form; this version of orouter reads version {VERSION}"
                ));
            }
            None => return Err("this is not the state of a run: it has no version".to_owned()),
        }
        let Some(data) = stored.run else {
            return Err("this is not the state of a run: it has no run".to_owned());
        };
        let damaged = data.unknown().into_iter().find(|path| is_own_member(path));
        if let Some(path) = damaged {
            return Err(format!("the state of the run is damaged at /run{path}"));
        }
        match data.contradiction() {
            Some(reason) => Err(format!("the state of the run is damaged: {reason}")),
            None => Ok(Self(data)),
        }
    }
}

/// Returns true for the members of the state itself. Members below them belong to the API, whose types
/// tolerate any JSON.
fn is_own_member(path: &str) -> bool {
    let mut names = path.split('/').skip(1);
    matches!(
        (names.next(), names.next(), names.next(), names.next()),
        (Some(_), None, ..)
            | (Some("calls"), _, _, None)
            | (
                Some("steps"),
                Some(_),
                Some("response" | "outputs") | None,
                None
            )
    )
}

impl Serialize for RunState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Stored {
            version: Some(VERSION),
            run: Some(self.0.clone()),
            ..Stored::default()
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RunState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        Self::from_stored(stored).map_err(de::Error::custom)
    }
}

/// Shows numbers, no content.
impl fmt::Debug for RunState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunState")
            .field("version", &VERSION)
            .field("steps", &self.0.steps.len())
            .field("open_calls", &self.0.open_calls().count())
            .finish_non_exhaustive()
    }
}
