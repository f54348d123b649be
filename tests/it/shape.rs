//! The shape of the source: no file, function or list of parameters beyond its size, no circle between files.
//!
//! A file uses another if its code names something that the other defines. `mod` lines and `pub use` lines of a parent open
//! doors and use nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{
    FnArg, ImplItemFn, Item, ItemFn, ItemMod, ItemUse, Pat, Signature, TraitItemFn, UseTree, Visibility,
};

use crate::support::root;

/// Lines of a file, lines of a function and parameters of a function at most.
const FILE: usize = 600;
const FUNCTION: usize = 90;
const PARAMETERS: usize = 7;

/// The place of a module: the names from the crate's root.
type Place = Vec<String>;

/// A source file as parsed.
struct Source {
    path: PathBuf,
    lines: usize,
    module: Place,
    items: Vec<Item>,
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string().contains("test"))
    })
}

/// Every file of the library that is no test, from its root down.
fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    read(&root().join("src/lib.rs"), &Vec::new(), &mut found);
    assert!(found.len() > 100, "only {} files were found", found.len());
    found
}

fn read(path: &Path, module: &Place, found: &mut Vec<Source>) {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let src = root().join("src");
    let folder = if module.is_empty() { src } else { module.iter().fold(src, |path, name| path.join(name)) };
    for item in &file.items {
        if let Item::Mod(ItemMod { attrs, ident, content: None, .. }) = item
            && !is_test(attrs)
        {
            let child = folder.join(format!("{ident}.rs"));
            let place = module.iter().cloned().chain([ident.to_string()]).collect();
            read(&child, &place, found);
        }
    }
    let lines = text.lines().count();
    found.push(Source { path: path.to_path_buf(), lines, module: module.clone(), items: file.items });
}

/// The leaves of a `use`: the name it gives, and the path it stands for.
fn leaves(tree: &UseTree, before: &[String], out: &mut Vec<(String, Vec<String>)>) {
    let with = |name: String| before.iter().cloned().chain([name]).collect::<Vec<_>>();
    match tree {
        UseTree::Path(path) => leaves(&path.tree, &with(path.ident.to_string()), out),
        UseTree::Name(name) if name.ident == "self" => {
            out.push((before.last().cloned().unwrap_or_default(), before.to_vec()));
        }
        UseTree::Name(name) => out.push((name.ident.to_string(), with(name.ident.to_string()))),
        UseTree::Rename(rename) => out.push((rename.rename.to_string(), with(rename.ident.to_string()))),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, before, out)),
        UseTree::Glob(_) => out.push(("*".to_string(), with("*".to_string()))),
    }
}

/// A path from the crate's root, if it is one of ours.
fn from_root(path: &[String], module: &Place) -> Option<Vec<String>> {
    let mut at = module.clone();
    let rest = match path.first()?.as_str() {
        "crate" => {
            at.clear();
            &path[1..]
        }
        "self" => &path[1..],
        "super" => {
            let up = path.iter().take_while(|name| *name == "super").count();
            at.truncate(at.len().saturating_sub(up));
            &path[up..]
        }
        _ => return None,
    };
    Some(at.into_iter().chain(rest.iter().cloned()).collect())
}

/// What the modules define and open.
#[derive(Default)]
struct Crate {
    modules: BTreeMap<Place, usize>,
    opens: BTreeMap<Place, Vec<(String, Vec<String>)>>,
}

impl Crate {
    fn of(sources: &[Source]) -> Self {
        let mut own = Crate::default();
        for (number, source) in sources.iter().enumerate() {
            own.modules.insert(source.module.clone(), number);
        }
        for source in sources {
            let mut opened = Vec::new();
            for item in &source.items {
                if let Item::Use(ItemUse { vis, tree, .. }) = item {
                    let mut found = Vec::new();
                    leaves(tree, &[], &mut found);
                    // Private ones too: a child may name what its parent has taken in.
                    let _ = vis;
                    for (name, path) in found {
                        let path =
                            from_root(&path, &source.module).or_else(|| own.below(&source.module, &path));
                        opened.extend(path.map(|path| (name, path)));
                    }
                }
            }
            own.opens.insert(source.module.clone(), opened);
        }
        own
    }

    /// A path that begins with a child of `module`.
    fn below(&self, module: &Place, path: &[String]) -> Option<Vec<String>> {
        let child: Place = module.iter().cloned().chain(path.first().cloned()).collect();
        let whole = || module.iter().cloned().chain(path.iter().cloned()).collect();
        self.modules.contains_key(&child).then(whole)
    }

    /// The file that defines what a path from the root names; nothing where it names a module alone.
    fn file_of(&self, path: &[String], depth: usize) -> Option<usize> {
        let longest = (0..=path.len()).rev().find(|n| self.modules.contains_key(&path[..*n]))?;
        let module = path[..longest].to_vec();
        let name = path.get(longest)?;
        if depth < 8
            && let Some((_, to)) = self.opens.get(&module)?.iter().find(|(opened, _)| opened == name)
        {
            let whole: Vec<String> = to.iter().cloned().chain(path[longest + 1..].iter().cloned()).collect();
            if whole != path {
                return self.file_of(&whole, depth + 1);
            }
        }
        self.modules.get(&module).copied()
    }
}

/// Every path that code names, in macros too, without `use` lines that only open doors.
#[derive(Default)]
struct Named {
    paths: Vec<Vec<String>>,
    names: Vec<(String, Vec<String>)>,
}

impl Named {
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.paths.push(std::mem::take(&mut path));
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.paths.push(std::mem::take(&mut path));
                    colons = 0;
                    if group.delimiter() != Delimiter::None || !group.stream().is_empty() {
                        self.tokens(group.stream());
                    }
                }
                _ => {
                    self.paths.push(std::mem::take(&mut path));
                    colons = 0;
                }
            }
        }
        self.paths.push(path);
    }
}

