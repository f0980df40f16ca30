#define _GNU_SOURCE
#include "COpenBLAS.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { row_major = 101, no_transpose = 111, transpose = 112 };

typedef void (*sgemm_function)(int, int, int, int, int, int, float, const float *, int, const float *,
                               int, float, float *, int);
typedef char *(*core_name_function)(void);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static sgemm_function sgemm;
static core_name_function core_name;
static char failure[512];

// The processor type must be in the environment before the library's own start-up code runs. A value set
// there already is mostly meant for other programs (it keeps their numbers alike across machines), so
// ours has a variable of its own: RANKTOP_BLAS_CORE, an OpenBLAS core name.
static void choose_core_type(void) {
  const char *wish = getenv("RANKTOP_BLAS_CORE");
  if (wish && *wish) {
    setenv("OPENBLAS_CORETYPE", wish, 1);
    return;
  }
#if defined(__x86_64__)
  __builtin_cpu_init();
  // OpenBLAS 0.3.21 knows nothing better for single precision than its kernels for this type.
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    setenv("OPENBLAS_CORETYPE", "SkylakeX", 1);
    return;
  }
#endif
  unsetenv("OPENBLAS_CORETYPE");
}

static void open_library(void) {
  choose_core_type();
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  static const char *const names[] = {"libopenblas.so.0", "libopenblas.so", "libopenblas.dylib"};
  void *library = NULL;
  for (unsigned i = 0; i < sizeof names / sizeof *names && !library; i++)
    library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    snprintf(failure, sizeof failure,
             "OpenBLAS cannot be loaded (%s). Install it: apt-get install libopenblas0-pthread",
             dlerror());
    return;
  }
  sgemm = (sgemm_function)dlsym(library, "cblas_sgemm");
  core_name = (core_name_function)dlsym(library, "openblas_get_corename");
  if (!sgemm)
    snprintf(failure, sizeof failure,
             "the OpenBLAS found has no cblas_sgemm. Install Debian's: apt-get install libopenblas0-pthread");
}

const char *cob_open(void) {
  pthread_once(&once, open_library);
  return sgemm ? NULL : failure;
}

const char *cob_core_name(void) { return core_name ? core_name() : ""; }

void cob_sgemm(bool transpose_a, bool transpose_b, int32_t m, int32_t n, int32_t k, float alpha,
               const float *a, int32_t lda, const float *b, int32_t ldb, float beta, float *c,
               int32_t ldc) {
  sgemm(row_major, transpose_a ? transpose : no_transpose, transpose_b ? transpose : no_transpose, m, n,
        k, alpha, a, lda, b, ldb, beta, c, ldc);
}
