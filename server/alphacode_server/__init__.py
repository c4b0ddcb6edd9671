"""The solver: reads problems, searches for programs, serves both over HTTP and in the terminal."""
