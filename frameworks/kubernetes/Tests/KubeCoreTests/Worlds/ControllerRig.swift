import ClusterBase
import KubeCore
import KubeModel

/// What the world does to the controllers' views and requests.
struct Faults {
    /// News that is told twice.
    var repeats = 0.0
    /// News that is left out because later news of the object is on the way.
    var drops = 0.0
    /// Requests that are refused.
    var refusals = 0.0
}

/// A controller of any kind in a world.
protocol AnyRig {
    var hasWork: Bool { get }
    var nextDue: UnixTime? { get }
    var events: [String] { get }
    mutating func deliver(
        _ log: [(kind: ResourceKind, delta: ObjectDelta)], _ faults: Faults, _ random: inout SeededRandom
    )
        -> Bool
    mutating func work(_ server: inout TinyServer, _ faults: Faults, _ random: inout SeededRandom)
}

/// A controller, how far it has read the log (each kind on its own, as watches do), and its queue.
struct ControllerRig<C: Controller>: AnyRig {
    private var controller: C
    private var read: [Int]
    private var ready: [C.Key] = []
    private var delayed: [(key: C.Key, due: UnixTime)] = []
    private var time = UnixTime(seconds: 0)
    private(set) var events: [String] = []

    init(_ controller: C) {
        self.controller = controller
        read = controller.kinds.map { _ in 0 }
        add(self.controller.synchronised())
    }

    var hasWork: Bool { !ready.isEmpty }
    var nextDue: UnixTime? { delayed.map(\.due).min() }

    private mutating func add(_ triggers: [Trigger<C.Key>]) {
        for trigger in triggers {
            if trigger.after == .zero {
                if !ready.contains(trigger.key) { ready.append(trigger.key) }
            } else {
                delayed.append(
                    (trigger.key, UnixTime(microseconds: time.microseconds + trigger.after.totalNanoseconds / 1_000)))
            }
        }
    }

    /// Tells the next news of a kind chosen at random; false when all is told.
    mutating func deliver(
        _ log: [(kind: ResourceKind, delta: ObjectDelta)], _ faults: Faults, _ random: inout SeededRandom
    ) -> Bool {
        let first = random.below(read.count)
        for offset in read.indices {
            let index = (first + offset) % read.count
            let kind = controller.kinds[index]
            guard let place = log[read[index]...].firstIndex(where: { $0.kind == kind }) else {
                read[index] = log.count
                continue
            }
            read[index] = place + 1
            let delta = log[place].delta
            if case .changed = delta, random.chance(faults.drops), Self.isOutdated(delta, log[read[index]...]) {
                return true
            }
            add(controller.observe(delta, of: kind))
            if random.chance(faults.repeats) { add(controller.observe(delta, of: kind)) }
            return true
        }
        return false
    }

    /// Whether later news of the same object is on the way.
    private static func isOutdated(
        _ delta: ObjectDelta, _ later: ArraySlice<(kind: ResourceKind, delta: ObjectDelta)>
    ) -> Bool {
        later.contains { $0.delta.object.uid == delta.object.uid && !$0.delta.isDeletion }
    }

    /// Works on a key that is ready, chosen at random; news may come while requests are under way.
    mutating func work(_ server: inout TinyServer, _ faults: Faults, _ random: inout SeededRandom) {
        time = server.now
        let due = delayed.filter { $0.due <= time }.map(\.key)
        delayed.removeAll { $0.due <= time }
        add(due.map { Trigger($0) })
        guard !ready.isEmpty else { return }
        let key = ready.remove(at: random.below(ready.count))
        var progress: Progress?
        while true {
            let plan = controller.plan(key, after: progress, now: server.now)
            events += plan.events.map { "\($0.reason): \($0.message)" }
            add(plan.triggers)
            let outcomes = plan.intents.map { intent -> Outcome in
                if random.chance(faults.refusals) { return Outcome(intent, .failed(.tooManyRequests())) }
                return Outcome(intent, server.answer(intent))
            }
            while random.chance(0.4), deliver(server.log, faults, &random) {}
            switch plan.next {
            case .resume(let stage):
                progress = Progress(stage: stage, outcomes)
                continue
            case .finished where outcomes.allSatisfy { !$0.isFailure }: break
            case .again(let delay) where outcomes.allSatisfy { !$0.isFailure }: add([Trigger(key, after: delay)])
            default: add([Trigger(key, after: .milliseconds(10))])
            }
            return
        }
    }
}
