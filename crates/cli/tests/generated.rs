//! `orouter completions`, `orouter man` and `orouter --version`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::process::{Command, Stdio};

use support::{orouter, run};

/// Runs a checker with this input. Prints a line that begins with `skipped` and returns `None` if it is
/// not installed.
fn check(program: &str, arguments: &[&str], input: &str) -> Option<support::Ran> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let found = Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .stdout(Stdio::null())
        .status();
    if !found.is_ok_and(|status| status.success()) {
        println!("{program} is not installed; its check is left out");
        return None;
    }
    Some(support::run_with_input(command, input.as_bytes()))
}

const COMMANDS: [&str; 16] = [
    "send",
    "chat",
    "serve",
    "init",
    "check",
    "keys",
    "credits",
    "accounts",
    "records",
    "catalog",
    "models",
    "config",
    "login",
    "logout",
    "completions",
    "man",
];

#[test]
fn every_shell_has_a_script_with_all_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(orouter(["completions", shell]));
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{shell}");
        for command in COMMANDS {
            assert!(ran.stdout.contains(command), "{shell}: {command}");
        }
        assert!(ran.stdout.contains("base-url"), "{shell}");
    }
    let ran = run(orouter(["completions", "tcsh"]));
    assert_eq!(ran.status, Some(2));
    assert!(ran.stderr.contains("bash"), "{}", ran.stderr);
}

#[test]
fn shells_accept_their_scripts() {
    for (shell, arguments) in [
        ("bash", &["-n"][..]),
        ("zsh", &["-n"]),
        ("fish", &["--no-execute"]),
    ] {
        let script = run(orouter(["completions", shell])).stdout;
        if let Some(checked) = check(shell, arguments, &script) {
            assert_eq!(
                (checked.status, checked.stderr.as_str()),
                (Some(0), ""),
                "{shell}"
            );
        }
    }
}

#[test]
fn bash_completes_commands_and_options() {
    let script = run(orouter(["completions", "bash"])).stdout;
    let ask = |words: &str| {
        let last = words.split(' ').count() - 1;
        format!(
            "{script}\nCOMP_WORDS=({words}{}); COMP_CWORD={last}\n_orouter orouter \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
            if words.ends_with(' ') { "''" } else { "" }
        )
    };
    for (words, expected) in [
        ("orouter lo", "login\nlogout\n"),
        ("orouter config un", "unset\n"),
        ("orouter keys d", "delete\ndisable\n"),
        ("orouter credits add --n", "--note\n"),
        ("orouter records export --format j", "jsonl\n"),
        ("orouter send --mod", "--model\n--model-path\n"),
        ("orouter completions z", "zsh\n"),
    ] {
        let Some(ran) = check("bash", &["--norc"], &ask(words)) else {
            return;
        };
        let mut found: Vec<&str> = ran.stdout.lines().collect();
        found.sort_unstable();
        assert_eq!(
            found,
            expected.lines().collect::<Vec<_>>(),
            "{words}: {}",
            ran.stderr
        );
    }
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let ran = run(orouter(["man"]));
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    assert!(ran.stdout.contains(".TH orouter 1"), "{}", ran.stdout);

    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("share/man1");
    let ran = run(orouter(["man", directory.to_str().unwrap()]));
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(0), ""),
        "{}",
        ran.stderr
    );
    let mut pages = vec![
        "orouter.1".to_owned(),
        "orouter-config-set.1".to_owned(),
        "orouter-keys-create.1".to_owned(),
        "orouter-records-export.1".to_owned(),
    ];
    pages.extend(COMMANDS.map(|command| format!("orouter-{command}.1")));
    for page in &pages {
        let text = std::fs::read_to_string(directory.join(page)).unwrap();
        assert!(text.contains(".SH NAME"), "{page}: {text}");
        if let Some(checked) = check("man", &["--warnings", "-E", "UTF-8", "-l", "-"], &text) {
            assert_eq!(
                (checked.status, checked.stderr.as_str()),
                (Some(0), ""),
                "{page}"
            );
        }
        if let Some(checked) = check("mandoc", &["-Tlint", "-Werror"], &text) {
            assert_eq!(checked.status, Some(0), "{page}: {}", checked.stdout);
        }
    }
    let ran = run(orouter(["man", "/dev/null/man1"]));
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.stderr.contains("cannot write to /dev/null/man1"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_version_is_that_of_the_package() {
    let ran = run(orouter(["--version"]));
    assert_eq!(ran.status, Some(0));
    let mut words = ran.stdout.split_whitespace();
    assert_eq!(words.next(), Some("orouter"));
    assert_eq!(words.next(), Some(env!("CARGO_PKG_VERSION")));
    // A release build adds the commit: `(a1b2c3d4e)`.
    for commit in words {
        let commit = commit
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'));
        let commit = commit.unwrap_or_else(|| panic!("{}", ran.stdout));
        assert!(
            commit.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{}",
            ran.stdout
        );
    }
}
