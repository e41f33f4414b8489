#include "czlib.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

// The init functions of zlib are macros, which Swift cannot call.

size_t czlib_gzip_bound(size_t length) { return compressBound(length) + 32; }

size_t czlib_gzip(const uint8_t *bytes, size_t length, uint8_t *out, size_t capacity, int level) {
    if (length > UINT_MAX || capacity > UINT_MAX) return 0;
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
    stream.next_in = (Bytef *)bytes;
    stream.avail_in = (uInt)length;
    stream.next_out = out;
    stream.avail_out = (uInt)capacity;
    int status = deflate(&stream, Z_FINISH);
    size_t written = status == Z_STREAM_END ? stream.total_out : 0;
    deflateEnd(&stream);
    return written;
}
