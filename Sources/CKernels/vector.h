// Sixteen floats at a time, whatever the instruction set: the compiler splits them where registers are narrower.
#pragma once
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && defined(__linux__)
#define CK_DISPATCH __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CK_DISPATCH
#endif
#define CK_INLINE static inline __attribute__((always_inline))

enum { lanes = 16 };
typedef float floats __attribute__((vector_size(64), aligned(4)));
typedef int32_t ints __attribute__((vector_size(64), aligned(4)));
typedef uint32_t words __attribute__((vector_size(64), aligned(4)));

CK_INLINE floats load(const float *p) { return *(const floats *)p; }
CK_INLINE void store(float *p, floats x) { *(floats *)p = x; }
CK_INLINE floats splat(float x) { return x - (floats){}; }
CK_INLINE words splat_word(uint32_t x) { return x - (words){}; }

// The first `n` of sixteen, the rest zero / untouched.
CK_INLINE floats load_some(const float *p, int32_t n) {
  floats x = {};
  memcpy(&x, p, sizeof(float) * (size_t)n);
  return x;
}
CK_INLINE void store_some(float *p, floats x, int32_t n) { memcpy(p, &x, sizeof(float) * (size_t)n); }

CK_INLINE float sum(floats x) {
  float s8[8], s = 0;
  for (int i = 0; i < 8; i++) s8[i] = x[i] + x[i + 8];
  for (int i = 0; i < 4; i++) s8[i] += s8[i + 4];
  s = (s8[0] + s8[2]) + (s8[1] + s8[3]);
  return s;
}

CK_INLINE floats select_positive(floats condition, floats a, floats b) {
  ints mask = condition > 0;
  return (floats)((mask & (ints)a) | (~mask & (ints)b));
}
CK_INLINE floats maximum(floats a, floats b) { return select_positive(a - b, a, b); }
CK_INLINE floats absolute(floats a) { return (floats)((ints)a & 0x7fffffff); }

// e^x by 2^n * e^r, r in [-ln2/2, ln2/2], polynomial of degree 6: relative error below 2e-7.
// Below -87 it is 0, above 88 it stays at e^88. A NaN comes out as a NaN.
CK_INLINE floats exponential(floats x) {
  const floats magic = splat(12582912.0f);  // 1.5 * 2^23: adding it rounds to the nearest integer
  floats clamped = select_positive(x - 88.0f, splat(88.0f), x);
  ints below = clamped < splat(-87.0f);
  floats shifted = clamped * 1.44269504f + magic;
  floats n = shifted - magic;
  floats r = clamped - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  floats p = splat(1.0f / 720);
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  ints exponent = ((ints)shifted - 0x4b400000) << 23;
  ints bits = ((ints)p + exponent) & ~below;
  ints is_nan = x != x;
  return (floats)((bits & ~is_nan) | ((ints)x & is_nan));
}

// A well-mixed word for (key, index): two rounds of multiply and shift keyed at both ends.
CK_INLINE words hash(words index, uint32_t key0, uint32_t key1) {
  words x = index ^ key0;
  x ^= x >> 16;
  x *= splat_word(0x7feb352du);
  x ^= x >> 15;
  x += key1;
  x *= splat_word(0x846ca68bu);
  x ^= x >> 16;
  x *= splat_word(0x9e3779b1u);
  x ^= x >> 15;
  return x;
}
