/// The screen: opening, drawing, sizes, stopping and continuing.

#define _GNU_SOURCE
#include "internal.h"
#include "CNcurses.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

static SCREEN *screen;
static int is_synchronized;
// Whether the terminal was put back before it was left, so that its modes are the shell's.
static int is_away_clean;

static const char sync_on[] = "\033[?2026h";
static const char sync_off[] = "\033[?2026l";

// Buttons and drags (1002), in decimal numbers (1006): the older form ends at column 223.
static const char mouse_on[] = "\033[?1002h\033[?1006h";
static const char mouse_off[] = "\033[?1006l\033[?1002l";
static int reports_mouse;
// The screen has been taken again and the mouse is not switched on yet.
static int wants_mouse;

// MARK: Locale

static const char *locale_name(void) {
  static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  for (int i = 0; i < 3; i++) {
    const char *value = getenv(variables[i]);
    if (value != NULL && value[0] != 0) return value;
  }
  return NULL;
}

static int names_utf8(const char *name) {
  return strcasestr(name, "utf-8") != NULL || strcasestr(name, "utf8") != NULL;
}

// Only LC_CTYPE: another decimal sign would change what strtod and printf do in the whole process.
//
// An environment that says nothing (containers, bare ssh) or names a UTF-8 locale that is not
// installed is taken for UTF-8, but for a vt100 and its kin; "C", said in words, means ASCII.
static int choose_locale(int wish, const char *term, int *assumed) {
  const char *found = setlocale(LC_CTYPE, "");
  if (wish == 0) return 0;
  if (found != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return 1;
  const char *name = locale_name();
  int is_open = name == NULL ? strncmp(term, "vt", 2) != 0 : found == NULL && names_utf8(name);
  if (wish < 0 && !is_open) return 0;
  *assumed = setlocale(LC_CTYPE, "C.UTF-8") != NULL;
  return *assumed;
}

// MARK: Opening and leaving

static int window_size(int *width, int *height) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  if (size.ws_col == 0 || size.ws_row == 0) return 0;
  *width = size.ws_col;
  *height = size.ws_row;
  return 1;
}

static void start_colors(const cn_options *options, cn_terminal *terminal) {
  // On a terminal without colours ncurses 6.4 says OK to start_color and crashes later.
  if (!options->colors || !has_colors() || tigetnum("colors") < 8) return;
  if (start_color() != OK || COLORS < 8) return;
  terminal->colors = COLORS;
  terminal->pairs = COLOR_PAIRS;
  terminal->has_standard_colors = use_default_colors() == OK;
}

static void configure(const cn_options *options) {
  raw();
  noecho();
  nonl();
  intrflush(stdscr, FALSE);
  set_escdelay(options->escape_delay);
  typeahead(-1);
  // A cursor that cannot be hidden waits in a corner instead of flickering over the cells.
  leaveok(stdscr, curs_set(0) != ERR);
  cn_keys_open();
}

// Leaves the screen for the shell, mouse first: its reports must not reach another program.
static void leave_screen(void) {
  if (reports_mouse && !wants_mouse) cn_write(mouse_off, sizeof mouse_off - 1);
  wants_mouse = reports_mouse;
  endwin();
}

static int fail(cn_terminal *terminal, int error) {
  terminal->error = error;
  return CN_SYSTEM_ERROR;
}

int32_t cn_open(const cn_options *options, cn_terminal *terminal) {
  memset(terminal, 0, sizeof *terminal);
  if (screen != NULL) return CN_ALREADY_OPEN;

  const char *term = getenv("TERM");
  if (term == NULL || term[0] == 0) return CN_UNKNOWN_TERMINAL;
  int width = 80, height = 24;
  window_size(&width, &height);
  int outcome = cn_leaving_prepare(term, height);
  if (outcome == CN_UNKNOWN_TERMINAL) {
    term = "xterm-256color";
    terminal->replaced_term = 1;
    outcome = cn_leaving_prepare(term, height);
  }
  if (outcome != CN_OPENED) return outcome;
  int error = cn_leaving_save_modes();
  if (error == 0) error = cn_wait_prepare();
  if (error != 0) return fail(terminal, error);

  terminal->unicode = choose_locale(options->unicode, term, &terminal->assumed_unicode);
  // LINES and COLUMNS count only where the system knows no size, as on a serial line.
  use_tioctl(TRUE);
  fflush(stdout);
  cn_wait_forget(~(unsigned)CN_WOKEN);
  cn_signals_install();
  cn_leaving_arm(1);
  screen = newterm(term, stdout, stdin);
  if (screen == NULL) {
    cn_leaving_now();
    cn_signals_remove();
    return CN_UNKNOWN_TERMINAL;
  }
  is_synchronized = options->synchronized;
  const char *kmous = tigetstr("kmous");
  reports_mouse = options->mouse && kmous != NULL && kmous != (const char *)-1;
  wants_mouse = reports_mouse;
  cn_wait_away(0);
  is_away_clean = 0;
  configure(options);
  start_colors(options, terminal);
  terminal->width = getmaxx(stdscr);
  terminal->height = getmaxy(stdscr);
  cn_leaving_compose(terminal->height);
  return CN_OPENED;
}

