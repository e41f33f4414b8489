// The hairpin mode of bridge ports, by netlink (rtnetlink(7), linux/if_bridge.h).

#include "hairpin.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
    struct nlmsghdr header;
    struct ifinfomsg link;
    char attributes[64];
};

/// Appends an attribute and returns it.
static struct rtattr *append(struct request *request, unsigned short type, const void *data, size_t size) {
    struct rtattr *attribute = (void *)((char *)request + NLMSG_ALIGN(request->header.nlmsg_len));
    attribute->rta_type = type;
    attribute->rta_len = RTA_LENGTH(size);
    if (size) memcpy(RTA_DATA(attribute), data, size);
    request->header.nlmsg_len = NLMSG_ALIGN(request->header.nlmsg_len) + RTA_ALIGN(attribute->rta_len);
    return attribute;
}

/// Sends a request and reads the answer; returns its length, or the negative errno.
static ssize_t ask(int file, struct request *request, void *answer, size_t size) {
    if (send(file, request, request->header.nlmsg_len, 0) < 0) return -errno;
    ssize_t length = recv(file, answer, size, 0);
    if (length < 0) return -errno;
    const struct nlmsghdr *header = answer;
    if (!NLMSG_OK(header, (size_t)length)) return -EBADMSG;
    if (header->nlmsg_type != NLMSG_ERROR) return length;
    const struct nlmsgerr *error = NLMSG_DATA(header);
    return error->error ? error->error : length;
}

struct search {
    int namespace_file;
    const char *name;
    int peer;
    int error;
};

/// Runs on a thread that is never used again: which interface of its creator's namespace is the other end.
static void *find_peer(void *argument) {
    struct search *search = argument;
    int file = -1;
    if (setns(search->namespace_file, CLONE_NEWNET) < 0
        || (file = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) < 0) {
        search->error = errno;
        return 0;
    }
    struct request request = {
        .header = {.nlmsg_len = NLMSG_LENGTH(sizeof request.link), .nlmsg_type = RTM_GETLINK,
                   .nlmsg_flags = NLM_F_REQUEST},
        .link = {.ifi_family = AF_UNSPEC},
    };
    append(&request, IFLA_IFNAME, search->name, strlen(search->name) + 1);
    union {
        struct nlmsghdr header;
        char bytes[16384];
    } answer;
    ssize_t length = ask(file, &request, &answer, sizeof answer);
    close(file);
    if (length < 0) {
        search->error = (int)-length;
        return 0;
    }
    search->error = ENODEV;
    if (answer.header.nlmsg_type != RTM_NEWLINK) return 0;
    struct ifinfomsg *link = NLMSG_DATA(&answer.header);
    int rest = (int)IFLA_PAYLOAD(&answer.header);
    for (struct rtattr *it = IFLA_RTA(link); RTA_OK(it, rest); it = RTA_NEXT(it, rest)) {
        if (it->rta_type != IFLA_LINK || RTA_PAYLOAD(it) < sizeof search->peer) continue;
        memcpy(&search->peer, RTA_DATA(it), sizeof search->peer);
        search->error = 0;
    }
    return 0;
}

int roost_bridge_hairpin(int namespace_file, const char *name) {
    if (strlen(name) >= IFNAMSIZ) return EINVAL;
    struct search search = {.namespace_file = namespace_file, .name = name};
    pthread_t thread;
    int error = pthread_create(&thread, 0, find_peer, &search);
    if (error) return error;
    pthread_join(thread, 0);
    if (search.error) return search.error;
    int file = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (file < 0) return errno;
    struct request request = {
        .header = {.nlmsg_len = NLMSG_LENGTH(sizeof request.link), .nlmsg_type = RTM_SETLINK,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
        .link = {.ifi_family = PF_BRIDGE, .ifi_index = search.peer},
    };
    struct rtattr *port = append(&request, IFLA_PROTINFO | NLA_F_NESTED, 0, 0);
    unsigned char on = 1;
    append(&request, IFLA_BRPORT_MODE, &on, sizeof on);
    port->rta_len = (unsigned short)((char *)&request + request.header.nlmsg_len - (char *)port);
    union {
        struct nlmsghdr header;
        char bytes[4096];
    } answer;
    ssize_t length = ask(file, &request, &answer, sizeof answer);
    close(file);
    return length < 0 ? (int)-length : 0;
}
