import ClusterBase
import KubeClient
import KubeModel
import KubeNode

extension KubeletClock {
    /// A clock that runs faster than the system's.
    static func fast(_ factor: Double) -> KubeletClock {
        let (start, origin) = (ServiceClock.time(), ContinuousClock.now)
        let passed: @Sendable () -> Duration = { (ContinuousClock.now - origin) * factor }
        return KubeletClock(
            time: { UnixTime(microseconds: start.microseconds + passed().totalNanoseconds / 1_000) },
            steady: { Instant(nanoseconds: passed().totalNanoseconds) },
            sleep: { try await Task.sleep(for: $0 / factor) })
    }
}
