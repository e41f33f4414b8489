// The program of pods' sandboxes; see pause.h.

#include "pause.h"
#include "freestanding.h"
#include "image.h"

#include <signal.h>
#include <sys/wait.h>

extern const char roost_pause_entry[] __attribute__((visibility("hidden")));

ALONE_ENTRY(roost_pause_entry, roost_pause_main);

/// Called by the entry point; never returns.
ALONE __attribute__((visibility("hidden"))) void roost_pause_main(void) {
    // A blocked signal is kept for us also where we are the first process, to whom no unhandled signal is delivered.
    uint64_t awaited = 1UL << (SIGCHLD - 1) | 1UL << (SIGTERM - 1) | 1UL << (SIGINT - 1);
    call4(SYS_rt_sigprocmask, SIG_BLOCK, &awaited, 0, 8);
    for (;;) {
        while (call4(SYS_wait4, -1, 0, WNOHANG, 0) > 0) {
        }
        long signal = call4(SYS_rt_sigtimedwait, &awaited, 0, 0, 8);
        if (signal == SIGTERM || signal == SIGINT) call1(SYS_exit_group, 0);
    }
}

unsigned long roost_pause_size(void) {
    struct image_head head;
    describe_image(&head, roost_pause_entry);
    return head.code.p_offset + head.code.p_filesz;
}

void roost_pause_write(unsigned char *file) {
    struct image_head head;
    describe_image(&head, roost_pause_entry);
    memset(file, 0, head.code.p_offset);
    memcpy(file, &head, sizeof head);
    memcpy(file + head.code.p_offset, image_code(), head.code.p_filesz);
}
