//! [`Model`]: the abilities of a model, as far as its name tells them.
//!
//! Anthropic's models refuse settings that other versions need, with a 400: a thinking budget, a
//! sampling parameter, a forced tool. A name that is not one of Anthropic's models gets the form that
//! the oldest API with thinking has, which other servers of Anthropic Messages read.

/// The abilities of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Model {
    pub(super) thinking: Thinking,
    pub(super) off: Off,
    /// `output_config.effort`.
    pub(super) effort: bool,
    /// The effort `xhigh`.
    pub(super) xhigh: bool,
    /// The effort `max`.
    pub(super) max: bool,
    pub(super) sampling: Sampling,
    /// `output_config.format`, and `strict` tools.
    pub(super) structured: bool,
    /// `tool_choice` can force a call.
    pub(super) forced_calls: bool,
    /// `tool_choice` can force a call of a model that decides how much it thinks.
    pub(super) forced_with_thinking: bool,
    /// The model continues its own message if the conversation ends with one.
    pub(super) prefill: bool,
    /// Messages with the role `system` after a message of the user.
    pub(super) system_messages: bool,
    /// The model refuses thinking whose conversation has changed, unless the request says otherwise.
    pub(super) bound_thinking: bool,
    /// The output limit that is sent if neither the request nor the catalog has one.
    pub(super) default_limit: u64,
}

/// The ways in which a model thinks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thinking {
    None,
    /// With a budget of tokens.
    Budget,
    /// With a budget, or as much as the model decides.
    Either,
    /// As much as the model decides.
    Adaptive,
}

/// The way in which thinking is turned off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Off {
    /// It is off unless it is turned on.
    Default,
    /// `disabled`.
    Disabled,
    /// `between_tools`, the lowest setting of a model that has no `disabled`.
    BetweenTools,
    /// It cannot be turned off.
    Never,
}

/// The sampling parameters that a model takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sampling {
    All,
    /// `temperature` or `top_p`, but not both.
    Either,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Opus,
    Sonnet,
    Haiku,
    Fable,
    Mythos,
}

type Version = (u8, u8);

/// The version of a name without one, such as `claude-opus-latest`.
const NEWEST: Version = (u8::MAX, 0);

impl Model {
    /// Returns the abilities of the model with this name at the upstream: `claude-opus-4-7`,
    /// `anthropic/claude-opus-4.7`, `us.anthropic.claude-3-5-haiku-20241022-v1:0`.
    pub(super) fn of(name: &str) -> Self {
        match parse(name) {
            Some((Some(family), version)) => known(family, version),
            // `claude-2.1`, `claude-instant-1.2`
            Some((None, version)) if version < (3, 0) => Self {
                thinking: Thinking::None,
                default_limit: 4096,
                ..OTHER
            },
            _ => OTHER,
        }
    }
}

/// The abilities of a model that is not one of Anthropic's.
const OTHER: Model = Model {
    thinking: Thinking::Budget,
    off: Off::Default,
    effort: false,
    xhigh: false,
    max: false,
    sampling: Sampling::All,
    structured: false,
    forced_calls: true,
    forced_with_thinking: true,
    prefill: true,
    system_messages: false,
    bound_thinking: false,
    default_limit: 8192,
};

