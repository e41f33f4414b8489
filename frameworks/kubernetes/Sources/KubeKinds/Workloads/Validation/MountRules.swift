internal import ClusterBase
internal import KubeModel

/// Rules of what a container mounts (upstream `ValidateVolumeMounts`, `ValidateVolumeDevices`).
enum MountRules {
    /// The mounts and devices of a container; `volumes` are the pod's sound ones.
    static func check(_ container: FieldView, volumes: [String: FieldView]) -> [FieldError] {
        let (mounts, devices) = (container["volumeMounts"], container["volumeDevices"])
        return self.mounts(mounts, beside: devices, of: container, volumes)
            + self.devices(devices, beside: mounts, volumes)
    }

    private static func mounts(
        _ list: FieldView, beside devices: FieldView, of container: FieldView, _ volumes: [String: FieldView]
    ) -> [FieldError] {
        let deviceNames = Set(devices.elements.map { $0["name"].text })
        let devicePaths = Set(devices.elements.map { $0["devicePath"].text })
        var paths: Set<String> = []
        var errors: [FieldError] = []
        for mount in list.elements {
            let (name, path) = (mount["name"], mount["mountPath"])
            errors += name.requiredErrors
            if volumes[name.text] == nil { errors.append(.notFound(name.path, .string(name.text))) }
            errors += path.requiredErrors
            if !paths.insert(path.text).inserted { errors.append(path.invalid("must be unique")) }
            if deviceNames.contains(name.text) {
                errors.append(name.invalid("must not already exist in volumeDevices"))
            }
            if devicePaths.contains(path.text) {
                errors.append(path.invalid("must not already exist as a path in volumeDevices"))
            }
            errors += subPaths(mount, list.path)
            errors += propagation(mount["mountPropagation"].at(list.path.child("mountPropagation")), container)
        }
        return errors
    }

    /// The path within the volume; upstream names it without the mount's position.
    private static func subPaths(_ mount: FieldView, _ path: FieldPath) -> [FieldError] {
        let (plain, expanded) = (mount["subPath"], mount["subPathExpr"])
        var errors = plain.isEmpty ? [] : PathRules.descending(plain.at(path.child("subPath")))
        if expanded.isEmpty { return errors }
        if !plain.isEmpty { errors.append(expanded.invalid("subPathExpr and subPath are mutually exclusive")) }
        return errors + PathRules.descending(expanded.at(path.child("subPathExpr")))
    }

    private static func propagation(_ mode: FieldView, _ container: FieldView) -> [FieldError] {
        let unknown = mode.oneOfIfGiven(["Bidirectional", "HostToContainer", "None"])
        let isForbidden = mode.text == "Bidirectional" && !container["securityContext"]["privileged"].flag
        return unknown
            + (isForbidden
                ? [mode.forbidden("Bidirectional mount propagation is available only to privileged containers")] : [])
    }

    private static func devices(
        _ list: FieldView, beside mounts: FieldView, _ volumes: [String: FieldView]
    ) -> [FieldError] {
        let mountNames = Set(mounts.elements.map { $0["name"].text })
        let mountPaths = Set(mounts.elements.map { $0["mountPath"].text })
        var (names, paths): (Set<String>, Set<String>) = ([], [])
        var errors: [FieldError] = []
        for device in list.elements {
            let (name, path) = (device["name"], device["devicePath"])
            errors += name.requiredErrors
            if names.contains(name.text) { errors.append(name.invalid("must be unique")) }
            switch volumes[name.text] {
            case nil: errors.append(.notFound(name.path, .string(name.text)))
            case let volume? where !volume["persistentVolumeClaim"].isPresent:
                errors.append(
                    name.invalid("can only use volume source type of PersistentVolumeClaim for block mode"))
            default: break
            }
            errors += path.requiredErrors
            if paths.contains(path.text) { errors.append(path.invalid("must be unique")) }
            if PathRules.withoutBacksteps(path).isEmpty {
                paths.insert(path.text)
            } else {
                errors.append(path.invalid("can not contain backsteps ('..')"))
            }
            if mountNames.contains(name.text) {
                errors.append(name.invalid("must not already exist in volumeMounts"))
            }
            if mountPaths.contains(path.text) {
                errors.append(path.invalid("must not already exist as a path in volumeMounts"))
            }
            if !name.isEmpty { names.insert(name.text) }
        }
        return errors
    }
}
