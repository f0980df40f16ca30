/// What the files of this target share.
#ifndef CN_INTERNAL_H
#define CN_INTERNAL_H

#include <stddef.h>

#define CN_PRIVATE __attribute__((visibility("hidden")))

/// Loads the terminfo entry and composes the bytes that leave the terminal; returns an outcome of `cn_open`.
CN_PRIVATE int cn_leaving_prepare(const char *term, int rows);
/// Composes them again for another height, from the entry ncurses has loaded.
CN_PRIVATE void cn_leaving_compose(int rows);
/// Remembers the terminal's modes; returns 0 or `errno`.
CN_PRIVATE int cn_leaving_save_modes(void);
/// Puts the remembered modes back.
CN_PRIVATE void cn_leaving_restore_modes(void);
/// Whether a signal or an exit must now put the terminal back.
CN_PRIVATE void cn_leaving_arm(int armed);
/// Writes the bytes and puts the modes back, once; async-signal-safe.
CN_PRIVATE void cn_leaving_now(void);
CN_PRIVATE void cn_leaving_by_signal(void);

/// Creates the self-pipe once; returns 0 or `errno`.
CN_PRIVATE int cn_wait_prepare(void);
/// Records events and ends the wait; async-signal-safe.
CN_PRIVATE void cn_wait_post(unsigned events);
/// Drops events recorded and not yet returned.
CN_PRIVATE void cn_wait_forget(unsigned events);
/// Whether the terminal belongs to somebody else for now: keys are not waited for.
CN_PRIVATE void cn_wait_away(int away);
CN_PRIVATE int cn_wait_is_away(void);

CN_PRIVATE void cn_signals_install(void);
CN_PRIVATE void cn_signals_remove(void);
/// Tells which thread draws: a signal that ends the process is handled there.
CN_PRIVATE void cn_signals_owner(void);

/// Writes all of it to descriptor 1 unless the terminal does not take it; async-signal-safe.
CN_PRIVATE void cn_write(const char *bytes, size_t count);
/// Whether this process is the terminal's foreground job; async-signal-safe.
CN_PRIVATE int cn_in_foreground(void);

/// A window nobody draws on, to read keys from: reading refreshes the window it is given.
CN_PRIVATE void cn_keys_open(void);
CN_PRIVATE void cn_keys_close(void);

#endif
