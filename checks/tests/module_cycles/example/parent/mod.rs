mod child;

use self::child::Child;

pub struct Parent(Child);
