#ifndef ROOST_CZLIB_H
#define ROOST_CZLIB_H

#include <stddef.h>
#include <stdint.h>

/// The most bytes `czlib_gzip` can make of `length` bytes.
size_t czlib_gzip_bound(size_t length);

/// Compresses `length` bytes into one gzip member; returns its length, or 0 when `capacity` does not suffice or there
/// is no memory. `level` is 1 (fast) to 9 (small).
size_t czlib_gzip(const uint8_t *bytes, size_t length, uint8_t *out, size_t capacity, int level);

#endif
