import ClusterBase
import KubeCore
import KubeModel
import Testing

@Suite struct LeaderElectionTests {
    private let key = ObjectKey(namespace: "kube-system", "kube-controller-manager")
    private func candidate(_ name: String) -> LeaderElection { LeaderElection(identity: name, key: key) }
    private func time(_ seconds: Int64) -> UnixTime { UnixTime(seconds: seconds) }

    /// A candidate that has created the lease at 0 s.
    private func leader(_ name: String) -> (LeaderElection, KubeObject) {
        var election = candidate(name)
        guard case .create(var lease) = election.decide(nil, now: at(0), time: time(0)) else {
            Issue.record("a lease that is absent must be created")
            return (election, KubeObject())
        }
        lease.resourceVersion = "1"
        election.succeeded(lease, now: at(0))
        return (election, lease)
    }

    @Test func absentLeaseIsCreated() {
        let (election, lease) = leader("a")
        #expect(election.isLeader)
        #expect(election.holder == "a")
        #expect(lease.apiVersion == "coordination.k8s.io/v1" && lease.kind == "Lease")
        #expect(lease.key == key)
        #expect(
            lease["spec"]
                == json(
                    #"""
                    {"holderIdentity":"a","leaseDurationSeconds":15,"leaseTransitions":0,
                     "acquireTime":"1970-01-01T00:00:00.000000Z","renewTime":"1970-01-01T00:00:00.000000Z"}
                    """#))
    }

    @Test func leaderRenewsAndKeepsItsTimes() {
        var (election, lease) = leader("a")
        guard case .update(let renewed) = election.decide(lease, now: at(2), time: time(2)) else {
            Issue.record("a leader renews")
            return
        }
        #expect(renewed.resourceVersion == "1")
        #expect(renewed.text("spec", "acquireTime") == "1970-01-01T00:00:00.000000Z")
        #expect(renewed.text("spec", "renewTime") == "1970-01-01T00:00:02.000000Z")
        #expect(renewed.integer("spec", "leaseTransitions") == 0)
    }

    @Test func otherWaitsWhileTheLeaseIsSeenToBeRenewed() {
        let (_, first) = leader("a")
        var other = candidate("b")
        #expect(other.decide(first, now: at(100), time: time(100)) == .wait)
        #expect(other.decide(first, now: at(114.9), time: time(115)) == .wait)
        var renewed = first
        renewed["spec", "renewTime"] = "1970-01-01T00:00:10.000000Z"
        #expect(other.decide(renewed, now: at(114.95), time: time(115)) == .wait)
        #expect(other.decide(renewed, now: at(129), time: time(129)) == .wait)
        #expect(!other.isLeader)
    }

    /// The holder's clock may be hours away: only what this candidate sees counts.
    @Test func otherTakesALeaseThatStandsStillHoweverOldItsTimesAre() {
        var (_, lease) = leader("a")
        lease["spec", "renewTime"] = "2999-01-01T00:00:00.000000Z"
        var other = candidate("b")
        #expect(other.decide(lease, now: at(50), time: time(50)) == .wait)
        guard case .update(let taken) = other.decide(lease, now: at(65), time: time(65)) else {
            Issue.record("a lease that was not renewed for its duration is taken")
            return
        }
        #expect(taken.text("spec", "holderIdentity") == "b")
        #expect(taken.integer("spec", "leaseTransitions") == 1)
        #expect(taken.text("spec", "acquireTime") == "1970-01-01T00:01:05.000000Z")
        #expect(!other.isLeader)
        other.succeeded(taken, now: at(65))
        #expect(other.isLeader)
    }

    @Test func leaderThatCannotRenewMustStop() {
        let (election, _) = leader("a")
        #expect(!election.hasLost(now: at(9.9)))
        #expect(election.hasLost(now: at(10)))
    }

    @Test func leaderThatSeesAnotherHolderMustStop() {
        var (election, lease) = leader("a")
        lease["spec", "holderIdentity"] = "b"
        #expect(election.decide(lease, now: at(2), time: time(2)) == .wait)
        #expect(!election.isLeader)
        #expect(election.hasLost(now: at(2)))
    }

    @Test func releasedLeaseIsTakenAtOnce() {
        let (election, _) = leader("a")
        guard let released = election.released(time: time(5)) else {
            Issue.record("a leader can release")
            return
        }
        #expect(released.text("spec", "holderIdentity") == "")
        #expect(released.integer("spec", "leaseDurationSeconds") == 1)
        var other = candidate("b")
        guard case .update(let taken) = other.decide(released, now: at(5), time: time(5)) else {
            Issue.record("a lease without holder is free")
            return
        }
        #expect(taken.text("spec", "holderIdentity") == "b")
        #expect(candidate("c").released(time: time(5)) == nil)
    }
}
