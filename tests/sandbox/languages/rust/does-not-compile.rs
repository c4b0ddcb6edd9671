fn main() { println!("{}", undeclared); }
