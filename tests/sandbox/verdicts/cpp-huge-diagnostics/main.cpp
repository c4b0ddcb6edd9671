template <class, class> struct Pair {};
template <int n> struct Big { using type = Pair<typename Big<n - 1>::type, typename Big<n - 1>::type>; };
template <> struct Big<0> { using type = int; };
int number = Big<14>::type();
int main() {}
