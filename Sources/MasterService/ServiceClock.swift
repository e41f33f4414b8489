internal import ClusterBase
internal import Foundation

/// The time for cores: starts at the wall clock's time and then advances monotonically, whatever the wall clock does.
struct ServiceClock: Sendable {
    private let wallAtStart: Instant
    private let start: ContinuousClock.Instant

    init() {
        wallAtStart = Instant(seconds: Date().timeIntervalSince1970)
        start = ContinuousClock.now
    }

    var now: Instant { wallAtStart + (ContinuousClock.now - start) }
}
