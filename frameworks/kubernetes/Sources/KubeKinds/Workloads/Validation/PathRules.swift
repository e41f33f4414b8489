internal import ClusterBase
internal import KubeModel

/// Rules of paths and of permission bits in files (upstream `validateLocalDescendingPath` and its kin).
enum PathRules {
    /// No step leads upwards.
    static func withoutBacksteps(_ path: FieldView) -> [FieldError] {
        path.text.split(separator: "/").contains("..") ? [path.invalid("must not contain '..'")] : []
    }

    /// A relative path without steps upwards.
    static func descending(_ path: FieldView) -> [FieldError] {
        (path.text.hasPrefix("/") ? [path.invalid("must be a relative path")] : []) + withoutBacksteps(path)
    }

    /// A descending path that does not begin with two dots either, as directories do that volumes keep for themselves.
    static func descendingUnreserved(_ path: FieldView) -> [FieldError] {
        let isReserved = path.text.hasPrefix("..") && !path.text.hasPrefix("../")
        return descending(path) + (isReserved ? [path.invalid("must not start with '..'")] : [])
    }

    /// Permission bits.
    static func mode(_ mode: FieldView) -> [FieldError] {
        guard let bits = mode.integer, !(0...0o777).contains(bits) else { return [] }
        return [mode.invalid("must be a number between 0 and 0777 (octal), both inclusive")]
    }
}
