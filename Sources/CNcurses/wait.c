/// One place to sleep: keys, signals and other threads all end the same poll.

#define _GNU_SOURCE
#include "internal.h"
#include "CNcurses.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

// The pipe lives as long as the process: a late `cn_wake` must not hit a reused descriptor.
static int pipe_ends[2] = {-1, -1};
static atomic_uint posted;
static int is_away;

int cn_wait_prepare(void) {
  if (pipe_ends[0] >= 0) return 0;
  return pipe2(pipe_ends, O_NONBLOCK | O_CLOEXEC) == 0 ? 0 : errno;
}

void cn_wait_away(int away) { is_away = away; }

int cn_wait_is_away(void) { return is_away; }

void cn_wait_post(unsigned events) {
  // One byte is enough until it is read: whoever finds bits set has company.
  if (atomic_fetch_or(&posted, events) != 0 || pipe_ends[1] < 0) return;
  int error = errno;
  while (write(pipe_ends[1], "", 1) < 0 && errno == EINTR) {
  }
  errno = error;
}

void cn_wait_forget(unsigned events) { atomic_fetch_and(&posted, ~events); }

void cn_wake(void) { cn_wait_post(CN_WOKEN); }

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int waiting_bytes(void) {
  int count = 0;
  return ioctl(STDIN_FILENO, FIONREAD, &count) == 0 ? count : 0;
}

static uint32_t input_events(short seen) {
  if ((seen & POLLIN) != 0 && waiting_bytes() > 0) return CN_INPUT;
  return seen != 0 ? CN_HANGUP : 0;
}

uint32_t cn_wait(int64_t nanoseconds) {
  cn_signals_owner();
  int64_t end = nanoseconds < 0 ? 0 : now() + nanoseconds;
  for (;;) {
    struct pollfd sources[2] = {
        {.fd = is_away ? -1 : STDIN_FILENO, .events = POLLIN},
        {.fd = pipe_ends[0], .events = POLLIN},
    };
    struct timespec left = {0};
    if (nanoseconds >= 0) {
      int64_t rest = end - now();
      if (rest < 0) rest = 0;
      left = (struct timespec){.tv_sec = rest / 1000000000, .tv_nsec = rest % 1000000000};
    }
    int ready = ppoll(sources, 2, nanoseconds < 0 ? NULL : &left, NULL);
    if (ready == 0) return 0;
    if (ready < 0) continue;

    uint32_t events = 0;
    if (sources[1].revents != 0) {
      char bytes[16];
      while (read(pipe_ends[0], bytes, sizeof bytes) > 0) {
      }
      events |= atomic_exchange(&posted, 0);
    }
    events |= input_events(sources[0].revents);
    if (events != 0) return events;
  }
}
