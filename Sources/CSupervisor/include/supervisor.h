#ifndef ROOST_SUPERVISOR_H
#define ROOST_SUPERVISOR_H

// Supervision of one process task (decision D20, docs/decisions/0004-process-supervisor.md).
//
// A supervisor is a process of about 50 KB that starts a task, adopts and reaps everything the task leaves behind,
// and writes down how it ended. It survives the daemon that started it. Its code is a section of this binary
// (supervisor.c; image.h) that is given an ELF header of its own and executed from memory; it uses no library.
//
// Argument vector of a supervisor, in order:
//   name, label, runtime directory ("" = attached: no files, dies with its starter),
//   pid file and its temporary name ("" = none), working directory, file for stdout, file for stderr,
//   cgroup v1 memory directory ("" = none), cgroup v2 directory ("" = none),
//   user id ("" = stay) and group id, then counted lists: supplementary groups; writes (path, text);
//   limits (resource, soft, hard); and last the program's path followed by its argument vector.
// Its environment is the task's.
//
// It talks in lines on the starting socket, and on connections to `control` in the runtime directory:
//   started PID | failed STAGE ERRNO | exited STATUS | signalled SIGNAL
// and listens to five-byte commands: a letter and a little-endian 32-bit number:
//   's' stop, with grace in milliseconds (again: a new grace) | 'k' kill everything.
// How it ended is also left in the file `status`, written before anybody is told.

enum {
    ROOST_STAGE_RUNTIME_DIRECTORY = 1,
    ROOST_STAGE_CONTROL_SOCKET = 2,
    ROOST_STAGE_FORK = 3,
    ROOST_STAGE_PID_FILE = 10,
    ROOST_STAGE_LIMIT = 11,
    ROOST_STAGE_STDOUT = 12,
    ROOST_STAGE_STDERR = 13,
    ROOST_STAGE_WORKING_DIRECTORY = 14,
    ROOST_STAGE_GROUPS = 15,
    ROOST_STAGE_USER = 16,
    ROOST_STAGE_EXEC = 17,
    ROOST_STAGE_WRITE = 100,  // + index of the write
};

/// Starts a supervisor with these arguments and environment; both end with NULL.
/// On success `*control` is the connected stream socket on which it reports (close-on-exec, non-blocking).
/// Returns 0 or an errno. Costs no copy of the caller's address space (vfork). Leaves no child to reap.
int roost_supervisor_start(char *const arguments[], char *const environment[], int *control);

/// Connects to the supervisor whose runtime directory this is; `*control` as above. Returns 0 or an errno;
/// ECONNREFUSED and ENOENT mean that none is alive. The path may have any length.
int roost_supervisor_connect(const char *runtime_directory, int *control);

/// The bytes of the supervisor's code, for tests of its size.
unsigned long roost_supervisor_code_size(void);

#endif
