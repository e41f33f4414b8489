#ifndef ROOST_HAIRPIN_H
#define ROOST_HAIRPIN_H

/// Lets the bridge send frames back to the port they came from, for the port that leads to an interface of another
/// network namespace: so that a pod reaches itself by its service's address.
///
/// `namespace_file` is that namespace, `name` the interface in it (`eth0`). A thread of its own enters the namespace and
/// ends there. Returns 0 or an errno; ENODEV when the interface has no other end, EOPNOTSUPP when that is no port of a
/// bridge.
int roost_bridge_hairpin(int namespace_file, const char *name);

#endif
