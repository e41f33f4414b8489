#include "CTestSupport.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>

int roost_test_spawn(
    pid_t *pid, const char *path, char *const argv[], char *const envp[], const char *directory, const int standard[3]) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);

    int failure = 0;
    for (int stream = 0; stream < 3 && failure == 0; stream++) {
        failure = standard[stream] >= 0
            ? posix_spawn_file_actions_adddup2(&actions, standard[stream], stream)
            : posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", stream == 0 ? O_RDONLY : O_WRONLY, 0);
    }
    if (failure == 0) failure = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (failure == 0 && directory) failure = posix_spawn_file_actions_addchdir_np(&actions, directory);

    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    if (failure == 0) failure = posix_spawnp(pid, path, &actions, &attributes, argv, envp);

    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}
