internal import ClusterBase
public import KubeCore
public import KubeModel

/// Something about a pod or one of its containers that people should know, in the words of 1.20.
public struct PodEvent: Hashable, Sendable {
    /// The part of the pod, `spec.containers{NAME}`; empty for the pod as a whole.
    public var fieldPath: String
    /// How serious it is.
    public var severity: EventNote.Severity
    /// One word in camel case.
    public var reason: String
    /// What happened.
    public var message: String

    /// Makes an event.
    public init(
        _ severity: EventNote.Severity, _ reason: String, _ message: String, about container: ContainerView? = nil
    ) {
        fieldPath = container?.fieldPath ?? ""
        (self.severity, self.reason, self.message) = (severity, reason, message)
    }

    /// The event as one of a pod, for the recorder.
    public func note(about pod: KubeObject) -> EventNote {
        var note = EventNote(pod, severity, reason: reason, message)
        if !fieldPath.isEmpty { note.regarding["fieldPath"] = .string(fieldPath) }
        return note
    }
}
