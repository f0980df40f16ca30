#include <math.h>

#include "dropout.h"
#include "multiply.h"

// Rows of scores are padded to whole vectors, so that the softmax needs no tails.
CK_INLINE int32_t padded(int32_t n) { return (n + lanes - 1) / lanes * lanes; }

int64_t ck_attention_workspace(int32_t queries, int32_t keys, int32_t width) {
  // transposed k (and v), scores, their gradients
  return (int64_t)padded(keys) * width + 2 * (int64_t)queries * padded(keys) + 3 * lanes;
}

// to[width, padded(n)] = from[n, width]^T, padding zeroed
CK_INLINE void transpose(int32_t n, int32_t width, const float *from, int32_t ld, float *to) {
  int32_t stride = padded(n);
  for (int32_t d = 0; d < width; d++) {
    for (int32_t j = 0; j < n; j++) to[(int64_t)d * stride + j] = from[(int64_t)j * ld + d];
    for (int32_t j = n; j < stride; j++) to[(int64_t)d * stride + j] = 0;
  }
}

static const ints lane_numbers = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

// row = exp(scale * row - log_sum), padding 0; works out log_sum first when it is not given.
CK_INLINE float softmax_row(int32_t n, float scale, float *row, const float *given) {
  int32_t stride = padded(n);
  float log_sum;
  if (given) {
    log_sum = *given;
  } else {
    float largest = row[0];
    for (int32_t j = 1; j < n; j++) largest = row[j] > largest ? row[j] : largest;
    // A score that is not a number must not be lost in the comparison above.
    floats total = {};
    for (int32_t j = 0; j < stride; j += lanes) {
      floats e = exponential((load(row + j) - largest) * scale);
      ints inside = lane_numbers < n - j;
      total += (floats)((ints)e & inside);
    }
    log_sum = largest * scale + logf(sum(total));
  }
  for (int32_t j = 0; j < stride; j += lanes) {
    floats e = exponential(load(row + j) * scale - log_sum);
    ints inside = lane_numbers < n - j;
    store(row + j, (floats)((ints)e & inside));
  }
  return log_sum;
}

CK_INLINE void drop_row(int32_t stride, dropout_site site, uint32_t index, const float *from, float *to) {
  for (int32_t j = 0; j < stride; j += lanes)
    store(to + j, load(from + j) * dropout_factors(site, index + (uint32_t)j));
}

CK_DISPATCH void ck_attention(int32_t queries, int32_t keys, int32_t width, float scale, const float *q,
                              int32_t ldq, const float *k, const float *v, int32_t ldkv,
                              ck_dropout dropout, float *log_sum, float *out, int32_t ldo,
                              float *workspace) {
  int32_t stride = padded(keys);
  float *k_t = workspace, *scores = workspace + (int64_t)stride * width;
  transpose(keys, width, k, ldkv, k_t);
  multiply(queries, stride, width, q, ldq, 1, k_t, stride, 0, scores, stride, 0);
  dropout_site site = site_of(dropout);
  for (int32_t i = 0; i < queries; i++) {
    float *row = scores + (int64_t)i * stride;
    log_sum[i] = softmax_row(keys, scale, row, 0);
    if (dropout.probability > 0) drop_row(stride, site, (uint32_t)i * (uint32_t)stride, row, row);
  }
  multiply(queries, width, keys, scores, stride, 1, v, ldkv, 0, out, ldo, 0);
}

CK_DISPATCH void ck_attention_backward(int32_t queries, int32_t keys, int32_t width, float scale,
                                       const float *q, int32_t ldq, const float *k, const float *v,
                                       int32_t ldkv, ck_dropout dropout, const float *log_sum,
                                       const float *d_out, int32_t ldo, float *dq, int32_t lddq,
                                       float *dk, float *dv, int32_t lddkv, float *workspace) {
  int32_t stride = padded(keys);
  float *turned = workspace, *scores = workspace + (int64_t)stride * width;
  float *d_scores = scores + (int64_t)queries * stride;
  int drops = dropout.probability > 0;
  dropout_site site = site_of(dropout);

  // The probabilities again, from the saved sums.
  transpose(keys, width, k, ldkv, turned);
  multiply(queries, stride, width, q, ldq, 1, turned, stride, 0, scores, stride, 0);
  for (int32_t i = 0; i < queries; i++)
    softmax_row(keys, scale, scores + (int64_t)i * stride, log_sum + i);

  // dv = dropout(p)^T d_out
  const float *dropped = scores;
  if (drops) {
    for (int32_t i = 0; i < queries; i++)
      drop_row(stride, site, (uint32_t)i * (uint32_t)stride, scores + (int64_t)i * stride,
               d_scores + (int64_t)i * stride);
    dropped = d_scores;
  }
  multiply(keys, width, queries, dropped, 1, stride, d_out, ldo, 0, dv, lddkv, 0);

  // d_scores = p * (dp - sum(dp * p)) * scale with dp = dropout'(d_out v^T)
  transpose(keys, width, v, ldkv, turned);
  multiply(queries, stride, width, d_out, ldo, 1, turned, stride, 0, d_scores, stride, 0);
  for (int32_t i = 0; i < queries; i++) {
    float *p = scores + (int64_t)i * stride, *d = d_scores + (int64_t)i * stride;
    if (drops) drop_row(stride, site, (uint32_t)i * (uint32_t)stride, d, d);
    floats total = {};
    for (int32_t j = 0; j < stride; j += lanes) total += load(p + j) * load(d + j);
    float mean = sum(total);
    for (int32_t j = 0; j < stride; j += lanes)
      store(d + j, load(p + j) * (load(d + j) - mean) * scale);
  }
  multiply(queries, width, keys, d_scores, stride, 1, k, ldkv, 0, dq, lddq, 0);
  multiply(keys, width, queries, d_scores, 1, stride, q, ldq, 0, dk, lddkv, 0);
}
