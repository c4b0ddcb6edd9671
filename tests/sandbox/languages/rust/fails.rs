fn main() {
    let none: Vec<i32> = std::hint::black_box(Vec::new());
    println!("{}", none[1]);
}
