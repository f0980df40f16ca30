#include "CKernels.h"
#include "vector.h"

// The normal distribution function and e^(-x^2/2), sharing one exponential.
// Phi(x) = 1 - q/2 for x > 0, by Abramowitz and Stegun 7.1.26: absolute error below 1.5e-7.
CK_INLINE floats normal_cdf(floats x, floats *bell) {
  floats z = absolute(x) * 0.70710678f;
  floats t = 1.0f / (1.0f + z * 0.3275911f);
  *bell = exponential(x * x * -0.5f);
  floats q = t * (0.254829592f + t * (-0.284496736f + t * (1.421413741f + t * (-1.453152027f + t * 1.061405429f))));
  q = q * *bell * 0.5f;
  return select_positive(x, 1.0f - q, q);
}

// tanh(x) = 1 - 2 / (e^(2x) + 1)
CK_INLINE floats hyperbolic_tangent(floats x) { return 1.0f - 2.0f / (exponential(x * 2.0f) + 1.0f); }

enum { use_erf = ck_gelu_erf, use_tanh = ck_gelu_tanh, use_relu = ck_relu };

CK_INLINE floats value(const int kind, floats x) {
  if (kind == use_erf) {
    floats bell;
    return x * normal_cdf(x, &bell);
  }
  if (kind == use_tanh)
    return 0.5f * x * (1.0f + hyperbolic_tangent(0.79788456f * (x + 0.044715f * x * x * x)));
  return select_positive(x, x, (floats){});
}

CK_INLINE floats slope(const int kind, floats x) {
  if (kind == use_erf) {
    floats bell, cdf = normal_cdf(x, &bell);
    return cdf + x * bell * 0.39894228f;
  }
  if (kind == use_tanh) {
    floats t = hyperbolic_tangent(0.79788456f * (x + 0.044715f * x * x * x));
    return 0.5f * (1.0f + t) + 0.5f * x * (1.0f - t * t) * 0.79788456f * (1.0f + 3 * 0.044715f * x * x);
  }
  return select_positive(x, splat(1.0f), (floats){});
}

CK_INLINE void forward_rows(const int kind, int32_t rows, int32_t columns, const float *x, int32_t ldx,
                            float *y, int32_t ldy) {
  for (int32_t i = 0; i < rows; i++) {
    const float *from = x + (int64_t)i * ldx;
    float *to = y + (int64_t)i * ldy;
    int32_t j = 0;
    for (; j + lanes <= columns; j += lanes) store(to + j, value(kind, load(from + j)));
    if (j < columns) store_some(to + j, value(kind, load_some(from + j, columns - j)), columns - j);
  }
}

CK_INLINE void backward_rows(const int kind, int32_t rows, int32_t columns, const float *x, int32_t ldx,
                             float *d, int32_t ldd) {
  for (int32_t i = 0; i < rows; i++) {
    const float *from = x + (int64_t)i * ldx;
    float *to = d + (int64_t)i * ldd;
    int32_t j = 0;
    for (; j + lanes <= columns; j += lanes) store(to + j, load(to + j) * slope(kind, load(from + j)));
    if (j < columns) {
      int32_t n = columns - j;
      store_some(to + j, load_some(to + j, n) * slope(kind, load_some(from + j, n)), n);
    }
  }
}

CK_DISPATCH void ck_activation(int32_t kind, int32_t rows, int32_t columns, const float *x, int32_t ldx,
                               float *y, int32_t ldy) {
  if (kind == ck_gelu_erf) forward_rows(use_erf, rows, columns, x, ldx, y, ldy);
  else if (kind == ck_gelu_tanh) forward_rows(use_tanh, rows, columns, x, ldx, y, ldy);
  else forward_rows(use_relu, rows, columns, x, ldx, y, ldy);
}

CK_DISPATCH void ck_activation_backward(int32_t kind, int32_t rows, int32_t columns, const float *x,
                                        int32_t ldx, float *d, int32_t ldd) {
  if (kind == ck_gelu_erf) backward_rows(use_erf, rows, columns, x, ldx, d, ldd);
  else if (kind == ck_gelu_tanh) backward_rows(use_tanh, rows, columns, x, ldx, d, ldd);
  else backward_rows(use_relu, rows, columns, x, ldx, d, ldd);
}

CK_DISPATCH void ck_tanh(int32_t count, const float *x, float *y) {
  int32_t j = 0;
  for (; j + lanes <= count; j += lanes) store(y + j, hyperbolic_tangent(load(x + j)));
  if (j < count) store_some(y + j, hyperbolic_tangent(load_some(x + j, count - j)), count - j);
}