fn known(family: Family, version: Version) -> Model {
    // The first version of each family with an ability. The first Fable and Mythos are 5.0.
    let since = |opus: Version, sonnet: Version, haiku: Version, others: Version| {
        version
            >= match family {
                Family::Opus => opus,
                Family::Sonnet => sonnet,
                Family::Haiku => haiku,
                Family::Fable | Family::Mythos => others,
            }
    };
    const NEVER: Version = (u8::MAX, u8::MAX);
    let first = (0, 0);
    let adaptive = since((4, 7), (5, 0), (5, 0), first);
    let structured = since((4, 1), (4, 5), (4, 5), first);
    let newest = since((5, 5), (5, 5), (5, 5), (5, 1));
    Model {
        thinking: if adaptive {
            Thinking::Adaptive
        } else if since((4, 6), (4, 6), NEVER, first) {
            Thinking::Either
        } else if version >= (3, 7) && family != Family::Haiku || version >= (4, 0) {
            Thinking::Budget
        } else {
            Thinking::None
        },
        off: if since((5, 5), NEVER, NEVER, first) {
            Off::Never
        } else if since(NEVER, (5, 5), NEVER, NEVER) {
            Off::BetweenTools
        } else if since((5, 0), (5, 0), (5, 0), first) {
            Off::Disabled
        } else {
            Off::Default
        },
        effort: since((4, 5), (4, 6), (5, 0), first),
        xhigh: adaptive,
        max: since((4, 6), (4, 6), (5, 0), first),
        sampling: if adaptive {
            Sampling::None
        } else if structured {
            Sampling::Either
        } else {
            Sampling::All
        },
        structured,
        forced_calls: !(newest && family != Family::Haiku),
        forced_with_thinking: since((4, 8), (5, 0), (5, 0), first),
        prefill: !since((4, 6), (4, 6), (5, 0), first),
        system_messages: since((4, 8), (5, 5), (5, 5), first),
        bound_thinking: newest && family != Family::Mythos,
        default_limit: if version < (3, 5) {
            4096
        } else if version < (3, 7) {
            8192
        } else {
            // The smallest limit of all later models, that of Opus 4.
            32_000
        },
    }
}

