/// The phase of a pod from its containers (spec `kubernetes/04` §4.1).
struct PhaseTable {
    /// What is counted.
    struct Count: Equatable {
        var initFailed = 0
        var initPending = 0
        var running = 0
        var waiting = 0
        var stopped = 0
        var succeeded = 0
        /// Stopped ones that another run follows whatever the policy says.
        var owed = 0

        init() {}

        init(initial: [ContainerReport], proper: [ContainerReport]) {
            for report in initial {
                if let ended = report.stopped {
                    initFailed += ended.exit.code == 0 ? 0 : 1
                } else {
                    initPending += 1
                }
            }
            for report in proper {
                if report.isRunning {
                    running += 1
                } else if let ended = report.stopped {
                    stopped += 1
                    if case .ended = report.state, ended.exit.code == 0 { succeeded += 1 }
                } else {
                    waiting += 1
                }
                owed += report.isOwed ? 1 : 0
            }
        }
    }

    typealias Row = (holds: @Sendable (Count, PodView.RestartPolicy) -> Bool, phase: PodPhase)

    /// The first row that holds says the phase.
    static let rows: [Row] = [
        ({ $0.initFailed > 0 && $1 == .never }, .failed),
        ({ count, _ in count.initPending > 0 || count.waiting > 0 }, .pending),
        ({ count, _ in count.running > 0 || count.owed > 0 }, .running),
        ({ $0.stopped > 0 && $1 == .always }, .running),
        ({ count, _ in count.stopped > 0 && count.stopped == count.succeeded }, .succeeded),
        ({ $0.stopped > 0 && $1 == .never }, .failed),
        ({ $0.stopped > 0 && $1 == .onFailure }, .running),
    ]

    static func phase(of count: Count, _ policy: PodView.RestartPolicy) -> PodPhase {
        rows.first { $0.holds(count, policy) }?.phase ?? .pending
    }
}
