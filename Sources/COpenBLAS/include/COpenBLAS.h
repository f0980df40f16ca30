// The few OpenBLAS calls we use, as plain functions. All matrices are row-major, single precision.
//
// The library is opened when it is first needed, not linked: so the processor type that OpenBLAS should
// assume can be put into the environment before its start-up code reads it, a dashboard that
// multiplies nothing does not start its threads, and a missing library is an error that can be explained.
#pragma once
#include <stdbool.h>
#include <stdint.h>

/// Opens OpenBLAS once, single-threaded (callers bring their own threads).
/// Returns NULL on success, else what went wrong.
const char *_Nullable cob_open(void);

/// Name of the processor type whose kernels OpenBLAS runs, e.g. "SkylakeX"; "" before cob_open.
const char *_Nonnull cob_core_name(void);

/// c[m, n] = alpha * op(a)[m, k] * op(b)[k, n] + beta * c, with leading dimensions (row strides) lda, ldb, ldc.
/// op is the transpose where the flag is set. Requires a successful cob_open.
void cob_sgemm(bool transpose_a, bool transpose_b, int32_t m, int32_t n, int32_t k, float alpha,
               const float *_Nonnull a, int32_t lda, const float *_Nonnull b, int32_t ldb, float beta,
               float *_Nonnull c, int32_t ldc);
