// The supervisor itself: one process, one poll loop, no library. See supervisor.h for what it is told and what it says.
//
// Life of a supervisor: leave the starter (own session, second fork), become the reaper of all descendants, fork the
// task, wait. When the task's first process ends, kill what is left of its tree, write the status, tell, leave.

#include "supervisor.h"
#include "freestanding.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

ALONE_ENTRY(roost_supervisor_entry, roost_supervisor_main);

ALONE_TEXT(text_name, "roost-task");
ALONE_TEXT(text_control, "control");
ALONE_TEXT(text_status, "status");
ALONE_TEXT(text_status_new, "status.new");
ALONE_TEXT(text_null, "/dev/null");
ALONE_TEXT(text_proc, "/proc");
ALONE_TEXT(text_stat, "/stat");
ALONE_TEXT(text_started, "started ");
ALONE_TEXT(text_failed, "failed ");
ALONE_TEXT(text_exited, "exited ");
ALONE_TEXT(text_signalled, "signalled ");
ALONE_TEXT(text_oom_control, "/memory.oom_control");
ALONE_TEXT(text_event_control, "/cgroup.event_control");
ALONE_TEXT(text_memory_events, "/memory.events");
ALONE_TEXT(text_oom_kill, "oom_kill ");
ALONE_TEXT(text_root, "/");

enum { STARTER = 3, CLIENTS = 16, TREE = 2048, PATH = 4096 };
enum { PR_SET_NAME_ = 15, PR_SET_PDEATHSIG_ = 1, PR_SUBREAPER = 36 };

struct instructions {
    const char *runtime, *pid_file, *pid_file_new, *directory, *output, *error, *memory_v1, *unified, *user, *group;
    char **groups, **writes, **limits, **program, **environment;
    uint64_t group_count, write_count, limit_count;
};

struct supervisor {
    struct instructions given;
    int attached;
    int signals, listener, oom_v1, oom_v2;
    int clients[CLIENTS];
    long task;
    int stopping;
    uint64_t deadline;  // monotonic milliseconds, when stopping
    int tree[TREE];
    char buffer[PATH];
};

