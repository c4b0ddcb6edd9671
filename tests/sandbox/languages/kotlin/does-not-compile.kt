fun main() { println(undeclared) }
