#ifndef ROOST_CZLIB_H
#define ROOST_CZLIB_H

#include <stddef.h>
#include <stdint.h>

/// The most bytes `czlib_gzip` can make of `length` bytes.
size_t czlib_gzip_bound(size_t length);

/// Compresses `length` bytes into one gzip member; returns its length, or 0 when `capacity` does not suffice or there
/// is no memory. `level` is 1 (fast) to 9 (small).
size_t czlib_gzip(const uint8_t *bytes, size_t length, uint8_t *out, size_t capacity, int level);

/// One direction of a zlib stream that lasts over many blocks (SPDY header blocks): the window is never reset, every
/// block ends with a sync flush, and a preset dictionary is used.
typedef struct czlib_stream czlib_stream;

/// Makes a compressing or decompressing stream; NULL when there is no memory. The dictionary must outlive the stream.
czlib_stream *czlib_stream_open(int compresses, const uint8_t *dictionary, size_t length);

/// Runs `length` bytes through the stream into `out`; sets `consumed` and returns how many bytes were written, or -1
/// when the data is not valid. A full `out` means that there may be more: call again with the rest.
long czlib_stream_run(
    czlib_stream *stream, const uint8_t *bytes, size_t length, size_t *consumed, uint8_t *out, size_t capacity);

/// Releases a stream.
void czlib_stream_close(czlib_stream *stream);

#endif
