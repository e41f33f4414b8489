#include "czlib.h"

#include <limits.h>
#include <stdlib.h>
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

struct czlib_stream {
    z_stream z;
    int compresses;
    const uint8_t *dictionary;
    size_t dictionary_length;
};

czlib_stream *czlib_stream_open(int compresses, const uint8_t *dictionary, size_t length) {
    czlib_stream *stream = calloc(1, sizeof *stream);
    if (!stream) return NULL;
    stream->compresses = compresses;
    stream->dictionary = dictionary;
    stream->dictionary_length = length;
    int status = compresses ? deflateInit2(&stream->z, 9, Z_DEFLATED, 11, 4, Z_DEFAULT_STRATEGY) : inflateInit(&stream->z);
    if (status == Z_OK && compresses) status = deflateSetDictionary(&stream->z, dictionary, (uInt)length);
    if (status == Z_OK) return stream;
    free(stream);
    return NULL;
}

long czlib_stream_run(
    czlib_stream *stream, const uint8_t *bytes, size_t length, size_t *consumed, uint8_t *out, size_t capacity) {
    if (length > UINT_MAX || capacity > INT_MAX) return -1;
    z_stream *z = &stream->z;
    z->next_in = (Bytef *)bytes;
    z->avail_in = (uInt)length;
    z->next_out = out;
    z->avail_out = (uInt)capacity;
    int status = stream->compresses ? deflate(z, Z_SYNC_FLUSH) : inflate(z, Z_SYNC_FLUSH);
    if (status == Z_NEED_DICT) {
        if (inflateSetDictionary(z, stream->dictionary, (uInt)stream->dictionary_length) != Z_OK) return -1;
        status = inflate(z, Z_SYNC_FLUSH);
    }
    *consumed = length - z->avail_in;
    // Z_BUF_ERROR says that there was nothing to do, which ends a block.
    return status == Z_OK || status == Z_BUF_ERROR ? (long)(capacity - z->avail_out) : -1;
}

void czlib_stream_close(czlib_stream *stream) {
    if (!stream) return;
    if (stream->compresses) deflateEnd(&stream->z);
    else inflateEnd(&stream->z);
    free(stream);
}
