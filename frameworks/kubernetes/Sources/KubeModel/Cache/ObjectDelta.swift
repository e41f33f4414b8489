/// What happened to one object, as an informer tells it.
public enum ObjectDelta: Hashable, Sendable {
    /// It was not known before.
    case added(KubeObject)
    /// It changed.
    case changed(KubeObject, from: KubeObject)
    /// It is gone; the object is the last state known.
    case deleted(KubeObject)

    /// The object: its new state, or the last one when it is gone.
    public var object: KubeObject {
        switch self {
        case .added(let object), .changed(let object, _), .deleted(let object): object
        }
    }

    /// The state before, if there was one.
    public var previous: KubeObject? {
        switch self {
        case .added: nil
        case .changed(_, let previous): previous
        case .deleted(let object): object
        }
    }

    /// Whether the object is gone.
    public var isDeletion: Bool { if case .deleted = self { true } else { false } }
}
