//! The `Send` bounds of this crate's futures and trait objects, in one place.
//!
//! A browser has one thread, and its futures are not `Send`. A build for browsers changes this file
//! only.

use std::{error::Error, future::Future, pin::Pin};

use futures_core::Stream;

/// A type that can move between threads.
pub trait MaybeSend: Send {}

impl<T: Send + ?Sized> MaybeSend for T {}

/// A type that can be shared between threads.
pub trait MaybeSendSync: MaybeSend + Sync {}

impl<T: MaybeSend + Sync + ?Sized> MaybeSendSync for T {}

/// A boxed future that can move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A boxed stream that can move between threads.
pub type BoxStream<'a, T> = Pin<Box<dyn Stream<Item = T> + Send + 'a>>;

/// Any error, boxed.
pub type BoxError = Box<dyn Error + Send + Sync>;
