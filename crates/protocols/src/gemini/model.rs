//! [`Model`]: the abilities of a model of Google, as far as its name tells them.

/// The abilities of a model, read from its name.
///
/// Google's names are open-ended. A name of Gemini without a known older version has the abilities of
/// the newest models.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Model {
    series: Series,
    tier: Tier,
    /// The model makes images.
    image: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Series {
    /// Gemini of this version: `(2, 5)`.
    Gemini(u32, u32),
    /// Gemini without a version in its name: `gemini-flash-latest`.
    Newest,
    /// Gemma of this version.
    Gemma(u32),
    /// Nothing is known, for example about a tuned model.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Tier {
    Pro,
    Flash,
    Lite,
    Other,
}

/// The settings of its thinking that a model has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Thinking {
    /// The model does not think.
    None,
    /// The model thinks, and takes no settings.
    Fixed,
    /// A number of tokens in this range. `off` is `true` if 0 turns it off.
    Budget { min: u64, max: u64, off: bool },
    /// One of these levels, the lowest first.
    Levels(&'static [&'static str]),
}

impl Model {
    /// Reads a name, with or without the resource before it: `gemini-2.5-pro`,
    /// `publishers/google/models/gemini-2.5-pro`.
    pub(super) fn new(name: &str) -> Self {
        let lower = name.to_ascii_lowercase();
        let own = lower.rsplit('/').next().unwrap_or_default();
        let words: Vec<&str> = own.split('-').collect();
        let has = |word: &str| words.contains(&word);
        let tier = if has("lite") {
            Tier::Lite
        } else if has("flash") {
            Tier::Flash
        } else if has("pro") {
            Tier::Pro
        } else {
            Tier::Other
        };
        let series = match words.as_slice() {
            // Tuned models have names of their users.
            _ if lower.contains("tunedmodels/") => Series::Unknown,
            ["gemini", "robotics", ..] => Series::Unknown,
            ["gemini", "exp" | "ultra", ..] | ["gemini", "pro"] | ["gemini", "pro", "vision"] => {
                Series::Gemini(1, 0)
            }
            ["gemini", word, ..] => match version(word) {
                Some((major, minor)) => Series::Gemini(major, minor),
                None => Series::Newest,
            },
            ["nano", "banana", ..] => Series::Newest,
            ["gemma", word, ..] => {
                let major = version(word.trim_end_matches('n'));
                Series::Gemma(major.map_or(u32::MAX, |(major, _)| major))
            }
            _ => Series::Unknown,
        };
        Self {
            series,
            tier,
            image: has("image") || has("banana"),
        }
    }

    /// Returns `true` if the version of a Gemini is this one or a newer one.
    fn since(self, major: u32, minor: u32) -> bool {
        match self.series {
            Series::Gemini(own, own_minor) => (own, own_minor) >= (major, minor),
            Series::Newest => true,
            Series::Gemma(_) | Series::Unknown => false,
        }
    }

    /// Returns `true` if the first call of each step must have a signature.
    pub(super) fn requires_signatures(self) -> bool {
        self.since(3, 0)
    }

    /// Returns `true` if functions and a JSON output can be combined.
    pub(super) fn has_json_with_tools(self) -> bool {
        self.since(3, 0)
    }

    /// Returns `true` if the result of a function can have images and files.
    pub(super) fn has_media_in_results(self) -> bool {
        self.since(3, 0)
    }

    /// Returns `true` if the mode `VALIDATED`, which enforces the schemas of calls, is known.
    pub(super) fn has_validated_calls(self) -> bool {
        self.since(2, 5) && !self.image
    }

    /// Returns `true` if the penalties for repetitions are known. Other models refuse any but 0.
    pub(super) fn has_penalties(self) -> bool {
        matches!(self.series, Series::Gemini(2, 0))
    }

    /// Returns `true` if the model has a system instruction.
    pub(super) fn has_system_instruction(self) -> bool {
        !matches!(self.series, Series::Gemma(0..=3))
    }

    /// Returns `true` if the upstream fetches files of any web server for the model.
    pub(super) fn takes_web_urls(self) -> bool {
        match self.series {
            Series::Gemini(..) => self.since(2, 5),
            Series::Gemma(_) => false,
            Series::Newest | Series::Unknown => true,
        }
    }

    /// Returns `true` if the model continues its own message at the end of the conversation. Newer
    /// models refuse a request that ends with one.
    pub(super) fn continues_own_turn(self) -> bool {
        matches!(self.series, Series::Gemini(..)) && !self.since(3, 2)
    }

