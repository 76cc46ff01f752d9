pub struct First;
