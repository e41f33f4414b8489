public import ClusterBase

/// An entry of a directory, as operators see it (`FileInfo` of the v1 messages).
public struct FileView: Hashable, Sendable {
    /// Its path, as the operator would ask for it.
    public var path: String
    /// How many links lead to it.
    public var linkCount: Int
    /// Its size in bytes.
    public var size: Int
    /// When its content changed last.
    public var modified: Instant
    /// Kind and permissions, as the system has them.
    public var mode: UInt32
    /// The owner's name, or number where there is no name.
    public var user: String
    /// The group's name, or number where there is no name.
    public var group: String

    /// Makes an entry.
    public init(
        path: String, linkCount: Int, size: Int, modified: Instant, mode: UInt32, user: String, group: String
    ) {
        (self.path, self.linkCount, self.size, self.modified) = (path, linkCount, size, modified)
        (self.mode, self.user, self.group) = (mode, user, group)
    }
}

extension WireWriter {
    /// The answers to LIST_FILES, READ_FILE and GET_LOGGING_LEVEL have the same fields on masters and agents.
    mutating func files(_ files: [FileView]) {
        for file in files {
            nested(Wire.Master.Response.ListFiles.fileInfos) { writer in
                writer.string(Wire.FileInfo.path, file.path)
                writer.integer(Wire.FileInfo.nlink, file.linkCount)
                writer.integer(Wire.FileInfo.size, file.size)
                writer.instant(Wire.FileInfo.mtime, file.modified)
                writer.integer(Wire.FileInfo.mode, file.mode)
                writer.string(Wire.FileInfo.uid, file.user)
                writer.string(Wire.FileInfo.gid, file.group)
            }
        }
    }

    mutating func file(size: Int, _ content: [UInt8]) {
        integer(Wire.Master.Response.ReadFile.size, size)
        data(Wire.Master.Response.ReadFile.data, content)
    }
}