/// Returns the family and the version in a name, or `None` if the model is not one of Anthropic's.
fn parse(name: &str) -> Option<(Option<Family>, Version)> {
    let name = name.to_ascii_lowercase();
    let (_, rest) = name.rsplit_once("claude")?;
    let mut family = None;
    let mut numbers: Vec<u8> = Vec::new();
    let mut complete = false;
    for word in rest.split(|c: char| !c.is_ascii_alphanumeric()) {
        if word.is_empty() {
            continue;
        }
        match word.parse::<u8>() {
            // A longer number is a date.
            Ok(number) if !complete && word.len() <= 2 && numbers.len() < 2 => numbers.push(number),
            _ => complete |= !numbers.is_empty(),
        }
        family = match word {
            "opus" => Some(Family::Opus),
            "sonnet" => Some(Family::Sonnet),
            "haiku" => Some(Family::Haiku),
            "fable" => Some(Family::Fable),
            "mythos" => Some(Family::Mythos),
            _ => family,
        };
    }
    let version = match numbers.as_slice() {
        [] if rest.contains("instant") => (1, 0),
        [] => NEWEST,
        [major] => (*major, 0),
        [major, minor, ..] => (*major, *minor),
    };
    Some((family, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_family_and_a_version() {
        use Family::*;
        for (name, family, version) in [
            ("claude-opus-4-7", Some(Opus), (4, 7)),
            ("anthropic/claude-opus-4.7", Some(Opus), (4, 7)),
            ("anthropic/claude-4.7-opus", Some(Opus), (4, 7)),
            ("claude-sonnet-4-20250514", Some(Sonnet), (4, 0)),
            (
                "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
                Some(Sonnet),
                (4, 5),
            ),
            ("claude-3-5-haiku@20241022", Some(Haiku), (3, 5)),
            ("claude-3-opus-20240229", Some(Opus), (3, 0)),
            ("Claude-Opus-5", Some(Opus), (5, 0)),
            ("claude-sonnet-5-5", Some(Sonnet), (5, 5)),
            ("claude-fable-5-1", Some(Fable), (5, 1)),
            ("claude-mythos-preview", Some(Mythos), NEWEST),
            ("claude-opus-latest", Some(Opus), NEWEST),
            ("claude-2.1", None, (2, 1)),
            ("claude-instant-1.2", None, (1, 2)),
        ] {
            assert_eq!(parse(name), Some((family, version)), "{name}");
        }
        for name in ["kimi-k2", "deepseek-chat", "opus", ""] {
            assert_eq!(parse(name), None, "{name}");
            assert_eq!(Model::of(name), OTHER, "{name}");
        }
    }

    #[test]
    fn later_versions_lose_and_gain_abilities() {
        for (name, prefill, max, forced_with_thinking) in [
            ("claude-opus-4-5", true, false, false),
            ("claude-haiku-4-5", true, false, false),
            ("claude-opus-4-6", false, true, false),
            ("claude-sonnet-4-6", false, true, false),
            ("claude-opus-4-7", false, true, false),
            ("claude-opus-4-8", false, true, true),
            ("claude-sonnet-5", false, true, true),
            ("claude-haiku-5", false, true, true),
            ("claude-fable-5", false, true, true),
            ("claude-mythos-preview", false, true, true),
            ("glm-5", true, false, true),
        ] {
            let model = Model::of(name);
            let found = (model.prefill, model.max, model.forced_with_thinking);
            assert_eq!(found, (prefill, max, forced_with_thinking), "{name}");
        }
    }

    #[test]
    fn versions_have_the_abilities_that_the_documentation_of_the_api_names() {
        use Thinking::*;
        for (name, thinking, off, effort, structured, forced, system) in [
            (
                "claude-3-5-sonnet-20241022",
                None,
                Off::Default,
                false,
                false,
                true,
                false,
            ),
            (
                "claude-3-7-sonnet-20250219",
                Budget,
                Off::Default,
                false,
                false,
                true,
                false,
            ),
            (
                "claude-sonnet-4-20250514",
                Budget,
                Off::Default,
                false,
                false,
                true,
                false,
            ),
            (
                "claude-opus-4-1",
                Budget,
                Off::Default,
                false,
                true,
                true,
                false,
            ),
            (
                "claude-haiku-4-5",
                Budget,
                Off::Default,
                false,
                true,
                true,
                false,
            ),
            (
                "claude-opus-4-5",
                Budget,
                Off::Default,
                true,
                true,
                true,
                false,
            ),
            (
                "claude-sonnet-4-6",
                Either,
                Off::Default,
                true,
                true,
                true,
                false,
            ),
            (
                "claude-opus-4-7",
                Adaptive,
                Off::Default,
                true,
                true,
                true,
                false,
            ),
            (
                "claude-opus-4-8",
                Adaptive,
                Off::Default,
                true,
                true,
                true,
                true,
            ),
            (
                "claude-sonnet-5",
                Adaptive,
                Off::Disabled,
                true,
                true,
                true,
                false,
            ),
            (
                "claude-opus-5",
                Adaptive,
                Off::Disabled,
                true,
                true,
                true,
                true,
            ),
            (
                "claude-opus-5-5",
                Adaptive,
                Off::Never,
                true,
                true,
                false,
                true,
            ),
            (
                "claude-sonnet-5-5",
                Adaptive,
                Off::BetweenTools,
                true,
                true,
                false,
                true,
            ),
            (
                "claude-haiku-5-5",
                Adaptive,
                Off::Disabled,
                true,
                true,
                true,
                true,
            ),
            (
                "claude-fable-5",
                Adaptive,
                Off::Never,
                true,
                true,
                true,
                true,
            ),
            (
                "claude-fable-5-1",
                Adaptive,
                Off::Never,
                true,
                true,
                false,
                true,
            ),
            (
                "claude-mythos-preview",
                Adaptive,
                Off::Never,
                true,
                true,
                false,
                true,
            ),
        ] {
            let model = Model::of(name);
            let found = (
                model.thinking,
                model.off,
                model.effort,
                model.structured,
                model.forced_calls,
                model.system_messages,
            );
            let expected = (thinking, off, effort, structured, forced, system);
            assert_eq!(found, expected, "{name}");
        }
    }
}
