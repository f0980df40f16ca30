#include "CKernels.h"
#include "vector.h"

enum { panel = 2 * lanes };  // outputs side by side in a packed weight

int64_t ck_packed_count(int32_t n, int32_t k) { return (int64_t)((n + panel - 1) / panel) * panel * k; }

void ck_pack(int32_t n, int32_t k, const float *w, int32_t ldw, float *packed) {
  for (int32_t j = 0; j < n; j += panel, packed += (int64_t)panel * k)
    for (int32_t i = 0; i < panel; i++)
      for (int32_t p = 0; p < k; p++)
        packed[(int64_t)p * panel + i] = j + i < n ? w[(int64_t)(j + i) * ldw + p] : 0;
}

// rows x (vectors * 16) outputs in registers over the whole of k; `count` of the columns are stored.
CK_INLINE void packed_tile(const int rows, const int vectors, int32_t count, int32_t k, const float *a,
                           int32_t lda, const float *b, const float *bias, float *c, int32_t ldc) {
  floats sums[12][2];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sums[i][v] = (floats){};
  for (int32_t p = 0; p < k; p++) {
    floats column[2];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) column[v] = load(b + (int64_t)p * panel + v * lanes);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      floats factor = splat(a[(int64_t)i * lda + p]);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sums[i][v] += factor * column[v];
    }
  }
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) {
    int32_t some = count - v * lanes;
    if (some >= lanes) {
      floats shift = bias ? load(bias + v * lanes) : (floats){};
#pragma clang loop unroll(full)
      for (int i = 0; i < rows; i++) store(c + (int64_t)i * ldc + v * lanes, sums[i][v] + shift);
    } else if (some > 0) {
      floats shift = bias ? load_some(bias + v * lanes, some) : (floats){};
#pragma clang loop unroll(full)
      for (int i = 0; i < rows; i++)
        store_some(c + (int64_t)i * ldc + v * lanes, sums[i][v] + shift, some);
    }
  }
}

// One tile height for all of a panel's rows, then the rest with lower tiles.
CK_INLINE void packed_rows(const int rows, const int vectors, int32_t m, int32_t count, int32_t k,
                           const float *a, int32_t lda, const float *b, const float *bias, float *c,
                           int32_t ldc) {
  int32_t i = 0;
  for (; i + rows <= m; i += rows)
    packed_tile(rows, vectors, count, k, a + (int64_t)i * lda, lda, b, bias, c + (int64_t)i * ldc, ldc);
  for (; i + 4 <= m; i += 4)
    packed_tile(4, vectors, count, k, a + (int64_t)i * lda, lda, b, bias, c + (int64_t)i * ldc, ldc);
  for (; i < m; i++)
    packed_tile(1, vectors, count, k, a + (int64_t)i * lda, lda, b, bias, c + (int64_t)i * ldc, ldc);
}

// 24 accumulators of 32 registers.
#if defined(__x86_64__)
__attribute__((target("arch=x86-64-v4")))
#endif
static void multiply_wide(int32_t m, int32_t n, int32_t k, const float *a, int32_t lda,
                          const float *packed, const float *bias, float *c, int32_t ldc) {
  for (int32_t j = 0; j < n; j += panel)
    packed_rows(12, 2, m, n - j, k, a, lda, packed + (int64_t)j * k, bias ? bias + j : 0, c + j, ldc);
}

// Twelve of sixteen registers of eight floats: one vector of a panel at a time.
CK_DISPATCH void ck_multiply_packed_narrow(int32_t m, int32_t n, int32_t k, const float *a, int32_t lda,
                                           const float *packed, const float *bias, float *c,
                                           int32_t ldc) {
  for (int32_t j = 0; j < n; j += lanes)
    packed_rows(6, 1, m, n - j, k, a, lda, packed + (int64_t)(j / panel) * panel * k + j % panel,
                bias ? bias + j : 0, c + j, ldc);
}

void ck_multiply_packed(int32_t m, int32_t n, int32_t k, const float *a, int32_t lda,
                        const float *packed, const float *bias, float *c, int32_t ldc) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512vl") ||
      !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512dq")) {
    ck_multiply_packed_narrow(m, n, k, a, lda, packed, bias, c, ldc);
    return;
  }
#endif
  multiply_wide(m, n, k, a, lda, packed, bias, c, ldc);
}
