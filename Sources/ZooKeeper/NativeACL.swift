internal import CZooKeeper
internal import Glibc

/// Lends an access control list in C form for the duration of the call.
func withNativeACL<Result>(_ entries: [ZooKeeperACL], _ body: (UnsafePointer<ACL_vector>) -> Result) -> Result {
    var native = entries.map { entry in
        ACL(perms: entry.permissions.rawValue, id: Id(scheme: strdup(entry.scheme), id: strdup(entry.id)))
    }
    defer {
        for entry in native {
            free(entry.id.scheme)
            free(entry.id.id)
        }
    }
    return native.withUnsafeMutableBufferPointer { buffer in
        var vector = ACL_vector(count: Int32(buffer.count), data: buffer.baseAddress)
        return body(&vector)
    }
}
