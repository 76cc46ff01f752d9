//! Hostile input: depth, size, repetition. It is decoded without loss or rejected with a position,
//! in linear time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use orouter_wire::{Extra, Raw, Unknown, Wire, from_str, to_string};

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Tree {
    name: Option<String>,
    count: u64,
    list: Vec<u64>,
    child: Option<Box<Tree>>,
    #[wire(optional)]
    nodes: Vec<Node>,
    extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(tag = "type")]
enum Node {
    #[wire("tree")]
    Tree(Box<Tree>),
    Unknown(Unknown),
}

#[track_caller]
fn exact<T: Wire>(text: &str) -> T {
    let value: T = from_str(text).unwrap();
    assert!(to_string(&value) == text);
    value
}

#[test]
fn depth_ten_thousand_is_kept() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    exact::<Raw>(&deep);
    exact::<Tree>(&format!(r#"{{"new":{deep}}}"#));
    exact::<Tree>(&format!(r#"{{"child":{deep}}}"#));
    exact::<Tree>(&format!(r#"{{"nodes":{deep}}}"#));
    exact::<Node>(&deep);
    let objects = format!("{}1{}", r#"{"a":"#.repeat(10_000), "}".repeat(10_000));
    exact::<Raw>(&objects);
    exact::<Node>(&objects);
}

#[test]
fn typed_nesting_has_a_limit_and_deeper_levels_are_raw() {
    let deep = format!(
        "{}{}",
        r#"{"child":"#.repeat(10_000),
        r#"{"count":1}"#.to_owned() + &"}".repeat(10_000)
    );
    let tree: Tree = exact(&deep);
    let mut typed = 1;
    let mut at = &tree;
    while let Some(child) = &at.child {
        typed += 1;
        at = child;
    }
    assert_eq!(typed, 128);
    assert!(at.extra.get("child").is_some());
    assert_eq!(tree.unknown(), ["/child".repeat(128)]);

    let deep = format!(
        "{}{}",
        r#"{"type":"tree","nodes":["#.repeat(5_000),
        "]}".repeat(5_000)
    );
    let spelled: Node = from_str(&deep).unwrap();
    assert_eq!(spelled.unknown().len(), 1);
    let again: Node = from_str(&to_string(&spelled)).unwrap();
    assert_eq!(again, spelled);
}

#[test]
fn late_tags_at_every_depth() {
    let deep = format!(
        "{}{}",
        r#"{"nodes":["#.repeat(2_000),
        r#"],"type":"tree"}"#.repeat(2_000)
    );
    let node: Node = from_str(&deep).unwrap();
    assert_eq!(node.kind(), "tree");
    assert_eq!(from_str::<Node>(&to_string(&node)).unwrap(), node);
}

#[test]
fn a_string_of_100_megabytes() {
    let long = "x".repeat(100_000_000);
    let text = format!(r#"{{"name":"{long}","new":"{long}"}}"#);
    let tree: Tree = from_str(&text).unwrap();
    assert_eq!(tree.name.as_ref().unwrap().len(), 100_000_000);
    assert_eq!(tree.extra.get("new").unwrap().get().len(), 100_000_002);
    assert!(to_string(&tree) == text);
}

#[test]
fn odd_strings_and_numbers() {
    let tree: Tree = exact(r#"{"name":"\u0000"}"#);
    assert_eq!(tree.name.as_deref(), Some("\0"));
    exact::<Tree>(r#"{"count":123456789012345678901234567890}"#);
    exact::<Tree>(r#"{"list":[1,1e400]}"#);
    exact::<Tree>(r#"{"new":[1E+5,-0,0.10,1e-999]}"#);
    assert!(from_str::<Tree>("{\"name\":\"\0\"}").is_err());
    assert!(from_str::<Tree>("\0").is_err());
    let digits = "7".repeat(1_000_000);
    exact::<Tree>(&format!(r#"{{"count":{digits}}}"#));
    exact::<Tree>(&format!(r#"{{"new":0.{digits}e{digits}}}"#));
}

/// Asserts that the time for `n` elements is far less than a hundred times the time for `n / 10`,
/// as it would be with quadratic work.
#[track_caller]
fn linear(make: impl Fn(usize) -> String) {
    let time = |n| {
        let text = make(n);
        let mut best = Duration::MAX;
        for _ in 0..3 {
            let start = Instant::now();
            let tree: Tree = from_str(&text).unwrap();
            let written = to_string(&tree);
            assert!(!tree.unknown().is_empty());
            best = best.min(start.elapsed());
            drop(written);
        }
        best
    };
    // A single measurement on a busy machine is unreliable; quadratic work exceeds the limit every
    // time.
    let mut seen = Vec::new();
    for _ in 0..5 {
        let (small, large) = (time(4_000), time(40_000));
        if large < small * 40 + Duration::from_millis(20) {
            return;
        }
        seen.push((small, large));
    }
    panic!("the time for 4,000 and for 40,000: {seen:?}");
}

fn members(n: usize, member: impl Fn(usize) -> String) -> String {
    let mut text = String::from("{\"z\":1");
    for index in 0..n {
        write!(text, ",{}", member(index)).unwrap();
    }
    text.push('}');
    text
}

#[test]
fn many_unknown_members() {
    linear(|n| members(n, |index| format!("\"unknown-{index}\":{index}")));
}

#[test]
fn many_repeats() {
    linear(|n| members(n, |_| "\"count\":1".into()));
    linear(|n| members(n, |_| "\"count\":\"x\"".into()));
    linear(|n| members(n, |_| "\"z\":1".into()));
    linear(|n| {
        members(n, |index| {
            if index % 2 == 0 {
                "\"count\":\"x\""
            } else {
                "\"name\":\"y\""
            }
            .into()
        })
    });
    linear(|n| {
        members(n, |index| {
            if index % 100 == 0 {
                "\"count\":\"x\""
            } else {
                "\"name\":5"
            }
            .into()
        })
    });
    linear(|n| members(n, |_| r#""name":"\ud800""#.into()));
    // Repeated members around a large member, at every depth.
    linear(|n| {
        let depth = 100;
        format!(
            r#"{{"z":1,"child":{}{}}}"#,
            r#"{"child":"#.repeat(depth),
            format!("{{\"new\":[{}1]}}", "1,".repeat(n / 10))
                + &r#","count":1,"count":2,"count":3}"#.repeat(depth)
        )
    });
    linear(|n| members(n / 10, |_| r#""child":{"count":1,"count":2}"#.into()));
}

#[test]
fn many_bad_elements_and_nested_retries() {
    linear(|n| members(n, |_| r#""list":[1,2,"x"]"#.into()));
    linear(|n| {
        let depth = 100;
        let fill = "1,".repeat(n / 10);
        format!(
            r#"{{"z":1,"nodes":{}{}}}"#,
            r#"[{"type":"tree","nodes":"#.repeat(depth / 2),
            format!("[{fill}1]") + &"}]".repeat(depth / 2)
        )
    });
}

#[test]
fn pointers_stay_within_bounds() {
    let name = "k".repeat(1 << 20);
    let inside = members(10_000, |index| format!("\"u{index}\":1"));
    let text = format!(r#"{{"{name}":[{inside}]}}"#);
    let map: std::collections::BTreeMap<String, Vec<Tree>> = from_str(&text).unwrap();
    let total: usize = map.unknown().iter().map(String::len).sum();
    assert!(total > 1 << 20 && total <= 16 << 20);
}
