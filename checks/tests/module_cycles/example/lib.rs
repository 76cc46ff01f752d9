//! A crate with cycles, which the checker must find. It is read, never compiled.

mod direct;
mod facade;
mod inline;
mod left;
mod parent;
mod right;
mod tested;
