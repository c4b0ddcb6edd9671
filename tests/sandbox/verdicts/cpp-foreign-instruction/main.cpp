// Known to no processor that is still made.
#pragma GCC target("xop")
#include <x86intrin.h>
int main(int argc, char **) {
    __m128i numbers = _mm_set1_epi32(argc);
    return _mm_cvtsi128_si32(_mm_rot_epi32(numbers, numbers));
}
