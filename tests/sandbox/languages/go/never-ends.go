package main

var i int

func main() {
	for {
		i++
	}
}
