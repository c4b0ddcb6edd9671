package main

func main() { println(undeclared) }
