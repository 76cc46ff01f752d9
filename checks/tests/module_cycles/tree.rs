//! The modules of a crate, read from its files: what each defines, imports and names.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, Item, UseTree,
    visit::{self, Visit},
};

/// The position of a module in [`Tree::modules`].
pub(crate) type Id = usize;

pub(crate) struct Tree {
    name: String,
    pub(crate) modules: Vec<Module>,
}

/// One module. A module that is written inside of its parent's file is one too.
#[derive(Default)]
pub(crate) struct Module {
    pub(crate) parent: Option<Id>,
    path: Vec<String>,
    pub(crate) children: BTreeMap<String, Id>,
    /// The names of its own items.
    pub(crate) defined: BTreeSet<String>,
    pub(crate) uses: Vec<Use>,
    /// Paths of two or more segments outside of `use`.
    pub(crate) named: Vec<Vec<String>>,
}

/// One name that a `use` brings into the module.
pub(crate) struct Use {
    pub(crate) path: Vec<String>,
    /// The name in this module; `None` for a glob.
    pub(crate) name: Option<String>,
    /// The module only hands the name on: it is public, or visible above this module.
    pub(crate) is_reexport: bool,
}

impl Tree {
    /// Reads the crate whose root is the file `main`, without what is compiled for tests only.
    pub(crate) fn read(main: &Path) -> Self {
        let folder = main.parent().expect("a file is in a folder");
        let name = folder
            .parent()
            .and_then(Path::file_name)
            .expect("src is in a crate");
        let mut tree = Self {
            name: name.to_string_lossy().into_owned(),
            modules: vec![Module::default()],
        };
        tree.read_file(0, main, folder);
        tree
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The path of a module for messages.
    pub(crate) fn label(&self, id: Id) -> String {
        match self.modules[id].path.as_slice() {
            [] => "(root)".to_owned(),
            path => path.join("::"),
        }
    }

    /// The modules that have modules below them.
    pub(crate) fn parents(&self) -> impl Iterator<Item = Id> {
        (0..self.modules.len()).filter(|&id| !self.modules[id].children.is_empty())
    }

    /// The module directly below `parent` that `id` is or that includes it.
    pub(crate) fn below(&self, parent: Id, mut id: Id) -> Option<Id> {
        loop {
            let above = self.modules[id].parent?;
            if above == parent {
                return Some(id);
            }
            id = above;
        }
    }

    /// Reads a file into a module; `folder` is where the files of modules below it are.
    fn read_file(&mut self, id: Id, file: &Path, folder: &Path) {
        let text =
            fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let parsed =
            syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.read_items(id, &parsed.items, folder);
    }

    fn read_items(&mut self, id: Id, items: &[Item], folder: &Path) {
        for item in items {
            if attributes(item).iter().any(is_for_tests) {
                continue;
            }
            match item {
                Item::Mod(module) => self.read_module(id, module, folder),
                Item::Use(item) => {
                    let is_reexport = !matches!(item.vis, syn::Visibility::Inherited);
                    flatten(
                        &item.tree,
                        &mut Vec::new(),
                        is_reexport,
                        &mut self.modules[id].uses,
                    );
                    // A `use` inside of an item is visited with that item.
                }
                _ => {
                    self.modules[id].defined.extend(defined(item));
                    let mut names = Names::default();
                    names.visit_item(item);
                    let module = &mut self.modules[id];
                    module.named.append(&mut names.paths);
                    module.uses.append(&mut names.uses);
                }
            }
        }
    }

    fn read_module(&mut self, parent: Id, item: &syn::ItemMod, folder: &Path) {
        let name = item.ident.to_string();
        let mut path = self.modules[parent].path.clone();
        path.push(name.clone());
        let id = self.modules.len();
        self.modules.push(Module {
            parent: Some(parent),
            path,
            ..Module::default()
        });
        self.modules[parent].children.insert(name.clone(), id);
        let below = folder.join(&name);
        if let Some((_, items)) = &item.content {
            self.read_items(id, items, &below);
            return;
        }
        let beside = folder.join(format!("{name}.rs"));
        let file = if beside.exists() {
            beside
        } else {
            below.join("mod.rs")
        };
        self.read_file(id, &file, &below);
    }
}

/// Collects the paths in an item, also those in the arguments of macros.
#[derive(Default)]
struct Names {
    paths: Vec<Vec<String>>,
    uses: Vec<Use>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        self.push(segments.collect());
        visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        flatten(&item.tree, &mut Vec::new(), false, &mut self.uses);
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {
        // `pub(in path)` names a module and takes nothing from it.
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }
}

impl Names {
    fn push(&mut self, path: Vec<String>) {
        if path.len() > 1 {
            self.paths.push(path);
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let mut path = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.push(std::mem::take(&mut path));
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                other => {
                    self.push(std::mem::take(&mut path));
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.push(path);
    }
}

/// Takes a `use` apart into single names.
fn flatten(tree: &UseTree, prefix: &mut Vec<String>, is_reexport: bool, uses: &mut Vec<Use>) {
    let mut add = |prefix: &[String], last: Option<String>, name: Option<String>| {
        let path = prefix.iter().cloned().chain(last).collect();
        uses.push(Use {
            path,
            name,
            is_reexport,
        });
    };
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            flatten(&path.tree, prefix, is_reexport, uses);
            prefix.pop();
        }
        UseTree::Name(name) if name.ident == "self" => add(prefix, None, prefix.last().cloned()),
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            add(prefix, Some(name.clone()), Some(name));
        }
        UseTree::Rename(rename) => {
            let last = (rename.ident != "self").then(|| rename.ident.to_string());
            add(prefix, last, Some(rename.rename.to_string()));
        }
        UseTree::Glob(_) => add(prefix, None, None),
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, prefix, is_reexport, uses);
            }
        }
    }
}

fn is_for_tests(attribute: &Attribute) -> bool {
    let Ok(list) = attribute.meta.require_list() else {
        return false;
    };
    let condition = list.tokens.to_string();
    list.path.is_ident("cfg")
        && (condition == "test" || (condition.starts_with("all") && condition.contains("(test")))
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn defined(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}
