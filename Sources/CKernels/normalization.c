#include <math.h>

#include "dropout.h"

CK_DISPATCH void ck_dropout_rows(int32_t count, int32_t columns, const float *x, int32_t ldx, float *y,
                                 int32_t ldy, ck_dropout dropout, int32_t first_row,
                                 const int32_t *rows) {
  dropout_site site = site_of(dropout);
  for (int32_t i = 0; i < count; i++) {
    uint32_t row = (uint32_t)(rows ? rows[i] : first_row + i);
    const float *from = x + (int64_t)i * ldx;
    float *to = y + (int64_t)i * ldy;
    int32_t j = 0;
    for (; j + lanes <= columns; j += lanes)
      store(to + j, load(from + j) * dropout_factors(site, row * (uint32_t)columns + (uint32_t)j));
    if (j < columns)
      store_some(to + j,
                 load_some(from + j, columns - j) *
                     dropout_factors(site, row * (uint32_t)columns + (uint32_t)j),
                 columns - j);
  }
}

// sum = residual + dropout(y) into `to`; returns the mean.
CK_INLINE float add_row(int32_t columns, const float *y, const float *residual, int drops,
                        dropout_site site, uint32_t index, float *to) {
  floats total = {};
  int32_t j = 0;
  for (; j + lanes <= columns; j += lanes) {
    floats x = load(y + j);
    if (drops) x *= dropout_factors(site, index + (uint32_t)j);
    if (residual) x += load(residual + j);
    total += x;
    store(to + j, x);
  }
  if (j < columns) {
    floats x = load_some(y + j, columns - j);
    if (drops) x *= dropout_factors(site, index + (uint32_t)j);
    if (residual) x += load_some(residual + j, columns - j);
    total += x;
    store_some(to + j, x, columns - j);
  }
  return sum(total) / (float)columns;
}

CK_INLINE float variance(int32_t columns, const float *x, float mean) {
  floats total = {};
  int32_t j = 0;
  for (; j + lanes <= columns; j += lanes) {
    floats d = load(x + j) - mean;
    total += d * d;
  }
  float rest = 0;
  for (; j < columns; j++) rest += (x[j] - mean) * (x[j] - mean);
  return (sum(total) + rest) / (float)columns;
}

CK_DISPATCH void ck_residual_layer_norm(int32_t count, int32_t columns, const float *y, int32_t ldy,
                                        const float *residual, int32_t ldr, ck_dropout dropout,
                                        int32_t first_row, const int32_t *rows, float epsilon,
                                        const float *gain, const float *shift, float *normalized,
                                        float *inverse_deviation, float *out, int32_t ldo) {
  dropout_site site = site_of(dropout);
  for (int32_t i = 0; i < count; i++) {
    uint32_t row = (uint32_t)(rows ? rows[i] : first_row + i);
    float *hat = normalized + (int64_t)i * columns;
    float *to = out + (int64_t)i * ldo;
    float mean = add_row(columns, y + (int64_t)i * ldy, residual ? residual + (int64_t)i * ldr : 0,
                         dropout.probability > 0, site, row * (uint32_t)columns, hat);
    float inverse = 1.0f / sqrtf(variance(columns, hat, mean) + epsilon);
    inverse_deviation[i] = inverse;
    for (int32_t j = 0; j < columns; j++) {
      float x = (hat[j] - mean) * inverse;
      hat[j] = x;
      to[j] = x * gain[j] + shift[j];
    }
  }
}

CK_DISPATCH void ck_residual_layer_norm_backward(int32_t count, int32_t columns, const float *d_out,
                                                 const float *normalized,
                                                 const float *inverse_deviation, const float *gain,
                                                 ck_dropout dropout, int32_t first_row,
                                                 const int32_t *rows, float *d_sum, float *d_y,
                                                 int32_t ldy) {
  dropout_site site = site_of(dropout);
  int drops = dropout.probability > 0;
  for (int32_t i = 0; i < count; i++) {
    uint32_t index = (uint32_t)(rows ? rows[i] : first_row + i) * (uint32_t)columns;
    const float *d = d_out + (int64_t)i * columns, *hat = normalized + (int64_t)i * columns;
    float *to = d_sum + (int64_t)i * columns, *dropped = d_y + (int64_t)i * ldy;
    floats sum_g = {}, sum_gx = {};
    int32_t j = 0;
    for (; j + lanes <= columns; j += lanes) {
      floats g = load(d + j) * load(gain + j);
      sum_g += g;
      sum_gx += g * load(hat + j);
    }
    float mean_g = sum(sum_g), mean_gx = sum(sum_gx);
    for (; j < columns; j++) {
      mean_g += d[j] * gain[j];
      mean_gx += d[j] * gain[j] * hat[j];
    }
    mean_g /= (float)columns;
    mean_gx /= (float)columns;
    float inverse = inverse_deviation[i];
    j = 0;
    for (; j + lanes <= columns; j += lanes) {
      floats x = inverse * (load(d + j) * load(gain + j) - mean_g - load(hat + j) * mean_gx);
      store(to + j, x);
      store(dropped + j, drops ? x * dropout_factors(site, index + (uint32_t)j) : x);
    }
    if (j < columns) {
      int32_t n = columns - j;
      floats x = inverse * (load_some(d + j, n) * load_some(gain + j, n) - mean_g -
                            load_some(hat + j, n) * mean_gx);
      store_some(to + j, x, n);
      store_some(dropped + j, drops ? x * dropout_factors(site, index + (uint32_t)j) : x, n);
    }
  }
}
