#include <math.h>

#include "CKernels.h"
#include "vector.h"

CK_INLINE floats root(floats x) {
  floats y;
  for (int i = 0; i < lanes; i++) y[i] = sqrtf(x[i]);
  return y;
}

CK_DISPATCH float ck_sum_of_squares(int64_t count, const float *x) {
  floats a = {}, b = {};
  int64_t j = 0;
  for (; j + 2 * lanes <= count; j += 2 * lanes) {
    floats p = load(x + j), q = load(x + j + lanes);
    a += p * p;
    b += q * q;
  }
  float rest = 0;
  for (; j < count; j++) rest += x[j] * x[j];
  return sum(a + b) + rest;
}

CK_DISPATCH float ck_dot(int64_t count, const float *x, const float *y) {
  floats a = {}, b = {};
  int64_t j = 0;
  for (; j + 2 * lanes <= count; j += 2 * lanes) {
    a += load(x + j) * load(y + j);
    b += load(x + j + lanes) * load(y + j + lanes);
  }
  float rest = 0;
  for (; j < count; j++) rest += x[j] * y[j];
  return sum(a + b) + rest;
}

CK_DISPATCH void ck_add(int64_t count, float alpha, const float *x, float *y) {
  for (int64_t j = 0; j < count; j++) y[j] += alpha * x[j];
}

CK_DISPATCH void ck_scale(int64_t count, float alpha, float *x) {
  for (int64_t j = 0; j < count; j++) x[j] *= alpha;
}

typedef struct {
  float gradient_scale, keep, beta1, rest1, beta2, rest2, step, inverse_root2, epsilon;
} adamw_constants;

CK_INLINE floats adamw_update(adamw_constants s, floats x, floats g, floats *m, floats *v) {
#pragma clang fp contract(off)  // torch rounds the decay before it adds the step
  g *= s.gradient_scale;
  *m = *m * s.beta1 + g * s.rest1;
  *v = *v * s.beta2 + g * g * s.rest2;
  return x * s.keep - s.step * *m / (root(*v) * s.inverse_root2 + s.epsilon);
}

CK_DISPATCH void ck_adamw(int64_t count, float *x, const float *g, float *m, float *v,
                          float gradient_scale, float keep, float step, float root_factor,
                          float beta1, float beta2, float epsilon) {
  adamw_constants s = {gradient_scale, keep, beta1, 1.0f - beta1, beta2, 1.0f - beta2, step,
                       root_factor, epsilon};
  int64_t j = 0;
  for (; j + lanes <= count; j += lanes) {
    floats first = load(m + j), second = load(v + j);
    store(x + j, adamw_update(s, load(x + j), load(g + j), &first, &second));
    store(m + j, first);
    store(v + j, second);
  }
  if (j < count) {
    int32_t n = (int32_t)(count - j);
    floats first = load_some(m + j, n), second = load_some(v + j, n);
    store_some(x + j, adamw_update(s, load_some(x + j, n), load_some(g + j, n), &first, &second), n);
    store_some(m + j, first, n);
    store_some(v + j, second, n);
  }
}

CK_DISPATCH float ck_sensitivity(int64_t count, const float *w, const float *g, float gradient_scale,
                                 float *average, float *uncertainty, float beta1, float beta2) {
  floats total = {};
  float rest = 0;
  int64_t j = 0;
  for (; j + lanes <= count; j += lanes) {
    floats i = absolute(load(w + j) * (load(g + j) * gradient_scale));
    floats mean = load(average + j) * beta1 + i * (1.0f - beta1);
    floats spread = load(uncertainty + j) * beta2 + absolute(i - mean) * (1.0f - beta2);
    store(average + j, mean);
    store(uncertainty + j, spread);
    total += mean * spread;
  }
  for (; j < count; j++) {
    float i = fabsf(w[j] * (g[j] * gradient_scale));
    average[j] = average[j] * beta1 + i * (1.0f - beta1);
    uncertainty[j] = uncertainty[j] * beta2 + fabsf(i - average[j]) * (1.0f - beta2);
    rest += average[j] * uncertainty[j];
  }
  return sum(total) + rest;
}
