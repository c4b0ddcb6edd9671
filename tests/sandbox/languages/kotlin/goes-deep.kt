fun sum(n: Long): Long = if (n > 0) sum(n - 1) + n else 0

fun main() { println(sum(1_000_000)) }
