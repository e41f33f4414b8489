// Connections into other network namespaces. A socket belongs for good to the namespace in which it was made.

#include "namespace.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

struct sockets {
    int namespace_file;
    int v4, v6;
    int error;
};

/// Runs on a thread that is never used again.
static void *make_sockets(void *argument) {
    struct sockets *made = argument;
    if (setns(made->namespace_file, CLONE_NEWNET) < 0) {
        made->error = errno;
        return 0;
    }
    made->v4 = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (made->v4 < 0) made->error = errno;
    made->v6 = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return 0;
}

static int await_connection(int file, const struct sockaddr *address, socklen_t size, int milliseconds) {
    if (connect(file, address, size) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    struct pollfd polled = {.fd = file, .events = POLLOUT};
    int count;
    do count = poll(&polled, 1, milliseconds);
    while (count < 0 && errno == EINTR);
    if (count == 0) return ETIMEDOUT;
    int error = 0;
    socklen_t length = sizeof error;
    if (count < 0 || getsockopt(file, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return errno;
    return error;
}

int roost_namespace_connect(int namespace_file, uint16_t port, int milliseconds, int *connection) {
    struct sockets made = {.namespace_file = namespace_file, .v4 = -1, .v6 = -1};
    pthread_t thread;
    int error = pthread_create(&thread, 0, make_sockets, &made);
    if (error) return error;
    pthread_join(thread, 0);
    if (made.v4 < 0) {
        if (made.v6 >= 0) close(made.v6);
        return made.error;
    }
    struct sockaddr_in v4 = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int chosen = made.v4;
    error = await_connection(made.v4, (struct sockaddr *)&v4, sizeof v4, milliseconds);
    if (error == ECONNREFUSED && made.v6 >= 0
        && await_connection(made.v6, (struct sockaddr *)&v6, sizeof v6, milliseconds) == 0) {
        chosen = made.v6;
        error = 0;
    }
    if (made.v4 >= 0 && (error || chosen != made.v4)) close(made.v4);
    if (made.v6 >= 0 && (error || chosen != made.v6)) close(made.v6);
    if (!error) *connection = chosen;
    return error;
}
