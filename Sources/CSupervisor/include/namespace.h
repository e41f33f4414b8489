#ifndef ROOST_NAMESPACE_H
#define ROOST_NAMESPACE_H

#include <stdint.h>

/// Connects to a TCP port of the loopback addresses (IPv4, else IPv6) in another network namespace.
///
/// A thread of its own enters the namespace and ends there; the caller's threads stay where they are. Blocks until
/// connected or for `milliseconds`. On success `*connection` is the socket (close-on-exec, non-blocking).
/// Returns 0 or an errno.
int roost_namespace_connect(int namespace_file, uint16_t port, int milliseconds, int *connection);

#endif
