#pragma once
#include "CKernels.h"
#include "vector.h"

// A site with its constants worked out: keep where the 31-bit number is at least `threshold`.
typedef struct {
  uint32_t key0, key1;
  int32_t threshold;
  float keep_scale;
} dropout_site;

CK_INLINE dropout_site site_of(ck_dropout dropout) {
  dropout_site site = {dropout.key0, dropout.key1, (int32_t)(dropout.probability * 2147483648.0f),
                       1.0f / (1.0f - dropout.probability)};
  return site;
}

static const ints first_lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

// Sixteen factors, 0 or 1/(1-p), for elements index, index + 1, ...
CK_INLINE floats dropout_factors(dropout_site site, uint32_t index) {
  words bits = hash((words)first_lanes + index, site.key0, site.key1) >> 1;
  ints keep = (ints)bits >= site.threshold;
  return (floats)(keep & (ints)splat(site.keep_scale));
}
