//! Finds the commit of the build for `GET /version`: `OROUTER_COMMIT` if set, or else, in a release
//! build, the commit of the Git checkout. Other builds do not read the checkout, because they would
//! rebuild after each commit.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=OROUTER_COMMIT");
    println!("cargo::rerun-if-changed=build.rs");
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if std::env::var_os("OROUTER_COMMIT").is_some() || !release {
        return; // `option_env!` reads the variable itself
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

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
