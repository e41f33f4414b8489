#ifndef ROOST_PAUSE_H
#define ROOST_PAUSE_H

// The program of pods' sandboxes: holds the namespaces, reaps whoever becomes its child when the pod shares its
// process namespace, and leaves at once, with success, on SIGTERM or SIGINT. Uses no library; about 10 KB.

/// The size of the program's executable file.
unsigned long roost_pause_size(void);

/// Writes the executable file, `roost_pause_size()` bytes of it.
void roost_pause_write(unsigned char *file);

#endif
