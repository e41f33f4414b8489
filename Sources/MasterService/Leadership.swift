internal import ClusterModel
internal import NIOConcurrencyHelpers

/// What this master is to the cluster right now; read by every request, written by the election.
final class Leadership: Sendable {
    enum Role: Sendable {
        /// Nobody leads, as far as is known.
        case leaderless
        /// Another master leads: requests are redirected there.
        case standby(leader: MasterInfo)
        /// This master was elected and reads the registry.
        case recovering
        /// This master leads.
        case leading
    }

    private let box = NIOLockedValueBox(Role.leaderless)

    var role: Role {
        get { box.withLockedValue { $0 } }
        set { box.withLockedValue { $0 = newValue } }
    }

    var isLeading: Bool {
        if case .leading = role { return true }
        return false
    }
}
