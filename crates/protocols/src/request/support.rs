//! [`Support`]: the request parameters that the endpoint supports, and its API.

use orouter_wire::{Extra, PromptCacheBreakpoint, Raw};

use super::api::{Api, CacheMarks};
use super::part::Marks;
use crate::notes::Notes;

/// The request parameters that the endpoint supports, in the catalog's words, and the API of the
/// endpoint.
#[derive(Clone, Copy)]
pub(crate) struct Support<'a> {
    pub(crate) api: &'static Api,
    listed: Option<&'a [String]>,
    notes: &'a Notes,
}

impl<'a> Support<'a> {
    /// Creates a value from the catalog's list. `None`: the supported parameters are not known.
    pub(crate) fn new(api: &'static Api, listed: Option<&'a [String]>, notes: &'a Notes) -> Self {
        Self { api, listed, notes }
    }

    /// Returns `true` if the endpoint lists the parameter.
    pub(crate) fn lists(self, name: &str) -> bool {
        self.listed
            .is_some_and(|listed| listed.iter().any(|known| known == name))
    }

    /// Returns `true` if the endpoint lists the parameter, or if its parameters are not known.
    pub(crate) fn allows(self, name: &str) -> bool {
        self.listed.is_none() || self.lists(name)
    }

    /// Returns `true` if the endpoint lists one of the parameters, or if its parameters are not
    /// known. Otherwise notes that the member at `path` has no effect.
    pub(crate) fn allows_or_note(self, names: &[&str], path: &str) -> bool {
        let allowed = names.iter().any(|name| self.allows(name));
        if !allowed {
            self.note_unsupported(path);
        }
        allowed
    }

    /// Notes that the member at `path` has no effect because the API does not have it.
    pub(crate) fn note_absent(self, path: &str) {
        let reason = format!("{} has no such setting", self.api.name);
        self.notes.ignored(path, reason);
    }

    /// Notes that the member at `path` has no effect because the endpoint does not support it.
    pub(crate) fn note_unsupported(self, path: &str) {
        self.notes
            .ignored(path, "the endpoint does not list this parameter");
    }

    /// Returns the cache marks of a part or a tool that the endpoint takes.
    pub(crate) fn marks<'b>(
        self,
        extra: &'b Extra,
        breakpoint: Option<&'b PromptCacheBreakpoint>,
    ) -> Marks<'b> {
        let takes = |parameter: &str, path: &str| match self.api.cache_marks {
            CacheMarks::Listed => self.allows_or_note(&[parameter], path),
            CacheMarks::Sent => true,
            CacheMarks::Absent => {
                let reason = format!("{} has no marks for the prompt cache", self.api.name);
                self.notes.ignored(path, reason);
                false
            }
        };
        let cache_control = extra
            .get("cache_control")
            .filter(|raw| !Raw::is_null(raw))
            .filter(|_| takes("cache_control", "cache_control"));
        let breakpoint =
            breakpoint.filter(|_| takes("prompt_cache_options", "prompt_cache_breakpoint"));
        Marks {
            cache_control,
            breakpoint,
        }
    }
}
