internal import ClusterBase
internal import KubeModel

/// Volumes made of files: secrets, config maps, fields of the pod, and mixtures of them.
extension VolumeRules {
    /// Permission bits and the choice of keys.
    static let files: SourceRule = { source in
        PathRules.mode(source["defaultMode"]) + source["items"].elements.flatMap(keyToPath)
    }

    /// Fields of the pod; upstream names none of the files.
    static let downwardAPI: SourceRule = { source in
        PathRules.mode(source["defaultMode"]) + fieldFiles(source["items"], at: source.path)
    }

    /// A mixture, in which no two files have one path.
    static let projected: SourceRule = { volume in
        var taken: Set<String> = []
        var errors = PathRules.mode(volume["defaultMode"])
        for source in volume["sources"].elements {
            for name in ["secret", "configMap", "downwardAPI"] where source[name].isPresent {
                let part = source[name]
                errors += name == "downwardAPI" ? fieldFiles(part["items"], at: part.path) : keyFiles(part)
                for item in part["items"].elements where !item["path"].isEmpty {
                    let path = item["path"].text
                    if taken.insert(path).inserted { continue }
                    let shown = name == "downwardAPI" ? path : part["name"].text
                    errors.append(.invalid(volume.path, .string(shown), "conflicting duplicate paths"))
                }
            }
            errors += token(source["serviceAccountToken"], in: volume)
            if source.entries.count > 1 { errors.append(source.forbidden("may not specify more than 1 volume type")) }
        }
        return errors
    }

    private static func keyFiles(_ source: FieldView) -> [FieldError] {
        source["name"].requiredErrors + source["items"].elements.flatMap(keyToPath)
    }

    private static func keyToPath(_ item: FieldView) -> [FieldError] {
        item["key"].requiredErrors + item["path"].requiredErrors + PathRules.descendingUnreserved(item["path"])
            + PathRules.mode(item["mode"])
    }

    private static func fieldFiles(_ items: FieldView, at path: FieldPath) -> [FieldError] {
        items.elements.map { $0.at(path) }.flatMap { file in
            let (field, resource) = (file["fieldRef"], file["resourceFieldRef"])
            var errors = file["path"].requiredErrors + PathRules.descendingUnreserved(file["path"])
            if field.isPresent {
                errors += EnvironmentRules.fieldRef(field, readable: EnvironmentRules.fileFields)
                if resource.isPresent {
                    let detail = "fieldRef and resourceFieldRef can not be specified simultaneously"
                    errors.append(.invalid(path, "resource", detail))
                }
            } else if resource.isPresent {
                errors += EnvironmentRules.resourceFieldRef(resource, needsContainer: true)
            } else {
                errors.append(.required(path, "one of fieldRef and resourceFieldRef is required"))
            }
            return errors + PathRules.mode(file["mode"])
        }
    }

    private static let shortestToken: Int64 = 600
    private static let longestToken: Int64 = 1 << 32

    private static func token(_ token: FieldView, in volume: FieldView) -> [FieldError] {
        guard token.isPresent else { return [] }
        let seconds = token["expirationSeconds"]
        var errors: [FieldError] = []
        if let number = seconds.integer, number < shortestToken {
            errors.append(seconds.invalid("may not specify a duration less than 10 minutes"))
        }
        if let number = seconds.integer, number > longestToken {
            errors.append(seconds.invalid("may not specify a duration larger than 2^32 seconds"))
        }
        if token["path"].isEmpty { errors.append(volume["path"].required()) }
        return errors
    }
}
