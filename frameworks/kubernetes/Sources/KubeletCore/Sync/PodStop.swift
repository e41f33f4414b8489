/// Why the node stops a pod that nobody deletes in the usual way.
public enum PodStop: Hashable, Sendable {
    /// Its API object, or file, is gone: end it within two seconds and remove it.
    case removed
    /// Its task was killed, or the node goes out of use: end it by its own grace, and have it deleted.
    case released
    /// The node must not run it: it fails for good and nothing of it is started (spec `kubernetes/04` §4.1; see
    /// `PodAdmission`). The message is the event's; the status says `Pod ` before it.
    case rejected(reason: String, message: String)
    /// The node cannot keep it, for instance when a disk dies: it fails for good, and is ended within `grace`.
    case evicted(reason: String, message: String, grace: Duration)
}
