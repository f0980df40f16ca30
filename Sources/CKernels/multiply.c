#include "multiply.h"

#include "CKernels.h"

enum { depth = 128 };  // rows of b taken at a time, so that a skinny product over many tokens stays in cache

CK_DISPATCH void ck_multiply(int32_t m, int32_t n, int32_t k, const float *a, int32_t a_row,
                             int32_t a_column, const float *b, int32_t ldb, const float *bias, float *c,
                             int32_t ldc, bool accumulate) {
  if (k <= depth) {
    multiply(m, n, k, a, a_row, a_column, b, ldb, bias, c, ldc, accumulate);
    return;
  }
  for (int32_t p = 0; p < k; p += depth) {
    int32_t part = k - p < depth ? k - p : depth;
    multiply(m, n, part, a + (int64_t)p * a_column, a_row, a_column, b + (int64_t)p * ldb, ldb,
             p == 0 ? bias : 0, c, ldc, p == 0 ? accumulate : 1);
  }
}

// rows x columns dot products of length k, sixteen lanes each, summed at the end.
CK_INLINE void dot_tile(const int rows, const int columns, int32_t k, const float *a, int32_t lda,
                        const float *b, int32_t ldb, float *c, int32_t ldc) {
  floats sums[4][4];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; j++) sums[i][j] = (floats){};
  int32_t p = 0;
  for (; p + lanes <= k; p += lanes) {
    floats right[4];
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; j++) right[j] = load(b + (int64_t)j * ldb + p);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      floats left = load(a + (int64_t)i * lda + p);
#pragma clang loop unroll(full)
      for (int j = 0; j < columns; j++) sums[i][j] += left * right[j];
    }
  }
  if (p < k) {
    floats right[4];
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; j++) right[j] = load_some(b + (int64_t)j * ldb + p, k - p);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      floats left = load_some(a + (int64_t)i * lda + p, k - p);
#pragma clang loop unroll(full)
      for (int j = 0; j < columns; j++) sums[i][j] += left * right[j];
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; j++) c[(int64_t)i * ldc + j] = sum(sums[i][j]);
}

CK_INLINE void dot_band(const int rows, int32_t n, int32_t k, const float *a, int32_t lda,
                        const float *b, int32_t ldb, float *c, int32_t ldc) {
  int32_t j = 0;
  for (; j + 4 <= n; j += 4) dot_tile(rows, 4, k, a, lda, b + (int64_t)j * ldb, ldb, c + j, ldc);
  for (; j + 2 <= n; j += 2) dot_tile(rows, 2, k, a, lda, b + (int64_t)j * ldb, ldb, c + j, ldc);
  if (j < n) dot_tile(rows, 1, k, a, lda, b + (int64_t)j * ldb, ldb, c + j, ldc);
}

CK_DISPATCH void ck_multiply_transposed(int32_t m, int32_t n, int32_t k, const float *a, int32_t lda,
                                        const float *b, int32_t ldb, float *c, int32_t ldc) {
  int32_t i = 0;
  for (; i + 4 <= m; i += 4)
    dot_band(4, n, k, a + (int64_t)i * lda, lda, b, ldb, c + (int64_t)i * ldc, ldc);
  for (; i < m; i++)
    dot_band(1, n, k, a + (int64_t)i * lda, lda, b, ldb, c + (int64_t)i * ldc, ldc);
}
