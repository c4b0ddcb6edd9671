// Problem: C. Registration System
// Contest: Codeforces Beta Round #4
// URL: https://codeforces.com/problemset/problem/4/C
// Memory Limit: 64 MB
// Time Limit: 5000 ms

int main() {}
