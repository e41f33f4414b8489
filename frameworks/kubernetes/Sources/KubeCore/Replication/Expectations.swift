internal import KubeModel

/// The pods that a controller made or deleted and has not heard of since: until it has, it makes and deletes no others.
///
/// Pods are told apart by uid, so that news told twice counts once. Source: upstream
/// `pkg/controller/controller_utils.go`, `UIDTrackingControllerExpectations`.
struct Expectations: Sendable {
    /// News that has not come by then is not waited for any longer.
    private static let timeoutSeconds: Int64 = 300

    private var created: Set<String> = []
    private var deleted: Set<String> = []
    private var since = UnixTime(seconds: 0)
    /// Pods heard of while requests are under way, whose uids are not known yet.
    private var heard: Set<String>?

    /// Begins a round of requests that delete these pods, or make some.
    mutating func begin(deleting uids: [String] = [], now: UnixTime) {
        (created, deleted, heard, since) = ([], Set(uids), [], now)
    }

    /// A pod was made; it is waited for unless it was heard of before the answer came.
    mutating func made(_ uid: String) {
        if heard?.contains(uid) != true { created.insert(uid) }
    }

    /// A pod was not deleted after all, or was gone before.
    mutating func spared(_ uid: String) { deleted.remove(uid) }

    /// The round of requests is over.
    mutating func end() { heard = nil }

    /// A pod was heard of: that it is there, or that it is going or gone.
    mutating func hear(_ uid: String, isGoing: Bool) {
        heard?.insert(uid)
        created.remove(uid)
        if isGoing { deleted.remove(uid) }
    }

    /// When waiting ends at the latest; nil when nothing is waited for.
    var expiry: UnixTime? { created.isEmpty && deleted.isEmpty ? nil : since.adding(seconds: Self.timeoutSeconds) }

    /// Whether nothing is waited for, or not any longer.
    func isFulfilled(now: UnixTime) -> Bool { expiry.map { $0 < now } ?? true }
}
