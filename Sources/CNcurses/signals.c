/// Signals while the terminal is open.
///
/// - A crash, or a request to end: the terminal is put back first, then the signal takes its
///   former course. Requests that the program ignores or handles itself are left to it.
/// - A stop, a continuation, a new size: noted, and the wait ends.

#define _GNU_SOURCE
#include "internal.h"
#include "CNcurses.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum kind { CRASH, END, NOTE };

static const struct {
  int number;
  enum kind kind;
} table[] = {
    {SIGSEGV, CRASH}, {SIGABRT, CRASH}, {SIGILL, CRASH}, {SIGTRAP, CRASH}, {SIGFPE, CRASH},
    {SIGBUS, CRASH},  {SIGTERM, END},   {SIGHUP, END},   {SIGINT, END},    {SIGQUIT, END},
    {SIGTSTP, NOTE},  {SIGCONT, NOTE},  {SIGWINCH, NOTE},
};
enum { COUNT = sizeof table / sizeof table[0] };

static struct sigaction previous[COUNT];
static int installed[COUNT];
static atomic_int owner_thread;

// A stack overflow leaves no room to handle it on the same stack.
static char spare_stack[64 * 1024];

void cn_signals_owner(void) {
  static _Thread_local int thread = -1;
  if (thread < 0) {
    // A thread that blocks signals, as pools of threads do, would never handle a forwarded one.
    sigset_t blocked;
    int is_open = pthread_sigmask(SIG_BLOCK, NULL, &blocked) == 0 && !sigismember(&blocked, SIGTERM);
    thread = is_open ? (int)syscall(SYS_gettid) : 0;
  }
  atomic_store_explicit(&owner_thread, thread, memory_order_relaxed);
}

// On the drawing thread nothing can be drawn any more once the handler runs.
static int is_forwarded(int number) {
  int thread = atomic_load(&owner_thread);
  if (thread == 0 || thread == (int)syscall(SYS_gettid)) return 0;
  return syscall(SYS_tgkill, getpid(), thread, number) == 0;
}

static void take_former_course(int number, siginfo_t *info) {
  for (int i = 0; i < COUNT; i++) {
    if (table[i].number == number) sigaction(number, &previous[i], NULL);
  }
  // A fault happens again on return, with its address; all else has to be sent again.
  int is_fault = info->si_code > 0 && info->si_code != SI_KERNEL && number != SIGTRAP;
  if (!is_fault) raise(number);
}

static void on_crash(int number, siginfo_t *info, void *context) {
  (void)context;
  cn_leaving_by_signal();
  take_former_course(number, info);
}

static void on_end(int number, siginfo_t *info, void *context) {
  (void)context;
  int error = errno;
  if (!is_forwarded(number)) {
    cn_leaving_by_signal();
    take_former_course(number, info);
  }
  errno = error;
}

static void on_note(int number, siginfo_t *info, void *context) {
  (void)info;
  (void)context;
  int error = errno;
  if (number == SIGTSTP) cn_wait_post(CN_STOP_ASKED);
  if (number == SIGCONT) cn_wait_post(CN_CONTINUED);
  if (number == SIGWINCH) cn_wait_post(CN_RESIZED);
  errno = error;
}

static int is_ours(const struct sigaction *action) {
  return action->sa_sigaction == on_crash || action->sa_sigaction == on_end
         || action->sa_sigaction == on_note;
}

// Somebody who ignores or handles a request to end or to stop has decided already.
static int is_wanted(int i) {
  if (table[i].kind == CRASH) return 1;
  if (table[i].number == SIGCONT || table[i].number == SIGWINCH) return 1;
  return previous[i].sa_handler == SIG_DFL;
}

void cn_signals_install(void) {
  static int is_registered;
  if (!is_registered) is_registered = atexit(cn_leaving_now) == 0;

  stack_t stack = {0};
  if (sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_DISABLE) != 0) {
    stack = (stack_t){.ss_sp = spare_stack, .ss_size = sizeof spare_stack};
    sigaltstack(&stack, NULL);
  }
  cn_signals_owner();
  for (int i = 0; i < COUNT; i++) {
    sigaction(table[i].number, NULL, &previous[i]);
    installed[i] = is_wanted(i);
    if (!installed[i]) continue;
    struct sigaction action = {0};
    sigfillset(&action.sa_mask);
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    action.sa_sigaction =
        table[i].kind == CRASH ? on_crash : table[i].kind == END ? on_end : on_note;
    sigaction(table[i].number, &action, NULL);
  }
}

void cn_signals_remove(void) {
  for (int i = 0; i < COUNT; i++) {
    struct sigaction now;
    if (!installed[i]) continue;
    installed[i] = 0;
    // Whoever replaced the handler meanwhile keeps the signal.
    if (sigaction(table[i].number, NULL, &now) == 0 && is_ours(&now)) {
      sigaction(table[i].number, &previous[i], NULL);
    }
  }
}

int32_t cn_can_stop(void) {
  for (int i = 0; i < COUNT; i++) {
    if (table[i].number == SIGTSTP) return installed[i];
  }
  return 0;
}
