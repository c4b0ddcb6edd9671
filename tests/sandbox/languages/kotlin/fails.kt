fun main() { println(IntArray(0)[1]) }
