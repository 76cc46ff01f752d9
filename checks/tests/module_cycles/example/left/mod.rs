mod four;
mod one;

pub use self::four::four;
