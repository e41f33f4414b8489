// The daemon's side: makes an executable image of the supervisor's section once, and starts it cheaply.

#include "supervisor.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

extern const char __start_roost_supervisor[], __stop_roost_supervisor[];
extern const char roost_supervisor_entry[] __attribute__((visibility("hidden")));

#ifndef MFD_EXEC
#define MFD_EXEC 0x10U
#endif

#if defined(__x86_64__)
#define IMAGE_MACHINE EM_X86_64
#else
#define IMAGE_MACHINE EM_AARCH64
#endif

enum { PAGE = 4096, STARTER_SOCKET = 3 };

static pthread_once_t image_once = PTHREAD_ONCE_INIT;
static int image_file = -1, image_error = 0;

unsigned long roost_supervisor_code_size(void) {
    return (unsigned long)(__stop_roost_supervisor - __start_roost_supervisor);
}

/// An ELF file with one segment, the section, at the same offset within its page as here.
static void make_image(void) {
    struct {
        Elf64_Ehdr header;
        Elf64_Phdr code, stack;
    } head;
    uint64_t skew = (uintptr_t)__start_roost_supervisor % PAGE, size = roost_supervisor_code_size();
    memset(&head, 0, sizeof head);
    memcpy(head.header.e_ident, ELFMAG, SELFMAG);
    head.header.e_ident[EI_CLASS] = ELFCLASS64;
    head.header.e_ident[EI_DATA] = ELFDATA2LSB;
    head.header.e_ident[EI_VERSION] = EV_CURRENT;
    head.header.e_type = ET_DYN;
    head.header.e_machine = IMAGE_MACHINE;
    head.header.e_version = EV_CURRENT;
    head.header.e_entry = PAGE + skew + (uint64_t)(roost_supervisor_entry - __start_roost_supervisor);
    head.header.e_phoff = sizeof head.header;
    head.header.e_ehsize = sizeof head.header;
    head.header.e_phentsize = sizeof head.code;
    head.header.e_phnum = 2;
    head.code = (Elf64_Phdr){.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_offset = PAGE + skew,
                             .p_vaddr = PAGE + skew, .p_paddr = PAGE + skew, .p_filesz = size, .p_memsz = size,
                             .p_align = PAGE};
    head.stack = (Elf64_Phdr){.p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W};
    int file = memfd_create("roost-supervisor", MFD_CLOEXEC | MFD_EXEC);
    if (file < 0 && errno == EINVAL) file = memfd_create("roost-supervisor", MFD_CLOEXEC);
    if (file < 0 || pwrite(file, &head, sizeof head, 0) != sizeof head
        || pwrite(file, __start_roost_supervisor, size, (off_t)(PAGE + skew)) != (ssize_t)size) {
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
