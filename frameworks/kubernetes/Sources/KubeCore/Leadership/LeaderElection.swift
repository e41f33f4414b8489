public import ClusterBase
public import KubeModel

/// One candidate's part in electing a leader by a `Lease`.
///
/// The candidate reads the lease every `retryPeriod`, asks `decide`, carries the decision out and reports. Others'
/// timestamps are never compared with the own clock: a lease counts from the moment its present state was first *seen*.
/// Semantics: client-go `tools/leaderelection`.
public struct LeaderElection: Sendable {
    /// What to do with the lease.
    public enum Decision: Hashable, Sendable {
        /// Create it.
        case create(KubeObject)
        /// Replace it; its `resourceVersion` guards against another candidate.
        case update(KubeObject)
        /// Nothing: somebody else holds it.
        case wait
    }

    /// Who this candidate is.
    public let identity: String
    /// The times.
    public let timing: LeaseTiming
    /// Where the lease is.
    public let key: ObjectKey
    /// Whether this candidate held the lease when it last looked; see `hasLost`.
    public private(set) var isLeader = false
    /// Who holds the lease as last seen; empty when nobody does.
    public private(set) var holder = ""

    /// The lease as last seen; a leader may pass it to `decide` instead of reading it anew.
    public private(set) var observed: KubeObject?
    private var observedAt: Instant?
    private var renewedAt: Instant?

    /// Makes a candidate.
    public init(identity: String, key: ObjectKey, timing: LeaseTiming = LeaseTiming()) {
        (self.identity, self.key, self.timing) = (identity, key, timing)
    }

    /// What to do, given the lease as it was just read (nil: there is none).
    ///
    /// `now` may be any steady clock; `time` is only written down.
    public mutating func decide(_ lease: KubeObject?, now: Instant, time: UnixTime) -> Decision {
        guard let lease else { return .create(record(on: nil, time: time)) }
        observe(lease, now: now)
        let isHeldByOther = !holder.isEmpty && holder != identity
        if isHeldByOther {
            isLeader = false
            if let observedAt, now < observedAt + timing.duration { return .wait }
        }
        return .update(record(on: lease, time: time))
    }

    /// The decision was carried out; `lease` is what the server answered.
    public mutating func succeeded(_ lease: KubeObject, now: Instant) {
        observe(lease, now: now)
        isLeader = true
        renewedAt = now
    }

    /// Whether the leader could not renew for `renewDeadline`, or another one leads: it must stop what it does.
    public func hasLost(now: Instant) -> Bool {
        guard let renewedAt else { return false }
        return !isLeader || now >= renewedAt + timing.renewDeadline
    }

    /// The lease given back, so that the next leader need not wait; nil when it is not held.
    public func released(time: UnixTime) -> KubeObject? {
        guard isLeader, var lease = observed else { return nil }
        lease["spec", "holderIdentity"] = ""
        lease["spec", "leaseDurationSeconds"] = 1
        lease["spec", "renewTime"] = .string(KubeTime.microText(time))
        lease["spec", "acquireTime"] = .string(KubeTime.microText(time))
        return lease
    }

    private mutating func observe(_ lease: KubeObject, now: Instant) {
        holder = lease.text("spec", "holderIdentity")
        if observed?["spec"] != lease["spec"] { observedAt = now }
        observed = lease
    }

    /// The lease with this candidate as its holder.
    private func record(on lease: KubeObject?, time: UnixTime) -> KubeObject {
        var record = lease ?? KubeObject(["apiVersion": "coordination.k8s.io/v1", "kind": "Lease"])
        if lease == nil { (record.name, record.namespace) = (key.name, key.namespace) }
        let isMine = record.text("spec", "holderIdentity") == identity
        record["spec", "holderIdentity"] = .string(identity)
        record["spec", "leaseDurationSeconds"] = .integer(Int64(timing.duration.totalSeconds.rounded(.up)))
        if !isMine || record["spec", "acquireTime"] == nil {
            record["spec", "acquireTime"] = .string(KubeTime.microText(time))
            let transitions = lease?.integer("spec", "leaseTransitions") ?? -1
            record["spec", "leaseTransitions"] = .integer(transitions + 1)
        }
        record["spec", "renewTime"] = .string(KubeTime.microText(time))
        return record
    }
}
