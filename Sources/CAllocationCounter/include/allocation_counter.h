#ifndef ROOST_ALLOCATION_COUNTER_H
#define ROOST_ALLOCATION_COUNTER_H

#include <stdint.h>

// How many blocks the calling thread has asked the allocator for since it started.
// Counted: malloc, calloc, aligned_alloc, posix_memalign, memalign, and realloc (each call is one).
uint64_t roost_allocation_count(void);

#endif