void cn_close(void) {
  if (screen == NULL) return;
  cn_keys_close();
  if (!cn_wait_is_away()) {
    leave_screen();
    cn_leaving_restore_modes();
  }
  cn_leaving_arm(0);
  cn_signals_remove();
  delscreen(screen);
  screen = NULL;
}

// MARK: Drawing

int32_t cn_glyph_width(uint32_t glyph) { return wcwidth((wchar_t)glyph); }

int32_t cn_define_pair(int32_t pair, int32_t foreground, int32_t background) {
  return screen != NULL && init_extended_pair(pair, foreground, background) == OK;
}

static attr_t attributes_of(uint16_t bits) {
  attr_t result = A_NORMAL;
  if (bits & 1) result |= A_BOLD;
  if (bits & 2) result |= A_DIM;
  if (bits & 4) result |= A_UNDERLINE;
  if (bits & 8) result |= A_REVERSE;
  return result;
}

void cn_put(int32_t x, int32_t y, const cn_cell *cells, int32_t count) {
  enum { CHUNK = 128 };
  cchar_t wide[CHUNK];
  if (screen == NULL) return;
  while (count > 0) {
    int32_t part = count < CHUNK ? count : CHUNK;
    for (int32_t i = 0; i < part; i++) {
      wchar_t glyph[2] = {(wchar_t)cells[i].glyph, 0};
      setcchar(&wide[i], glyph, attributes_of(cells[i].attributes), (short)cells[i].pair, NULL);
    }
    if (mvadd_wchnstr(y, x, wide, part) == ERR) return;
    x += part;
    cells += part;
    count -= part;
  }
}

void cn_erase(void) {
  if (screen != NULL) werase(stdscr);
}

void cn_invalidate(void) {
  if (screen != NULL) clearok(curscr, TRUE);
}

void cn_refresh(void) {
  if (screen == NULL || cn_wait_is_away()) return;
  cn_signals_owner();
  if (!is_leaveok(stdscr)) wmove(stdscr, getmaxy(stdscr) - 1, getmaxx(stdscr) - 1);
  wnoutrefresh(stdscr);
  // Between refreshes ncurses holds nothing back, so these stand right before and after.
  if (wants_mouse) cn_write(mouse_on, sizeof mouse_on - 1);
  wants_mouse = 0;
  if (is_synchronized) cn_write(sync_on, sizeof sync_on - 1);
  doupdate();
  if (is_synchronized) cn_write(sync_off, sizeof sync_off - 1);
}

// MARK: Changes of the terminal

int32_t cn_resize(int32_t *width, int32_t *height) {
  if (screen == NULL) return 0;
  *width = getmaxx(stdscr);
  *height = getmaxy(stdscr);
  int columns, rows;
  if (!window_size(&columns, &rows) || (columns == *width && rows == *height)) return 0;
  if (resize_term(rows, columns) == ERR) return 0;
  // The emulator has moved what was there: nothing known about the screen holds any more.
  clearok(curscr, TRUE);
  cn_leaving_compose(rows);
  *width = getmaxx(stdscr);
  *height = getmaxy(stdscr);
  return 1;
}

int32_t cn_resume(void) {
  if (screen == NULL) return 0;
  if (!cn_in_foreground()) {
    cn_wait_away(1);
    return 0;
  }
  if (is_away_clean) {
    cn_leaving_save_modes();
    def_shell_mode();
  } else {
    // Stopped by SIGSTOP: the shell may have changed the modes; taking the screen again sets them.
    leave_screen();
  }
  is_away_clean = 0;
  cn_wait_away(0);
  cn_leaving_arm(1);
  clearok(curscr, TRUE);
  return 1;
}

int32_t cn_stop(int32_t whole_job) {
  if (screen == NULL || !cn_can_stop()) return 0;
  leave_screen();
  cn_leaving_restore_modes();
  cn_leaving_arm(0);
  cn_wait_away(1);
  is_away_clean = 1;
  struct sigaction former, action = {.sa_handler = SIG_IGN};
  sigaction(SIGTSTP, &action, &former);
  if (whole_job) kill(0, SIGTSTP);
  action.sa_handler = SIG_DFL;
  sigaction(SIGTSTP, &action, NULL);
  // To this thread, so that it is stopped when the call returns.
  raise(SIGTSTP);
  sigaction(SIGTSTP, &former, NULL);
  cn_wait_forget(CN_CONTINUED | CN_STOP_ASKED);
  return cn_resume();
}
