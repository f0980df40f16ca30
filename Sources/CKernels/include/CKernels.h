// Loops over rows and elements that the step spends its time in beside the large matrix products.
//
// Each function is built for several instruction sets and the fitting one is chosen when the program
// is loaded. All matrices are row-major floats with a row stride `ld...` in elements. Results do not depend on how
// rows are divided among calls, so that a run is the same for any number of threads but for sums over rows.
#pragma once
#include <stdbool.h>
#include <stdint.h>

// ---------------------------------------------------------------- small and skinny products

/// c[m, n] (+)= a * b with a(i, p) = a[i * a_row + p * a_column] and b[k, n] row-major.
/// `bias` (n entries) is added once to every row when it is not NULL.
void ck_multiply(int32_t m, int32_t n, int32_t k, const float *_Nonnull a, int32_t a_row,
                 int32_t a_column, const float *_Nonnull b, int32_t ldb, const float *_Nullable bias,
                 float *_Nonnull c, int32_t ldc, bool accumulate);

/// c[m, n] = a[m, k] * b[n, k]^T for few n: dot products along contiguous rows.
void ck_multiply_transposed(int32_t m, int32_t n, int32_t k, const float *_Nonnull a, int32_t lda,
                            const float *_Nonnull b, int32_t ldb, float *_Nonnull c, int32_t ldc);

// ---------------------------------------------------------------- products with a packed weight

/// Floats that a weight [n, k] takes once packed.
int64_t ck_packed_count(int32_t n, int32_t k);

/// Lays a weight [n, k] out in panels of 32 outputs, [k][32] each, the last one filled up with zeros.
void ck_pack(int32_t n, int32_t k, const float *_Nonnull w, int32_t ldw, float *_Nonnull packed);

/// c[m, n] = a[m, k] * w[n, k]^T + bias for a packed w; bias (n entries) may be NULL.
/// A row's result does not depend on the other rows.
void ck_multiply_packed(int32_t m, int32_t n, int32_t k, const float *_Nonnull a, int32_t lda,
                        const float *_Nonnull packed, const float *_Nullable bias, float *_Nonnull c,
                        int32_t ldc);

// ---------------------------------------------------------------- dropout

/// One dropout site: probability and the two key words that its random numbers come from.
/// The number for element `index` is a hash of (key, index): no state, no order.
typedef struct {
  float probability;
  uint32_t key0, key1;
} ck_dropout;

/// y = dropout(x), element index = row_index * columns + column; rows (may be NULL) gives row_index for each row.
void ck_dropout_rows(int32_t count, int32_t columns, const float *_Nonnull x, int32_t ldx,
                     float *_Nonnull y, int32_t ldy, ck_dropout dropout, int32_t first_row,
                     const int32_t *_Nullable rows);

// ---------------------------------------------------------------- layer norm

/// sum = residual + dropout(y); normalized = (sum - mean) / deviation; out = normalized * gain + shift.
/// `residual` may be NULL. Saves `normalized` and 1/deviation for the backward pass.
void ck_residual_layer_norm(int32_t count, int32_t columns, const float *_Nonnull y, int32_t ldy,
                            const float *_Nullable residual, int32_t ldr, ck_dropout dropout,
                            int32_t first_row, const int32_t *_Nullable rows, float epsilon,
                            const float *_Nonnull gain, const float *_Nonnull shift,
                            float *_Nonnull normalized, float *_Nonnull inverse_deviation,
                            float *_Nonnull out, int32_t ldo);

/// d_sum = gradient of the layer norm's input (written), d_y = dropout's gradient of it (written, stride ldy).
void ck_residual_layer_norm_backward(int32_t count, int32_t columns, const float *_Nonnull d_out,
                                     const float *_Nonnull normalized,
                                     const float *_Nonnull inverse_deviation,
                                     const float *_Nonnull gain, ck_dropout dropout,
                                     int32_t first_row, const int32_t *_Nullable rows,
                                     float *_Nonnull d_sum, float *_Nonnull d_y, int32_t ldy);

