fun main() {
    val n = readLine()!!.trim().toInt()
    println(readLine()!!.split(" ").take(n).map { it.toLong() }.sum())
}
