public import ClusterBase

/// Names a framework: `<master id>-0000`.
public typealias FrameworkID = TaggedID<FrameworkTag>
/// Names an agent: `<master id>-S0`.
public typealias AgentID = TaggedID<AgentTag>
/// Names an offer: `<master id>-O0`.
public typealias OfferID = TaggedID<OfferTag>
/// Names a task within its framework.
public typealias TaskID = TaggedID<TaskTag>
/// Names an executor within its framework on its agent.
public typealias ExecutorID = TaggedID<ExecutorTag>
/// Names a container on its agent; nested ones are `parent.child`.
public typealias ContainerID = TaggedID<ContainerTag>
/// Names an operation within its framework.
public typealias OperationID = TaggedID<OperationTag>

/// Tag of `FrameworkID`.
public enum FrameworkTag {}
/// Tag of `AgentID`.
public enum AgentTag {}
/// Tag of `OfferID`.
public enum OfferTag {}
/// Tag of `TaskID`.
public enum TaskTag {}
/// Tag of `ExecutorID`.
public enum ExecutorTag {}
/// Tag of `ContainerID`.
public enum ContainerTag {}
/// Tag of `OperationID`.
public enum OperationTag {}

/// The exact encoding of a message as it was received, in v1 field numbers.
///
/// Models carry it so that what they do not spell out is passed on unharmed: an encoder starts from the image and
/// overwrites the modelled fields. Values built in this process have none.
public struct WireImage: Hashable, Sendable {
    /// The protobuf bytes.
    public var bytes: [UInt8]

    /// Makes an image.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }
}
