internal import ClusterBase
internal import ClusterPorts

/// The checks every engine makes before it looks at its data, so that all refuse the same batches in the same words.
enum VariableRules {
    /// Bytes of one value.
    static let valueLimit = 1_000_000
    /// Bytes of one component of a name.
    static let componentLimit = 255
    /// Bytes of a whole name.
    static let nameLimit = 2_048
    /// Steps of one batch.
    static let operationLimit = 10_000

    static func check(_ operations: [VariableOperation]) throws(ClusterError) {
        guard operations.count <= operationLimit else {
            throw ClusterError(.limitExceeded, "a batch of \(operations.count) operations (limit \(operationLimit))")
        }
        for operation in operations {
            try check(name: operation.name)
            if case .put(let name, let value, _) = operation, value.count > valueLimit {
                throw ClusterError(.limitExceeded, "a value of \(value.count) bytes (limit \(valueLimit))", field: name)
            }
        }
    }

    private static func check(name: String) throws(ClusterError) {
        guard name.utf8.count <= nameLimit else {
            throw ClusterError(.invalidArgument, "variable name longer than \(nameLimit) bytes", field: "name")
        }
        for component in name.split(separator: "/", omittingEmptySubsequences: false) {
            guard (1...componentLimit).contains(component.utf8.count) else {
                throw ClusterError(
                    .invalidArgument, "every component of variable name '\(name)' needs 1 to \(componentLimit) bytes",
                    field: "name")
            }
            guard !component.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
                throw ClusterError(.invalidArgument, "control character in a variable name", field: "name")
            }
        }
    }

    static func conflict(_ name: String, expected: VariableVersion, found: VariableVersion) -> ClusterError {
        func text(_ version: VariableVersion) -> String {
            version == .absent ? "absent" : "at version \(version.number)"
        }
        return ClusterError(.conflict, "expected variable \(text(expected)), it is \(text(found))", field: name)
    }
}

extension VariableOperation {
    /// The variable it is about.
    var name: String {
        switch self {
        case .put(let name, _, _), .delete(let name, _), .check(let name, _): name
        }
    }

    /// The version it expects; nil when any will do.
    var expectedVersion: VariableVersion? {
        switch self {
        case .put(_, _, let version), .delete(_, let version): version
        case .check(_, let version): version
        }
    }
}