// ---------------------------------------------------------------- activations

enum { ck_gelu_erf = 0, ck_gelu_tanh = 1, ck_relu = 2 };

/// y[i, j] = activation(x[i, j])
void ck_activation(int32_t kind, int32_t rows, int32_t columns, const float *_Nonnull x, int32_t ldx,
                   float *_Nonnull y, int32_t ldy);

/// d[i, j] *= activation'(x[i, j])
void ck_activation_backward(int32_t kind, int32_t rows, int32_t columns, const float *_Nonnull x,
                            int32_t ldx, float *_Nonnull d, int32_t ldd);

/// y[i] = tanh(x[i])
void ck_tanh(int32_t count, const float *_Nonnull x, float *_Nonnull y);

// ---------------------------------------------------------------- attention

/// Floats of workspace that one attention head over `keys` keys and `queries` queries needs.
int64_t ck_attention_workspace(int32_t queries, int32_t keys, int32_t width);

/// One head of one sequence: out[queries, width] = dropout(softmax(scale * q k^T)) v.
/// Saves log-sum-exp of each query's scores; q, k, v, out have their own row strides.
/// `query_index` (may be NULL) is the position of each query among the keys, for dropout's element index.
void ck_attention(int32_t queries, int32_t keys, int32_t width, float scale, const float *_Nonnull q,
                  int32_t ldq, const float *_Nonnull k, const float *_Nonnull v, int32_t ldkv,
                  ck_dropout dropout, float *_Nonnull log_sum, float *_Nonnull out, int32_t ldo,
                  float *_Nonnull workspace);

/// Gradients of ck_attention, overwritten into dq, dk, dv (strides as of q, k, v).
void ck_attention_backward(int32_t queries, int32_t keys, int32_t width, float scale,
                           const float *_Nonnull q, int32_t ldq, const float *_Nonnull k,
                           const float *_Nonnull v, int32_t ldkv, ck_dropout dropout,
                           const float *_Nonnull log_sum, const float *_Nonnull d_out, int32_t ldo,
                           float *_Nonnull dq, int32_t lddq, float *_Nonnull dk, float *_Nonnull dv,
                           int32_t lddkv, float *_Nonnull workspace);

// ---------------------------------------------------------------- vectors and the optimiser

/// Sum of squares.
float ck_sum_of_squares(int64_t count, const float *_Nonnull x);
/// Dot product.
float ck_dot(int64_t count, const float *_Nonnull x, const float *_Nonnull y);
/// y += alpha * x
void ck_add(int64_t count, float alpha, const float *_Nonnull x, float *_Nonnull y);
/// x *= alpha
void ck_scale(int64_t count, float alpha, float *_Nonnull x);

/// AdamW (Loshchilov and Hutter 2019) as torch.optim.AdamW computes it, in its order of rounding:
///   x *= keep;  m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;  x -= step * m / (sqrt(v) * root_factor + epsilon)
/// with keep = 1 - rate * decay, step = rate / (1 - b1^t), root_factor = 1 / sqrt(1 - b2^t), each worked out in
/// double by the caller: rounded early, keep alone would drift by 1e-6 in some twenty steps.
void ck_adamw(int64_t count, float *_Nonnull x, const float *_Nonnull g, float *_Nonnull m,
              float *_Nonnull v, float gradient_scale, float keep, float step, float root_factor,
              float beta1, float beta2, float epsilon);

/// AdaLoRA's sensitivity recurrence over one factor's entries; returns the sum of `average * uncertainty`.
///   i = |w g|;  average = b1 average + (1 - b1) i;  uncertainty = b2 uncertainty + (1 - b2) |i - average|
float ck_sensitivity(int64_t count, const float *_Nonnull w, const float *_Nonnull g,
                     float gradient_scale, float *_Nonnull average, float *_Nonnull uncertainty,
                     float beta1, float beta2);
