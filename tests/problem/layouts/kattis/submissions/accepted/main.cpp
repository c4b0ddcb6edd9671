// Solve it here.
