internal import KubeModel

/// The API's object that a pod's status is written to: the pod itself, or the mirror of a static one.
struct StatusTarget: Hashable, Sendable {
    /// Its place.
    var key: ObjectKey
    /// Its uid.
    var uid: String
}
