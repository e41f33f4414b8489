// The daemon's side: makes an executable image of the supervisor's section once, and starts it cheaply.

#include "image.h"
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

extern const char roost_supervisor_entry[] __attribute__((visibility("hidden")));

#ifndef MFD_EXEC
#define MFD_EXEC 0x10U
#endif

enum { STARTER_SOCKET = 3 };

static pthread_once_t image_once = PTHREAD_ONCE_INIT;
static int image_file = -1, image_error = 0;

unsigned long roost_supervisor_code_size(void) { return image_code_size(); }

static void make_image(void) {
    struct image_head head;
    describe_image(&head, roost_supervisor_entry);
    int file = memfd_create("roost-supervisor", MFD_CLOEXEC | MFD_EXEC);
    if (file < 0 && errno == EINVAL) file = memfd_create("roost-supervisor", MFD_CLOEXEC);
    if (file < 0 || pwrite(file, &head, sizeof head, 0) != sizeof head
        || pwrite(file, image_code(), head.code.p_filesz, (off_t)head.code.p_offset) != (ssize_t)head.code.p_filesz) {
        image_error = errno ? errno : EIO;
        if (file >= 0) close(file);
        return;
    }
    image_file = file;
}

/// Runs in the caller's memory until exec; touches nothing but its arguments.
static pid_t spawn(char *const arguments[], char *const environment[], int socket, volatile int *error) {
    pid_t pid = vfork();
    if (pid != 0) return pid;
    int image = image_file;
    if (image == STARTER_SOCKET) image = fcntl(image, F_DUPFD_CLOEXEC, STARTER_SOCKET + 1);
    if (socket == STARTER_SOCKET) {
        fcntl(socket, F_SETFD, 0);
    } else if (dup2(socket, STARTER_SOCKET) < 0) {
        image = -1;
    }
    syscall(SYS_execveat, image, "", arguments, environment, AT_EMPTY_PATH);
    *error = errno;
    _exit(127);
}

int roost_supervisor_start(char *const arguments[], char *const environment[], int *control) {
    pthread_once(&image_once, make_image);
    if (image_file < 0) return image_error;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0) return errno;
    // A signal handler of ours must not run in the child, which shares our memory.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    volatile int error = 0;
    pid_t pid = spawn(arguments, environment, pair[1], &error);
    if (pid < 0) error = errno;
    pthread_sigmask(SIG_SETMASK, &before, 0);
    close(pair[1]);
    if (pid > 0) {
        while (waitpid(pid, 0, 0) < 0 && errno == EINTR) {
        }
    }
    if (error) {
        close(pair[0]);
        return error;
    }
    *control = pair[0];
    return 0;
}

int roost_supervisor_connect(const char *runtime_directory, int *control) {
    int directory = open(runtime_directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return errno;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char digits[12];
    int count = 0, number = directory;
    do digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    char *at = stpcpy(address.sun_path, "/proc/self/fd/");
    while (count) *at++ = digits[--count];
    stpcpy(at, "/control");
    int error = 0, file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (file < 0 || connect(file, (struct sockaddr *)&address, sizeof address) < 0
        || fcntl(file, F_SETFL, O_NONBLOCK) < 0) {
        error = errno;
        if (file >= 0) close(file);
    }
    close(directory);
    if (!error) *control = file;
    return error;
}
