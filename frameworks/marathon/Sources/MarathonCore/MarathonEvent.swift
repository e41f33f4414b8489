public import ClusterBase
public import ClusterModel
public import MarathonModel

/// Connects a command with its answer.
public typealias CommandID = UInt64

/// What happens to Marathon.
public enum MarathonEvent: Sendable {
    /// Somebody asks for a change.
    case command(CommandID, MarathonCommand)
    /// The master says something.
    case scheduler(SchedulerEvent)
    /// The stream to the master broke; `subscribed` follows some day.
    case disconnected
    /// A deadline passed (`nextDeadline`).
    case tick
}

/// Where a command came from, for the event stream.
public struct CommandOrigin: Hashable, Sendable {
    /// The client's address.
    public var client: String
    /// The path of the request.
    public var uri: String

    /// Makes an origin.
    public init(client: String, uri: String) { (self.client, self.uri) = (client, uri) }
}

/// Which tasks are meant.
public enum TaskSelection: Hashable, Sendable {
    /// All of an app, or those on one host.
    case app(PathID, host: String?)
    /// One task of an app.
    case task(TaskID, of: PathID)
    /// Tasks by id, of any apps; unknown ones are ignored.
    case tasks([TaskID])
}

/// What becomes of killed tasks.
public enum KillMode: Hashable, Sendable {
    /// The same instance is launched again.
    case relaunch
    /// The instance is forgotten and another one started.
    case wipe
    /// Their apps are scaled down.
    case scale
}

/// A change asked for through the API.
public enum MarathonCommand: Sendable {
    /// POST of an app.
    case createApp(JSONObject, force: Bool, origin: CommandOrigin)
    /// PUT (`mayCreate`) or PATCH of an app.
    case updateApp(PathID, JSONObject, isPartial: Bool, mayCreate: Bool, force: Bool, origin: CommandOrigin)
    /// PUT (`mayCreate`) or PATCH of several apps at once.
    case updateApps([JSONObject], isPartial: Bool, mayCreate: Bool, force: Bool)
    /// DELETE of an app.
    case deleteApp(PathID, force: Bool)
    /// Restart of an app.
    case restartApp(PathID, force: Bool)
    /// Kills tasks.
    case kill(TaskSelection, KillMode, force: Bool)
    /// Cancels a deployment: rolls it back, or with force leaves things as they are.
    case cancelDeployment(String, force: Bool)
    /// Lets an app's instances be launched without delay.
    case resetDelay(PathID)
}

/// A change that is recorded; the deployment runs on.
public struct DeploymentReceipt: Hashable, Sendable {
    /// The deployment.
    public var id: String
    /// The version that it makes current.
    public var version: Timestamp
}

/// What became of a command.
public enum CommandAnswer: Sendable {
    /// The app was created.
    case created(AppSpec, DeploymentReceipt)
    /// The change is under way; `isNew` when the addressed app did not exist.
    case changed(DeploymentReceipt, isNew: Bool)
    /// The tasks are being killed; the instances as they were.
    case killed([Instance])
    /// Done, nothing to tell.
    case done
}

/// Why a command was refused.
public enum MarathonError: Error, Hashable, Sendable {
    /// The id is taken by an app.
    case appExists(PathID)
    /// There is no such app.
    case unknownApp(PathID)
    /// There is no such version of the app.
    case unknownVersion(PathID, String)
    /// There is no such task.
    case unknownTask(String)
    /// There is no such deployment.
    case unknownDeployment(String)
    /// No instance of the app waits for an offer.
    case notQueued(PathID)
    /// Deployments that affect the same apps are running.
    case locked([String])
    /// As many deployments run as may.
    case tooManyDeployments(Int)
    /// The definition is not acceptable.
    case spec(SpecError)
    /// The request contradicts itself.
    case badRequest(String)
    /// An argument is not acceptable.
    case unprocessable(String)
}
