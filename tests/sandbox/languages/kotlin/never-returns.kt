fun next(n: Int): Int = next(n + 1) + 1

fun main() { println(next(0)) }
