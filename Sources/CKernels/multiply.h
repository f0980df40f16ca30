#pragma once
#include "vector.h"

// One tile of rows x (vectors * 16 columns) of c (+)= a b, held in registers over the whole of k.
// `some` is the number of valid columns when the tile is a partial one of a single vector, else 16.
CK_INLINE void tile(const int rows, const int vectors, const int partial, int32_t some, int32_t k,
                    const float *a, int32_t a_row, int32_t a_column, const float *b, int32_t ldb,
                    const float *bias, float *c, int32_t ldc, int accumulate) {
  floats sums[8][2];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) {
    floats start = {};
    if (bias) start = partial ? load_some(bias, some) : load(bias + v * lanes);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      floats old = {};
      if (accumulate)
        old = partial ? load_some(c + (int64_t)i * ldc, some) : load(c + (int64_t)i * ldc + v * lanes);
      sums[i][v] = old + start;
    }
  }
  for (int32_t p = 0; p < k; p++) {
    floats column[2];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++)
      column[v] = partial ? load_some(b + (int64_t)p * ldb, some) : load(b + (int64_t)p * ldb + v * lanes);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      floats factor = splat(a[(int64_t)i * a_row + (int64_t)p * a_column]);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sums[i][v] += factor * column[v];
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      if (partial) store_some(c + (int64_t)i * ldc, sums[i][v], some);
      else store(c + (int64_t)i * ldc + v * lanes, sums[i][v]);
    }
}

// All columns for a fixed number of rows.
CK_INLINE void row_band(const int rows, int32_t n, int32_t k, const float *a, int32_t a_row,
                        int32_t a_column, const float *b, int32_t ldb, const float *bias, float *c,
                        int32_t ldc, int accumulate) {
  int32_t j = 0;
  for (; j + 2 * lanes <= n; j += 2 * lanes)
    tile(rows, 2, 0, lanes, k, a, a_row, a_column, b + j, ldb, bias ? bias + j : 0, c + j, ldc, accumulate);
  for (; j + lanes <= n; j += lanes)
    tile(rows, 1, 0, lanes, k, a, a_row, a_column, b + j, ldb, bias ? bias + j : 0, c + j, ldc, accumulate);
  if (j < n)
    tile(rows, 1, 1, n - j, k, a, a_row, a_column, b + j, ldb, bias ? bias + j : 0, c + j, ldc, accumulate);
}

CK_INLINE void multiply(int32_t m, int32_t n, int32_t k, const float *a, int32_t a_row, int32_t a_column,
                        const float *b, int32_t ldb, const float *bias, float *c, int32_t ldc,
                        int accumulate) {
  int32_t i = 0;
#define BAND(rows)                                                                                    \
  row_band(rows, n, k, a + (int64_t)i * a_row, a_row, a_column, b, ldb, bias, c + (int64_t)i * ldc, ldc, \
           accumulate)
  for (; i + 8 <= m; i += 8) BAND(8);
  for (; i + 6 <= m; i += 6) BAND(6);
  for (; i + 4 <= m; i += 4) BAND(4);
  for (; i + 2 <= m; i += 2) BAND(2);
  if (i < m) BAND(1);
#undef BAND
}
