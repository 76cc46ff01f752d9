//! The user's directories for the configuration and for data.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::exit::CommandError;

/// Variable that replaces the directory of the configuration.
const CONFIG_VARIABLE: &str = "OROUTER_CONFIG_DIR";

/// Variable that replaces the directory of the data.
const DATA_VARIABLE: &str = "OROUTER_DATA_DIR";

/// Returns the directory of the user's configuration: `OROUTER_CONFIG_DIR`, or `orouter` in
/// `$XDG_CONFIG_HOME` (or `~/.config`), `~/Library/Application Support` or `%APPDATA%`.
///
/// The directory may not exist.
///
/// # Errors
/// A usage error if the variable is not an absolute path, or the home directory is unknown.
pub(crate) fn config() -> Result<PathBuf, CommandError> {
    let base = Base {
        variable: CONFIG_VARIABLE,
        xdg: "XDG_CONFIG_HOME",
        below_home: ".config",
        windows: "APPDATA",
    };
    base.directory(|name| std::env::var_os(name), std::env::home_dir())
}

/// Returns the directory of the user's data: `OROUTER_DATA_DIR`, or `orouter` in `$XDG_DATA_HOME` (or
/// `~/.local/share`), `~/Library/Application Support` or `%LOCALAPPDATA%`.
///
/// The directory may not exist.
///
/// # Errors
/// As for [`config`].
pub(crate) fn data() -> Result<PathBuf, CommandError> {
    let base = Base {
        variable: DATA_VARIABLE,
        xdg: "XDG_DATA_HOME",
        below_home: ".local/share",
        windows: "LOCALAPPDATA",
    };
    base.directory(|name| std::env::var_os(name), std::env::home_dir())
}

/// The places of one directory.
struct Base {
    /// Variable of this command with the directory itself.
    variable: &'static str,
    /// Variable of the XDG specification with the parent directory.
    xdg: &'static str,
    /// Parent directory without the XDG variable, relative to the home directory.
    below_home: &'static str,
    /// Variable of Windows with the parent directory.
    windows: &'static str,
}

impl Base {
    fn directory(
        &self,
        variable: impl Fn(&str) -> Option<OsString>,
        home: Option<PathBuf>,
    ) -> Result<PathBuf, CommandError> {
        if let Some(value) = variable(self.variable) {
            let path = PathBuf::from(value);
            if path.is_absolute() {
                return Ok(path);
            }
            return Err(CommandError::usage(format!(
                "{} is not an absolute path; unset it, or set it to one",
                self.variable
            )));
        }
        let home = home.filter(|home| home.is_absolute());
        // The XDG specification requires that relative paths are ignored.
        let set = |name| {
            variable(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        let parent = if cfg!(windows) {
            set(self.windows)
        } else if cfg!(target_os = "macos") {
            home.map(|home| home.join("Library/Application Support"))
        } else {
            set(self.xdg).or_else(|| home.map(|home| home.join(self.below_home)))
        };
        parent.map(|parent| parent.join("orouter")).ok_or_else(|| {
            CommandError::usage(format!(
                "the home directory is unknown; set HOME, or set {} to a directory",
                self.variable
            ))
        })
    }
}

#[cfg(all(test, unix, not(target_os = "macos")))]
mod tests {
    use super::*;

    const BASE: Base = Base {
        variable: CONFIG_VARIABLE,
        xdg: "XDG_CONFIG_HOME",
        below_home: ".config",
        windows: "APPDATA",
    };

    fn directory(set: &[(&str, &str)], home: Option<&str>) -> Result<PathBuf, CommandError> {
        let value = |name: &str| {
            let pair = set.iter().find(|(known, _)| *known == name);
            pair.map(|(_, value)| OsString::from(value))
        };
        BASE.directory(value, home.map(PathBuf::from))
    }

    #[test]
    fn the_variable_of_the_command_overrides_xdg_and_home() {
        let xdg = ("XDG_CONFIG_HOME", "/x");
        let own = ("OROUTER_CONFIG_DIR", "/own");
        for (set, expected) in [
            (&[][..], "/users/u/.config/orouter"),
            (&[xdg], "/x/orouter"),
            (&[xdg, own], "/own"),
            (&[("XDG_CONFIG_HOME", "x")], "/users/u/.config/orouter"),
            (&[("XDG_CONFIG_HOME", "")], "/users/u/.config/orouter"),
        ] {
            let found = directory(set, Some("/users/u")).unwrap();
            assert_eq!(found, PathBuf::from(expected), "{set:?}");
        }
    }

    #[test]
    fn unusable_places_name_the_variable() {
        for (set, home) in [
            (&[("OROUTER_CONFIG_DIR", "relative")][..], Some("/users/u")),
            (&[("OROUTER_CONFIG_DIR", "")], Some("/users/u")),
            (&[], None),
            (&[], Some("")),
        ] {
            let failure = directory(set, home).unwrap_err();
            assert!(
                failure.message.contains("OROUTER_CONFIG_DIR"),
                "{}",
                failure.message
            );
        }
    }
}
