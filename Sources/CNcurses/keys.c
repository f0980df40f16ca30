/// Keys: bytes as they come, and the sequences that terminfo knows as one code each.
///
/// Bytes rather than wide characters: without waiting, ncurses loses the first half of a character
/// whose second half has not arrived yet.

#define _GNU_SOURCE
#include "internal.h"
#include "CNcurses.h"

#include <curses.h>
#include <string.h>

static WINDOW *keys;

void cn_keys_open(void) {
  keys = newpad(1, 1);
  if (keys == NULL) return;
  keypad(keys, TRUE);
  nodelay(keys, TRUE);
  // A mouse report would lose its head and arrive as digits; control-Z is a control key everywhere.
  keyok(KEY_MOUSE, FALSE);
  keyok(KEY_SUSPEND, FALSE);
}

void cn_keys_close(void) {
  if (keys != NULL) delwin(keys);
  keys = NULL;
}

// Keys with a modifier and second forms of keys have extended names (kUP5, kcbt2) and no fixed code.
static int32_t named_key(int code) {
  static const struct {
    const char *prefix;
    int32_t key;
  } names[] = {
      {"kUP", CN_KEY_UP},       {"kDN", CN_KEY_DOWN},  {"kLFT", CN_KEY_LEFT},
      {"kRIT", CN_KEY_RIGHT},   {"kHOM", CN_KEY_HOME}, {"kEND", CN_KEY_END},
      {"kPRV", CN_KEY_PAGE_UP}, {"kNXT", CN_KEY_PAGE_DOWN}, {"kDC", CN_KEY_DELETE},
      {"kcbt", CN_KEY_BACKTAB},
  };
  const char *name = keyname(code);
  if (name == NULL) return CN_KEY_IGNORED;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strncmp(name, names[i].prefix, strlen(names[i].prefix)) == 0) return names[i].key;
  }
  return CN_KEY_IGNORED;
}

int32_t cn_key(void) {
  // Reading would switch the keypad's mode back on, and stop a job in the background.
  if (keys == NULL || cn_wait_is_away()) return CN_KEY_NONE;
  int code = wgetch(keys);
  if (code == ERR) return CN_KEY_NONE;
  if (code >= 0 && code <= 255) return code;
  if (code > KEY_F0 && code <= KEY_F0 + 12) return CN_KEY_FUNCTION + (code - KEY_F0);
  switch (code) {
    case KEY_UP: case KEY_SR: return CN_KEY_UP;
    case KEY_DOWN: case KEY_SF: return CN_KEY_DOWN;
    case KEY_LEFT: case KEY_SLEFT: return CN_KEY_LEFT;
    case KEY_RIGHT: case KEY_SRIGHT: return CN_KEY_RIGHT;
    case KEY_PPAGE: case KEY_SPREVIOUS: case KEY_A3: return CN_KEY_PAGE_UP;
    case KEY_NPAGE: case KEY_SNEXT: case KEY_C3: return CN_KEY_PAGE_DOWN;
    case KEY_HOME: case KEY_SHOME: case KEY_FIND: case KEY_A1: return CN_KEY_HOME;
    case KEY_END: case KEY_SEND: case KEY_SELECT: case KEY_C1: return CN_KEY_END;
    case KEY_ENTER: return CN_KEY_ENTER;
    case KEY_BTAB: return CN_KEY_BACKTAB;
    case KEY_BACKSPACE: return CN_KEY_BACKSPACE;
    case KEY_DC: case KEY_SDC: return CN_KEY_DELETE;
    default: return named_key(code);
  }
}
