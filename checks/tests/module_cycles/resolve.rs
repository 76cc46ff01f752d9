//! Finds for each path in a module the module that defines what it names.

use crate::tree::{Id, Tree};

/// `from` names something that `to` defines.
pub(crate) struct Import {
    pub(crate) from: Id,
    pub(crate) to: Id,
    /// The last part of the path that was followed.
    pub(crate) name: String,
}

/// Returns all imports within the crate.
///
/// A public `use` of a module below is no import: it hands the name on, and whoever uses the name
/// from there imports it from its definition. A private one is an import.
pub(crate) fn imports(tree: &Tree) -> Vec<Import> {
    let mut imports = Vec::new();
    for (from, module) in tree.modules.iter().enumerate() {
        let used = module.uses.iter().filter(|used| {
            let first = used.path.iter().find(|segment| *segment != "self");
            let below = first.is_some_and(|first| module.children.contains_key(first));
            !(used.is_reexport && below)
        });
        let used = used.map(|used| &used.path).chain(&module.named);
        for path in used {
            if let Some(target) = resolve(tree, from, path, 0) {
                imports.push(Import {
                    from,
                    to: target.module,
                    name: path.last().cloned().unwrap_or_default(),
                });
            }
        }
    }
    imports
}

struct Target {
    module: Id,
    /// The path ended at an item, so that segments after it are its members.
    is_item: bool,
}

/// Paths through re-exports that name each other end here.
const DEPTH: usize = 32;

/// Follows a path from `module`; `None` if it leaves the crate.
fn resolve(tree: &Tree, module: Id, path: &[String], depth: usize) -> Option<Target> {
    if depth > DEPTH {
        return None;
    }
    let (first, rest) = path.split_first()?;
    let start = match first.as_str() {
        "crate" | "$crate" => Target {
            module: 0,
            is_item: false,
        },
        "self" => Target {
            module,
            is_item: false,
        },
        "super" => Target {
            module: tree.modules[module].parent?,
            is_item: false,
        },
        name => lookup(tree, module, name, depth)?,
    };
    let mut at = start;
    for segment in rest {
        if at.is_item {
            break;
        }
        at = if segment == "super" {
            Target {
                module: tree.modules[at.module].parent?,
                is_item: false,
            }
        } else {
            lookup(tree, at.module, segment, depth)?
        };
    }
    Some(at)
}

/// Finds a name in a module: a module below, an item, or what a `use` brings.
fn lookup(tree: &Tree, module: Id, name: &str, depth: usize) -> Option<Target> {
    let here = &tree.modules[module];
    if let Some(&child) = here.children.get(name) {
        return Some(Target {
            module: child,
            is_item: false,
        });
    }
    if here.defined.contains(name) {
        return Some(Target {
            module,
            is_item: true,
        });
    }
    for used in &here.uses {
        // `use x;` of another crate's name would look itself up again.
        if used.name.as_deref() == Some(name) && used.path.first().map(String::as_str) != Some(name)
        {
            return resolve(tree, module, &used.path, depth + 1);
        }
    }
    let globs = here.uses.iter().filter(|used| used.name.is_none());
    globs
        .filter_map(|used| resolve(tree, module, &used.path, depth + 1))
        .filter(|target| !target.is_item && target.module != module)
        .find_map(|target| lookup(tree, target.module, name, depth + 1))
}