impl<'ast> Visit<'ast> for Named {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut found = Vec::new();
        leaves(&item.tree, &[], &mut found);
        if matches!(item.vis, Visibility::Inherited) {
            self.names.extend(found);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.paths.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.tokens(item.tokens.clone());
        visit::visit_macro(self, item);
    }
}

/// Which files each file uses.
fn uses(sources: &[Source]) -> Vec<BTreeSet<usize>> {
    let own = Crate::of(sources);
    sources
        .iter()
        .enumerate()
        .map(|(number, source)| {
            let mut named = Named::default();
            source.items.iter().for_each(|item| named.visit_item(item));
            let aliases: BTreeMap<&str, &Vec<String>> =
                named.names.iter().map(|(name, path)| (name.as_str(), path)).collect();
            let mut used = BTreeSet::new();
            for path in &named.paths {
                let Some(first) = path.first() else { continue };
                let whole: Vec<String> = match aliases.get(first.as_str()) {
                    Some(alias) => alias.iter().cloned().chain(path[1..].iter().cloned()).collect(),
                    None => path.clone(),
                };
                let absolute =
                    from_root(&whole, &source.module).or_else(|| own.below(&source.module, &whole));
                used.extend(absolute.and_then(|path| own.file_of(&path, 0)));
            }
            used.remove(&number);
            used
        })
        .collect()
}

/// Groups of files that all use each other, directly or through others.
fn circles(uses: &[BTreeSet<usize>]) -> Vec<Vec<usize>> {
    let reach = |from: usize| {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            open.extend(uses[at].iter().copied().filter(|next| seen.insert(*next)));
        }
        seen
    };
    let reached: Vec<BTreeSet<usize>> = (0..uses.len()).map(reach).collect();
    let mut found: Vec<Vec<usize>> = Vec::new();
    for a in 0..uses.len() {
        if !reached[a].contains(&a) || found.iter().any(|circle| circle.contains(&a)) {
            continue;
        }
        found.push((a..uses.len()).filter(|b| reached[a].contains(b) && reached[*b].contains(&a)).collect());
    }
    found
}

#[test]
fn no_circle_joins_files() {
    let sources = sources();
    let src = root().join("src");
    let name = |number: &usize| {
        sources[*number].path.strip_prefix(&src).unwrap_or(&sources[*number].path).display().to_string()
    };
    let uses = uses(&sources);
    // A graph without edges has no circles, and shows nothing.
    assert!(uses.iter().map(BTreeSet::len).sum::<usize>() > 500);
    let told: Vec<String> = circles(&uses)
        .iter()
        .map(|circle| {
            let inside = |number: &usize| {
                let to: Vec<String> =
                    uses[*number].iter().filter(|to| circle.contains(to)).map(name).collect();
                format!("  {} uses {}", name(number), to.join(", "))
            };
            circle.iter().map(inside).collect::<Vec<_>>().join("\n")
        })
        .collect();
    assert!(told.is_empty(), "{} circles:\n{}", told.len(), told.join("\n\n"));
}

/// Functions with their lines and parameters.
#[derive(Default)]
struct Functions {
    found: Vec<(String, usize, usize, bool)>,
}

impl Functions {
    fn add(&mut self, signature: &Signature, block: &syn::Block) {
        let first = signature.fn_token.span.start().line;
        let last = block.brace_token.span.close().end().line;
        let packed = signature
            .inputs
            .iter()
            .any(|input| matches!(input, FnArg::Typed(typed) if matches!(*typed.pat, Pat::Tuple(_)) ));
        self.found.push((signature.ident.to_string(), last - first + 1, signature.inputs.len(), packed));
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(block) = &item.default {
            self.add(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

#[test]
fn files_functions_and_parameters_keep_their_size() {
    let mut wrong = Vec::new();
    let mut lengths = Vec::new();
    for source in sources() {
        let shown = source.path.strip_prefix(root()).unwrap_or(&source.path).display().to_string();
        if source.lines > FILE {
            wrong.push(format!("{shown} has {} lines, more than {FILE}", source.lines));
        }
        let mut functions = Functions::default();
        source.items.iter().for_each(|item| functions.visit_item(item));
        for (name, lines, parameters, packed) in functions.found {
            lengths.push(lines);
            if lines > FUNCTION {
                wrong.push(format!("{shown}: {name} has {lines} lines, more than {FUNCTION}"));
            }
            if parameters > PARAMETERS {
                wrong.push(format!("{shown}: {name} has {parameters} parameters, more than {PARAMETERS}"));
            }
            if packed {
                wrong.push(format!("{shown}: {name} packs parameters into a tuple"));
            }
        }
    }
    lengths.sort_unstable();
    let at = |share: f64| lengths[(share * (lengths.len() - 1) as f64) as usize];
    let told =
        format!("{} functions, median {}, p90 {}, longest {}", lengths.len(), at(0.5), at(0.9), at(1.0));
    assert!(wrong.is_empty(), "{}\n{told}", wrong.join("\n"));
}

#[test]
fn circles_are_found() {
    let uses = |lists: &[&[usize]]| -> Vec<BTreeSet<usize>> {
        lists.iter().map(|list| list.iter().copied().collect()).collect()
    };
    assert!(circles(&uses(&[&[1], &[2], &[]])).is_empty());
    assert_eq!(circles(&uses(&[&[1], &[2], &[0], &[0], &[3]])), [vec![0, 1, 2]]);
    assert_eq!(circles(&uses(&[&[1], &[0], &[3], &[2]])), [vec![0, 1], vec![2, 3]]);
}