ALONE static uint64_t milliseconds(void) {
    struct timespec now;
    call2(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

ALONE static void tell(int socket, const char *text) {
    call6(SYS_sendto, socket, (long)text, (long)length_of(text), MSG_NOSIGNAL | MSG_DONTWAIT, 0, 0);
}

/// Says why the start failed and leaves.
ALONE static void fail(int stage, long error) {
    char line[64];
    char *end = put_number(put_text(line, text_failed), (uint64_t)stage);
    *end++ = ' ';
    end = put_number(end, (uint64_t)error);
    *end++ = '\n';
    *end = 0;
    tell(STARTER, line);
    call1(SYS_exit_group, 1);
}

/// Reads a small file into `buffer`; empty on failure.
ALONE static void read_file(const char *path, char *buffer, size_t size) {
    long file = call4(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    long count = file < 0 ? 0 : call3(SYS_read, file, buffer, size - 1);
    buffer[count > 0 ? count : 0] = 0;
    if (file >= 0) call1(SYS_close, file);
}

/// Writes `text` to `path` by way of `path_new`, durably. Returns 0 or a negative errno.
ALONE static long write_atomically(const char *path, const char *path_new, const char *text) {
    long file = call4(SYS_openat, AT_FDCWD, path_new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) return file;
    long size = (long)length_of(text);
    long result = call3(SYS_write, file, text, size);
    if (result >= 0) result = result == size ? call1(SYS_fsync, file) : -ENOSPC;
    call1(SYS_close, file);
    if (result >= 0) result = call4(SYS_renameat, AT_FDCWD, path_new, AT_FDCWD, path);
    return result;
}

/// The parent of a process, from /proc; 0 when it is gone.
ALONE static int parent_of(const char *pid, char *buffer) {
    char *end = put_text(buffer, text_proc);
    *end++ = '/';
    put_text(put_text(end, pid), text_stat);
    read_file(buffer, buffer, 512);
    char *after_name = buffer;
    for (char *at = buffer; *at; at++)
        if (*at == ')') after_name = at;
    if (!*after_name || !after_name[1] || !after_name[2] || !after_name[3]) return 0;
    return (int)number_in(after_name + 4);
}

/// Adds to `tree` the processes whose parent is this one or already there; returns the new count.
ALONE static int grow_tree(struct supervisor *me, int count) {
    long directory = call4(SYS_openat, AT_FDCWD, text_proc, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (directory < 0) return count;
    int self = (int)call0(SYS_getpid);
    char entries[4096];
    long size;
    while ((size = call3(SYS_getdents64, directory, entries, sizeof entries)) > 0) {
        for (long at = 0; at < size;) {
            uint16_t record = *(uint16_t *)(entries + at + 16);
            char *name = entries + at + 19;
            at += record;
            if (*name < '1' || *name > '9' || count >= TREE) continue;
            int pid = (int)number_in(name);
            int parent = parent_of(name, me->buffer);
            int wanted = parent == self;
            for (int i = 0; i < count; i++) {
                if (me->tree[i] == parent) wanted = 1;
            }
            for (int i = 0; i < count; i++) {
                if (me->tree[i] == pid) wanted = 0;
            }
            if (wanted) me->tree[count++] = pid;
        }
    }
    call1(SYS_close, directory);
    return count;
}

/// Sends a signal to every descendant; returns how many there were.
ALONE static int signal_tree(struct supervisor *me, int signal) {
    int count = 0, before;
    do {
        before = count;
        count = grow_tree(me, count);
    } while (count != before);
    for (int i = 0; i < count; i++) call2(SYS_kill, me->tree[i], signal);
    return count;
}

/// Kills and reaps until no descendant is left: whoever loses its parent becomes our child, so none escapes.
ALONE static void end_tree(struct supervisor *me) {
    for (;;) {
        signal_tree(me, SIGKILL);
        if (call4(SYS_wait4, -1, 0, 0, 0) == -ECHILD) return;
        while (call4(SYS_wait4, -1, 0, WNOHANG, 0) > 0) {
        }
    }
}

ALONE static void child_fail(int pipe, int stage, long error) {
    int report[2];
    report[0] = stage;
    report[1] = (int)-error;
    call3(SYS_write, pipe, report, sizeof report);
    call1(SYS_exit_group, 127);
}

/// Opens a file and makes it descriptor `target`, the only one the program will have of it.
ALONE static long redirect(const char *path, int flags, int target) {
    long file = call4(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0644);
    if (file < 0) return file;
    return file == target ? call3(SYS_fcntl, file, F_SETFD, 0) : call3(SYS_dup3, file, target, 0);
}

ALONE static void default_signals(void) {
    struct { uint64_t handler, flags, restorer, mask; } action;
    uint64_t none = 0;
    zero(&action, sizeof action);
    for (int signal = 1; signal < 65; signal++) call4(SYS_rt_sigaction, signal, &action, 0, 8);
    call4(SYS_rt_sigprocmask, SIG_SETMASK, &none, 0, 8);
}

ALONE static void enter_user(struct instructions *given, int pipe) {
    uint32_t groups[256];
    uint64_t count = given->group_count > 256 ? 256 : given->group_count;
    for (uint64_t i = 0; i < count; i++) groups[i] = (uint32_t)number_in(given->groups[i]);
    long error = call2(SYS_setgroups, count, groups);
    if (error < 0) child_fail(pipe, ROOST_STAGE_GROUPS, error);
    error = call1(SYS_setgid, number_in(given->group));
    if (error >= 0) error = call1(SYS_setuid, number_in(given->user));
    if (error < 0) child_fail(pipe, ROOST_STAGE_USER, error);
}

/// The task's side of the fork: never returns.
ALONE static void become_task(struct instructions *given, int pipe) {
    long error;
    call0(SYS_setsid);
    default_signals();
    if (*given->pid_file) {
        char text[24];
        put_number(text, (uint64_t)call0(SYS_getpid));
        error = write_atomically(given->pid_file, given->pid_file_new, text);
        if (error < 0) child_fail(pipe, ROOST_STAGE_PID_FILE, error);
    }
    for (uint64_t i = 0; i < given->write_count; i++) {
        const char *text = given->writes[2 * i + 1];
        long file = call4(SYS_openat, AT_FDCWD, given->writes[2 * i], O_WRONLY | O_CLOEXEC, 0);
        error = file < 0 ? file : call3(SYS_write, file, text, length_of(text));
        if (error < 0) child_fail(pipe, ROOST_STAGE_WRITE + (int)i, error);
        call1(SYS_close, file);
    }
    for (uint64_t i = 0; i < given->limit_count; i++) {
        uint64_t limit[2];
        limit[0] = number_in(given->limits[3 * i + 1]);
        limit[1] = number_in(given->limits[3 * i + 2]);
        error = call4(SYS_prlimit64, 0, number_in(given->limits[3 * i]), limit, 0);
        if (error < 0) child_fail(pipe, ROOST_STAGE_LIMIT, error);
    }
    redirect(text_null, O_RDONLY, 0);
    error = redirect(given->output, O_WRONLY | O_CREAT | O_APPEND, 1);
    if (error < 0) child_fail(pipe, ROOST_STAGE_STDOUT, error);
    error = redirect(given->error, O_WRONLY | O_CREAT | O_APPEND, 2);
    if (error < 0) child_fail(pipe, ROOST_STAGE_STDERR, error);
    error = call1(SYS_chdir, given->directory);
    if (error < 0) child_fail(pipe, ROOST_STAGE_WORKING_DIRECTORY, error);
    if (*given->user) enter_user(given, pipe);
    call2(SYS_prctl, PR_SET_PDEATHSIG_, SIGKILL);
    error = call3(SYS_execve, given->program[0], given->program + 1, given->environment);
    child_fail(pipe, ROOST_STAGE_EXEC, error);
}

ALONE static void start_task(struct supervisor *me) {
    int pipe[2], report[2];
    call2(SYS_pipe2, pipe, O_CLOEXEC);
    me->task = call5(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (me->task == 0) become_task(&me->given, pipe[1]);
    if (me->task < 0) fail(ROOST_STAGE_FORK, -me->task);
    call1(SYS_close, pipe[1]);
    long count;
    do count = call3(SYS_read, pipe[0], report, sizeof report);
    while (count == -EINTR);
    call1(SYS_close, pipe[0]);
    if (count == sizeof report) {
        if (!me->attached) call3(SYS_unlinkat, AT_FDCWD, text_control, 0);
        fail(report[0], report[1]);
    }
}

ALONE static void listen_for_daemons(struct supervisor *me) {
    struct sockaddr_un address;
    long error = call1(SYS_chdir, me->given.runtime);
    if (error < 0) fail(ROOST_STAGE_RUNTIME_DIRECTORY, -error);
    zero(&address, sizeof address);
    address.sun_family = AF_UNIX;
    put_text(address.sun_path, text_control);
    call3(SYS_unlinkat, AT_FDCWD, text_control, 0);
    call3(SYS_unlinkat, AT_FDCWD, text_status, 0);
    call1(SYS_umask, 0077);
    me->listener = (int)call3(SYS_socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    error = call3(SYS_bind, me->listener, &address, sizeof address);
    if (error >= 0) error = call2(SYS_listen, me->listener, 16);
    if (error < 0) fail(ROOST_STAGE_CONTROL_SOCKET, -error);
    call1(SYS_umask, 0022);
}

/// Opens the descriptors that tell of an exhausted memory cgroup; a kernel without them is no error.
ALONE static void watch_memory(struct supervisor *me) {
    if (*me->given.memory_v1) {
        put_text(put_text(me->buffer, me->given.memory_v1), text_oom_control);
        long control = call4(SYS_openat, AT_FDCWD, me->buffer, O_RDONLY | O_CLOEXEC, 0);
        put_text(put_text(me->buffer, me->given.memory_v1), text_event_control);
        long registry = call4(SYS_openat, AT_FDCWD, me->buffer, O_WRONLY | O_CLOEXEC, 0);
        long event = call2(SYS_eventfd2, 0, O_CLOEXEC | O_NONBLOCK);
        if (control >= 0 && registry >= 0 && event >= 0) {
            char *end = put_number(me->buffer, (uint64_t)event);
            *end++ = ' ';
            put_number(end, (uint64_t)control);
            if (call3(SYS_write, registry, me->buffer, length_of(me->buffer)) > 0) me->oom_v1 = (int)event;
        }
        if (registry >= 0) call1(SYS_close, registry);
    }
    if (*me->given.unified) {
        put_text(put_text(me->buffer, me->given.unified), text_memory_events);
        me->oom_v2 = (int)call4(SYS_openat, AT_FDCWD, me->buffer, O_RDONLY | O_CLOEXEC, 0);
        if (me->oom_v2 >= 0) call3(SYS_read, me->oom_v2, me->buffer, 512);
    }
}

/// Whether the unified hierarchy has counted a kill for lack of memory.
ALONE static int memory_was_exhausted(struct supervisor *me) {
    long count = call4(SYS_pread64, me->oom_v2, me->buffer, 1023, 0);
    me->buffer[count > 0 ? count : 0] = 0;
    for (char *at = me->buffer; *at; at++) {
        const char *key = text_oom_kill;
        char *here = at;
        while (*key && *here == *key) key++, here++;
        if (!*key) return number_in(here) > 0;
    }
    return 0;
}

ALONE static void greet(struct supervisor *me, int socket) {
    char line[64];
    char *end = put_number(put_text(line, text_started), (uint64_t)me->task);
    *end++ = '\n';
    *end = 0;
    tell(socket, line);
}

ALONE static void accept_daemon(struct supervisor *me) {
    long socket = call4(SYS_accept4, me->listener, 0, 0, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket < 0) return;
    for (int i = 0; i < CLIENTS; i++) {
        if (me->clients[i] < 0) {
            me->clients[i] = (int)socket;
            greet(me, (int)socket);
            return;
        }
    }
    call1(SYS_close, socket);
}

ALONE static void stop(struct supervisor *me, uint64_t grace) {
    if (!me->stopping) signal_tree(me, SIGTERM);
    me->stopping = 1;
    me->deadline = milliseconds() + grace;
}

/// Reads and obeys commands of one daemon.
ALONE static void obey(struct supervisor *me, int index) {
    unsigned char commands[60];
    long count = call3(SYS_read, me->clients[index], commands, sizeof commands);
    if (count == -EAGAIN || count == -EINTR) return;
    if (count <= 0) {
        call1(SYS_close, me->clients[index]);
        me->clients[index] = -1;
        if (me->attached) signal_tree(me, SIGKILL);
        return;
    }
    for (long at = 0; at + 5 <= count; at += 5) {
        uint64_t number = commands[at + 1] | (uint64_t)commands[at + 2] << 8 | (uint64_t)commands[at + 3] << 16
                          | (uint64_t)commands[at + 4] << 24;
        if (commands[at] == 's') stop(me, number);
        if (commands[at] == 'k') signal_tree(me, SIGKILL);
    }
}

/// Reaps the dead; true with the status when the task's first process is among them.
ALONE static int reap(struct supervisor *me, int *status) {
    int ended = 0, state = 0;
    long pid;
    while ((pid = call4(SYS_wait4, -1, &state, WNOHANG, 0)) > 0) {
        if (pid == me->task) {
            ended = 1;
            *status = state;
        }
    }
    return ended;
}

/// Waits for events until the task's first process has ended; returns its wait status.
ALONE static int supervise(struct supervisor *me) {
    struct pollfd polled[4 + CLIENTS];
    char discarded[512];
    int status = 0;
    for (;;) {
        struct timespec wait;
        uint64_t now = milliseconds();
        uint64_t left = me->stopping && me->deadline > now ? me->deadline - now : 0;
        wait.tv_sec = (long)(left / 1000);
        wait.tv_nsec = (long)(left % 1000) * 1000000;
        for (int i = 0; i < 4 + CLIENTS; i++) {
            polled[i].events = POLLIN;
            polled[i].revents = 0;
            if (i >= 4) polled[i].fd = me->clients[i - 4];
        }
        polled[0].fd = me->signals;
        polled[1].fd = me->listener;
        polled[2].fd = me->oom_v1;
        polled[3].fd = me->oom_v2;
        polled[3].events = POLLPRI;
        if (me->stopping && left == 0) {
            signal_tree(me, SIGKILL);
            me->stopping = 0;
        }
        call5(SYS_ppoll, polled, 4 + CLIENTS, me->stopping ? &wait : 0, 0, 8);
        if (polled[0].revents) {
            while (call3(SYS_read, me->signals, discarded, sizeof discarded) > 0) {
            }
            if (reap(me, &status)) return status;
        }
        if (polled[2].revents) {
            call3(SYS_read, me->oom_v1, discarded, 8);
            signal_tree(me, SIGKILL);
        }
        if (polled[3].revents & POLLPRI && memory_was_exhausted(me)) signal_tree(me, SIGKILL);
        for (int i = 0; i < CLIENTS; i++) {
            if (polled[4 + i].revents) obey(me, i);
        }
        if (polled[1].revents) accept_daemon(me);
    }
}

ALONE static void finish(struct supervisor *me, int status) {
    char line[64];
    int signal = status & 0x7f;
    char *end = put_text(line, signal ? text_signalled : text_exited);
    end = put_number(end, (uint64_t)(signal ? signal : (status >> 8) & 0xff));
    *end++ = '\n';
    *end = 0;
    if (!me->attached) write_atomically(text_status, text_status_new, line);
    for (int i = 0; i < CLIENTS; i++) {
        if (me->clients[i] >= 0) tell(me->clients[i], line);
    }
    if (!me->attached) call3(SYS_unlinkat, AT_FDCWD, text_control, 0);
    call1(SYS_exit_group, 0);
}

ALONE static void read_instructions(struct instructions *given, char **at, char **environment) {
    at += 2;
    given->runtime = *at++;
    given->pid_file = *at++;
    given->pid_file_new = *at++;
    given->directory = *at++;
    given->output = *at++;
    given->error = *at++;
    given->memory_v1 = *at++;
    given->unified = *at++;
    given->user = *at++;
    given->group = *at++;
    given->group_count = number_in(*at++);
    given->groups = at;
    at += given->group_count;
    given->write_count = number_in(*at++);
    given->writes = at;
    at += 2 * given->write_count;
    given->limit_count = number_in(*at++);
    given->limits = at;
    at += 3 * given->limit_count;
    given->program = at;
    given->environment = environment;
}

/// Called by the entry point with the initial stack: argument count, arguments, environment.
ALONE __attribute__((visibility("hidden"))) void roost_supervisor_main(long *stack) {
    struct supervisor me;
    uint64_t all = ~(uint64_t)0;
    char **arguments = (char **)(stack + 1);
    zero(&me, offsetof(struct supervisor, tree));
    read_instructions(&me.given, arguments, arguments + stack[0] + 1);
    call0(SYS_setsid);
    if (call5(SYS_clone, SIGCHLD, 0, 0, 0, 0) != 0) call1(SYS_exit_group, 0);
    call3(SYS_close_range, STARTER + 1, ~0U, 0);
    call3(SYS_fcntl, STARTER, F_SETFD, FD_CLOEXEC);
    call2(SYS_prctl, PR_SET_NAME_, text_name);
    call2(SYS_prctl, PR_SUBREAPER, 1);
    call4(SYS_rt_sigprocmask, SIG_SETMASK, &all, 0, 8);
    me.attached = *me.given.runtime == 0;
    me.listener = me.oom_v1 = me.oom_v2 = -1;
    for (int i = 1; i < CLIENTS; i++) me.clients[i] = -1;
    me.clients[0] = STARTER;
    me.signals = (int)call4(SYS_signalfd4, -1, &all, 8, O_CLOEXEC | O_NONBLOCK);
    if (me.attached) call1(SYS_chdir, text_root);
    if (!me.attached) listen_for_daemons(&me);
    start_task(&me);
    watch_memory(&me);
    greet(&me, STARTER);
    int status = supervise(&me);
    end_tree(&me);
    finish(&me, status);
}
