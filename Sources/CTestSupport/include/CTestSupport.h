#ifndef ROOST_CTESTSUPPORT_H
#define ROOST_CTESTSUPPORT_H

#include <sys/types.h>

/// Starts `path` (searched in PATH) in a session of its own, with default signal handling, only the three standard
/// descriptors, and `directory` (NULL: unchanged) as working directory. A descriptor of -1 is /dev/null.
/// Returns 0 and sets `pid`, or an errno.
int roost_test_spawn(
    pid_t *pid, const char *path, char *const argv[], char *const envp[], const char *directory, const int standard[3]);

#endif