    /// Returns the settings of its thinking.
    pub(super) fn thinking(self) -> Thinking {
        const FROM_LOW: Thinking = Thinking::Levels(&["low", "medium", "high"]);
        const FROM_MINIMAL: Thinking = Thinking::Levels(&["minimal", "low", "medium", "high"]);
        let budget = |min, max, off| Thinking::Budget { min, max, off };
        match (self.series, self.tier) {
            (Series::Gemma(_), _) => Thinking::None,
            (Series::Unknown, _) => budget(0, 32_768, true),
            (Series::Gemini(3, _), Tier::Pro) | (Series::Newest, Tier::Pro) if self.image => {
                Thinking::Fixed
            }
            (Series::Gemini(2, 5), _) if self.image => Thinking::None,
            (Series::Gemini(3, _), _) if self.image => Thinking::Levels(&["minimal", "high"]),
            (Series::Gemini(2, 5), Tier::Pro) => budget(128, 32_768, false),
            (Series::Gemini(2, 5), Tier::Lite) => budget(512, 24_576, true),
            (Series::Gemini(2, 5), _) => budget(0, 24_576, true),
            (Series::Gemini(..), _) if !self.since(2, 5) => Thinking::None,
            (Series::Gemini(3, 0), Tier::Pro) => Thinking::Levels(&["low", "high"]),
            (Series::Gemini(3, 0..=6), Tier::Flash) | (Series::Gemini(3, _), Tier::Lite) => {
                FROM_MINIMAL
            }
            (Series::Gemini(..) | Series::Newest, _) => FROM_LOW,
        }
    }
}

/// Reads a version: `3`, `2.5`.
fn version(word: &str) -> Option<(u32, u32)> {
    let (major, minor) = word.split_once('.').unwrap_or((word, "0"));
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_generation() {
        for (name, new) in [
            ("gemini-1.5-pro-002", false),
            ("gemini-2.0-flash", false),
            ("gemini-2.5-pro", false),
            ("models/gemini-2.5-flash-lite", false),
            ("gemini-pro-vision", false),
            ("gemma-3-27b-it", false),
            ("gemma-3n-e4b-it", false),
            ("tunedModels/gemini-3-mine", false),
            ("my-model", false),
            ("gemini-3-pro-preview", true),
            ("Gemini-3.1-Flash-Lite", true),
            ("publishers/google/models/gemini-3.5-flash", true),
            ("gemini-4-hydrogen", true),
            ("gemini-flash-latest", true),
        ] {
            let model = Model::new(name);
            assert_eq!(model.requires_signatures(), new, "{name}");
            assert_eq!(model.has_json_with_tools(), new, "{name}");
            assert_eq!(model.has_media_in_results(), new, "{name}");
        }
    }

    #[test]
    fn thinking_has_the_documented_settings() {
        let budget = |min, max, off| Thinking::Budget { min, max, off };
        let minimal = Thinking::Levels(&["minimal", "low", "medium", "high"]);
        let low = Thinking::Levels(&["low", "medium", "high"]);
        for (name, thinking) in [
            ("gemini-2.0-flash", Thinking::None),
            ("gemini-2.5-flash-image", Thinking::None),
            ("gemma-3-27b-it", Thinking::None),
            ("gemini-2.5-pro", budget(128, 32_768, false)),
            ("gemini-2.5-flash-preview-09-2025", budget(0, 24_576, true)),
            ("gemini-2.5-flash-lite", budget(512, 24_576, true)),
            ("my-model", budget(0, 32_768, true)),
            ("gemini-3-pro-preview", Thinking::Levels(&["low", "high"])),
            ("gemini-3-pro-image-preview", Thinking::Fixed),
            (
                "gemini-3.1-flash-image",
                Thinking::Levels(&["minimal", "high"]),
            ),
            ("gemini-3.1-pro-preview", low),
            ("gemini-3-flash-preview", minimal),
            ("gemini-3.6-flash", minimal),
            ("gemini-3.7-flash", low),
            ("gemini-3.5-flash-lite", minimal),
            ("gemini-flash-latest", low),
            ("gemini-4-pro", low),
        ] {
            assert_eq!(Model::new(name).thinking(), thinking, "{name}");
        }
    }

    #[test]
    fn older_models_continue_their_own_turn() {
        for (name, continues) in [
            ("gemini-2.5-flash", true),
            ("gemini-3-flash-preview", true),
            ("gemini-3.1-pro-preview", true),
            ("gemini-3.5-flash-lite", false),
            ("gemini-3.6-flash", false),
            ("gemini-flash-latest", false),
            ("my-model", false),
        ] {
            assert_eq!(Model::new(name).continues_own_turn(), continues, "{name}");
        }
    }
}
