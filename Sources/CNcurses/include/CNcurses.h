/// The real terminal, through ncurses, for one owner.
///
/// No type or macro of ncurses crosses this header. There is at most one open terminal in a process,
/// on descriptors 0 and 1. Every function but `cn_wake` and `cn_glyph_width` belongs to one thread:
/// the one that draws and reads keys.
#ifndef CNCURSES_H
#define CNCURSES_H

#include <stdint.h>

// MARK: Opening and leaving

/// Outcomes of `cn_open`.
#define CN_OPENED 0
#define CN_ALREADY_OPEN 1
#define CN_UNKNOWN_TERMINAL 2
#define CN_NO_CURSOR_ADDRESSING 3
#define CN_SYSTEM_ERROR 4

typedef struct {
  /// Milliseconds to wait after an escape for the rest of a key's sequence.
  int32_t escape_delay;
  /// Glyphs beyond ASCII: -1 as the locale says, 0 never, 1 wherever a UTF-8 locale exists.
  int32_t unicode;
  /// Whether to start colours at all.
  int32_t colors;
  /// Whether a refresh is bracketed by the synchronized-output sequences (mode 2026).
  int32_t synchronized;
  /// Whether the mouse is asked to report buttons, drags and the wheel, where terminfo knows of one.
  int32_t mouse;
} cn_options;

typedef struct {
  int32_t width;
  int32_t height;
  /// Colours the terminal numbers, 0 when colours were not started; 16 777 216 for direct colour.
  int32_t colors;
  /// Colour pairs that may be defined; pair 0 is the terminal's own and always there.
  int32_t pairs;
  /// Whether -1, the terminal's own foreground or background, may be part of a pair.
  int32_t has_standard_colors;
  /// Whether glyphs beyond ASCII may be put.
  int32_t unicode;
  /// Whether UTF-8 was assumed though the environment does not name a usable UTF-8 locale.
  int32_t assumed_unicode;
  /// Whether TERM is unknown here and xterm-256color was taken instead.
  int32_t replaced_term;
  /// `errno` where the outcome is CN_SYSTEM_ERROR.
  int32_t error;
} cn_terminal;

/// Opens the terminal named by TERM; on any outcome but CN_OPENED nothing has been changed.
int32_t cn_open(const cn_options *_Nonnull options, cn_terminal *_Nonnull terminal);

/// Puts the terminal back as it was found; does nothing when it is not open.
void cn_close(void);

// MARK: Drawing

/// A cell: a scalar one column wide, a defined pair, attributes (1 bold, 2 dim, 4 underline, 8 reverse).
typedef struct {
  uint32_t glyph;
  uint16_t pair;
  uint16_t attributes;
} cn_cell;

/// Columns a scalar takes in the locale: 0, 1, 2, or -1 when it is not printable.
int32_t cn_glyph_width(uint32_t glyph);

/// Defines a pair from colour numbers; -1 is the terminal's own. Returns 1 when it could.
int32_t cn_define_pair(int32_t pair, int32_t foreground, int32_t background);

/// Writes a run of cells into the back buffer; cells beyond the right edge are dropped.
void cn_put(int32_t x, int32_t y, const cn_cell *_Nonnull cells, int32_t count);

/// Blanks the back buffer.
void cn_erase(void);

/// Sends what differs between the back buffer and the screen, in one piece.
void cn_refresh(void);

/// Forgets what the screen shows: the next refresh sends everything.
void cn_invalidate(void);

// MARK: Waiting and keys

/// What `cn_wait` returns, as bits; 0 means that the time ran out.
#define CN_INPUT 1
#define CN_WOKEN 2
#define CN_RESIZED 4
#define CN_STOP_ASKED 8
#define CN_CONTINUED 16
#define CN_HANGUP 32

/// Sleeps until something happens; `nanoseconds` < 0 waits for ever. Never wakes up for nothing.
uint32_t cn_wait(int64_t nanoseconds);

/// Ends the current or the next `cn_wait`; from any thread, also from a signal handler.
void cn_wake(void);

/// What `cn_key` returns beside bytes (0 ... 255).
#define CN_KEY_NONE -1
#define CN_KEY_IGNORED -2
#define CN_KEY_UP 1001
#define CN_KEY_DOWN 1002
#define CN_KEY_LEFT 1003
#define CN_KEY_RIGHT 1004
#define CN_KEY_PAGE_UP 1005
#define CN_KEY_PAGE_DOWN 1006
#define CN_KEY_HOME 1007
#define CN_KEY_END 1008
#define CN_KEY_ENTER 1009
#define CN_KEY_BACKTAB 1010
#define CN_KEY_BACKSPACE 1011
#define CN_KEY_DELETE 1012
/// Function key n is CN_KEY_FUNCTION + n.
#define CN_KEY_FUNCTION 1100

/// The next byte or key that has already arrived; never waits but `escape_delay` after an escape.
int32_t cn_key(void);

// MARK: Changes of the terminal

/// Takes over the terminal's present size. Returns 1 when it differs from the last one.
int32_t cn_resize(int32_t *_Nonnull width, int32_t *_Nonnull height);

/// Whether the shell that started this process lets it stop (job control is on).
int32_t cn_can_stop(void);

/// Puts the terminal back, stops this process (its whole job with `whole_job`), and when it is
/// continued does and returns what `cn_resume` does.
int32_t cn_stop(int32_t whole_job);

/// Makes the next refresh take the terminal again after a stop and send everything. Returns 0, and
/// leaves the terminal alone, when the process was continued in the background.
int32_t cn_resume(void);

#endif
