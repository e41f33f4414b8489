#define THREADED 1
#include <zookeeper/zookeeper.h>
