//! Finds the commit of the build for `GET /version` and `orouter --version`: `OROUTER_COMMIT` if set,
//! or else, in a release build, the commit of the package or of the Git checkout. Other builds do not
//! read the checkout, because they would rebuild after each commit.

use std::process::Command;

/// File that Cargo adds to a package, with the commit from which it was made.
const PACKAGE_INFO: &str = ".cargo_vcs_info.json";

fn main() {
    println!("cargo::rerun-if-env-changed=OROUTER_COMMIT");
    println!("cargo::rerun-if-changed=build.rs");
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if std::env::var_os("OROUTER_COMMIT").is_some() || !release {
        return; // `option_env!` reads the variable itself
    }
    if let Some(commit) = packaged() {
        println!("cargo::rustc-env=OROUTER_COMMIT={commit}");
        return;
    }
    // A packaged crate may be unpacked inside another repository.
    if git(&["ls-files", "--error-unmatch", "build.rs"]).is_none() {
        return;
    }
    if let Some(commit) = git(&["rev-parse", "HEAD"]) {
        println!("cargo::rustc-env=OROUTER_COMMIT={commit}");
    }
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]) {
        println!("cargo::rerun-if-changed={log}");
    }
}

/// Returns the commit from which the package was made.
fn packaged() -> Option<String> {
    let text = std::fs::read_to_string(PACKAGE_INFO).ok()?;
    let (_, rest) = text.split_once("\"sha1\"")?;
    let commit = rest.split('"').nth(1)?;
    let is_commit = commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_commit.then(|| commit.to_owned())
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
