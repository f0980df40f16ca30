/// Leaving the terminal clean, whatever ends the process.
///
/// The bytes are composed while all is well, so that a signal handler only has to write them.

#define _GNU_SOURCE
#include "internal.h"
#include "CNcurses.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

// Modes that terminfo has no name for: synchronized output, mouse reports, bracketed paste.
static const char private_modes_off[] =
    "\033[?2026l\033[?1000l\033[?1002l\033[?1003l\033[?1006l\033[?2004l";

// Two buffers, so that a handler never reads one that is being composed.
static char buffers[2][1024];
static size_t lengths[2];
static atomic_int current;

static atomic_int armed;
static pid_t owner;
static struct termios saved_modes;

// The terminal under a second number, and nowhere: see cn_leaving_by_signal.
static int terminal_fd = -1;
static int nowhere_fd = -1;

static int is_missing(const char *capability) {
  return capability == NULL || capability == (const char *)-1;
}

// Padding, `$<5>` in terminfo, is for hardware that no longer exists.
static size_t append(char *buffer, size_t length, const char *bytes) {
  if (is_missing(bytes)) return length;
  while (*bytes != 0 && length < sizeof buffers[0]) {
    const char *end = bytes[0] == '$' && bytes[1] == '<' ? strchr(bytes, '>') : NULL;
    if (end != NULL) {
      bytes = end + 1;
    } else {
      buffer[length++] = *bytes++;
    }
  }
  return length;
}

void cn_leaving_compose(int rows) {
  int next = 1 - atomic_load(&current);
  char *buffer = buffers[next];
  size_t length = append(buffer, 0, private_modes_off);
  length = append(buffer, length, tigetstr("rmkx"));
  length = append(buffer, length, tigetstr("cnorm"));
  length = append(buffer, length, tigetstr("sgr0"));
  length = append(buffer, length, tigetstr("op"));
  if (!is_missing(tigetstr("rmcup"))) {
    length = append(buffer, length, tigetstr("rmcup"));
  } else {
    // No second screen to leave: go below what was drawn.
    length = append(buffer, length, tparm(tigetstr("cup"), rows - 1, 0));
    length = append(buffer, length, tigetstr("el"));
  }
  lengths[next] = length;
  atomic_store(&current, next);
}

int cn_leaving_prepare(const char *term, int rows) {
  int status = 0;
  if (setupterm(term, STDOUT_FILENO, &status) != OK) {
    return status == 1 ? CN_NO_CURSOR_ADDRESSING : CN_UNKNOWN_TERMINAL;
  }
  if (terminal_fd < 0) terminal_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
  if (nowhere_fd < 0) nowhere_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
  int outcome = is_missing(tigetstr("cup")) ? CN_NO_CURSOR_ADDRESSING : CN_OPENED;
  if (outcome == CN_OPENED) cn_leaving_compose(rows);
  del_curterm(set_curterm(NULL));
  return outcome;
}

int cn_leaving_save_modes(void) {
  return tcgetattr(STDIN_FILENO, &saved_modes) == 0 ? 0 : errno;
}

void cn_leaving_restore_modes(void) {
  while (tcsetattr(STDIN_FILENO, TCSANOW, &saved_modes) != 0 && errno == EINTR) {
  }
}

void cn_leaving_arm(int on) {
  owner = getpid();
  atomic_store(&armed, on);
}

int cn_in_foreground(void) {
  pid_t group = tcgetpgrp(STDOUT_FILENO);
  return group == -1 || group == getpgrp();
}

static void write_to(int descriptor, const char *bytes, size_t count) {
  while (count > 0) {
    // A terminal that takes nothing for a second must not keep the process from ending.
    struct pollfd output = {.fd = descriptor, .events = POLLOUT};
    int ready = poll(&output, 1, 1000);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return;
    ssize_t written = write(descriptor, bytes, count);
    if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (written <= 0) return;
    bytes += written;
    count -= (size_t)written;
  }
}

void cn_write(const char *bytes, size_t count) { write_to(STDOUT_FILENO, bytes, count); }

static void leave(int descriptor) {
  int index = atomic_load(&current);
  write_to(descriptor, buffers[index], lengths[index]);
  cn_leaving_restore_modes();
}

static int is_to_leave(void) {
  if (atomic_exchange(&armed, 0) == 0) return 0;
  // A forked child has no terminal to put back, nor has a job in the background.
  return owner == getpid() && cn_in_foreground();
}

void cn_leaving_now(void) {
  if (is_to_leave()) leave(STDOUT_FILENO);
}

// A signal may come on one thread while another is in the middle of a frame: what that one still writes
// must not reach the terminal any more.
void cn_leaving_by_signal(void) {
  if (!is_to_leave()) return;
  if (terminal_fd < 0 || nowhere_fd < 0 || dup2(nowhere_fd, STDOUT_FILENO) < 0) {
    return leave(STDOUT_FILENO);
  }
  leave(terminal_fd);
}
