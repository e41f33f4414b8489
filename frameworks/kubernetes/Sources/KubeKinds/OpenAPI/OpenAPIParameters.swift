/// The parameters that operations share, as rows.
enum OpenAPIParameters {
    private typealias Parameter = OpenAPIOperation.Parameter

    /// The object's name.
    static let name = OpenAPIOperation.Parameter(name: "name", isInPath: true, description: "The object's name.")
    /// The object's namespace.
    static let namespace = OpenAPIOperation.Parameter(
        name: "namespace", isInPath: true, description: "The object's namespace.")
    /// The rest of a proxied path.
    static let path = OpenAPIOperation.Parameter(name: "path", isInPath: true, description: "The path to pass on.")

    /// How the answer is laid out.
    static let pretty = OpenAPIOperation.Parameter(
        name: "pretty", description: "Whether the answer is indented, for people.")

    /// What all writing operations take.
    static let write: [OpenAPIOperation.Parameter] = [
        Parameter(name: "dryRun", description: "All makes the server check everything and store nothing."),
        Parameter(name: "fieldManager", description: "The name under which the change is recorded."),
        Parameter(name: "fieldValidation", description: "What unknown fields lead to: Ignore, Warn or Strict."),
    ]

    /// What patches take besides.
    static let force = OpenAPIOperation.Parameter(
        name: "force", type: "boolean", description: "Whether apply takes over fields of other managers.")

    /// What deletions of one object take.
    static let delete: [OpenAPIOperation.Parameter] = [
        write[0],
        Parameter(name: "gracePeriodSeconds", type: "integer", description: "Seconds the object has to end."),
        Parameter(name: "orphanDependents", type: "boolean", description: "Whether dependents stay."),
        Parameter(name: "propagationPolicy", description: "What becomes of dependents."),
    ]

    /// What says which objects of a collection are meant.
    static let selection: [OpenAPIOperation.Parameter] = [
        Parameter(name: "continue", description: "Where a list in parts goes on."),
        Parameter(name: "fieldSelector", description: "Which objects, by their fields."),
        Parameter(name: "labelSelector", description: "Which objects, by their labels."),
        Parameter(name: "limit", type: "integer", description: "The most objects in one answer."),
        Parameter(name: "resourceVersion", description: "The version of the store to show or start from."),
        Parameter(name: "resourceVersionMatch", description: "How resourceVersion is meant."),
        Parameter(name: "timeoutSeconds", type: "integer", description: "Seconds after which the answer ends."),
    ]

    /// What lists take to become watches.
    static let watch: [OpenAPIOperation.Parameter] = [
        Parameter(name: "allowWatchBookmarks", type: "boolean", description: "Whether a watch gets bookmarks."),
        Parameter(name: "watch", type: "boolean", description: "Whether changes follow as a stream."),
    ]
}
