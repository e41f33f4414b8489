internal import ClusterBase
internal import Glibc
public import HTTPTransport
public import MesosProtocol
internal import NIOPosix

/// Reads the files that a daemon offers to operators, by virtual path (spec `mesos/08` §8.5).
///
/// What is asked for must lie below the root that its virtual path stands for, with all links followed; that is asked
/// again of what was opened, for whoever owns a sandbox may exchange its directories meanwhile. Everything that blocks
/// runs on a thread of its own.
public struct FileAccess: Sendable {
    /// A virtual path and what it stands for.
    public struct Mount: Hashable, Sendable {
        /// The path that operators name.
        public var virtualPath: String
        /// The file or directory.
        public var realPath: String

        /// Makes a mount.
        public init(_ virtualPath: String, _ realPath: String) {
            (self.virtualPath, self.realPath) = (virtualPath, realPath)
        }
    }

    /// Where something is that was asked for.
    public struct Place: Hashable, Sendable {
        /// The file or directory that is offered.
        public var root: String
        /// What was asked for: the root or something below.
        public var path: String

        /// Makes a place.
        public init(root: String, path: String) { (self.root, self.path) = (root, path) }
    }

    /// Why a file is not read.
    public enum Refusal: Error, Hashable, Sendable {
        /// It cannot be read that way; the words say why.
        case invalid(String)
        /// Nothing of that path is offered.
        case notFound

        /// The answer to a request.
        public var response: HTTPResponse {
            switch self {
            case .invalid(let text): .error(.badRequest, text)
            case .notFound: .error(.notFound)
            }
        }
    }

    /// Part of a file.
    public struct Content: Hashable, Sendable {
        /// The size of the whole file, in bytes.
        public var size: Int
        /// The part.
        public var bytes: [UInt8]
    }

    /// The most bytes that one reading gives: 16 pages.
    public static let readMax = 16 * 4096

    let mounts: @Sendable () async throws -> [Mount]
    let find: @Sendable (String) async throws -> Place?

    /// Offers what is mounted.
    ///
    /// - Parameter find: where a virtual path leads, without looking at the disk; by the longest mount above it unless
    ///   said otherwise.
    public init(
        mounts: @escaping @Sendable () async throws -> [Mount],
        find: (@Sendable (String) async throws -> Place?)? = nil
    ) {
        self.mounts = mounts
        self.find = find ?? { path in Self.place(of: path, in: try await mounts()) }
    }

    /// The place of a path below the mount that shares most components with it.
    static func place(of path: String, in mounts: [Mount]) -> Place? {
        let wanted = path.split(separator: "/")
        let above = mounts.filter { wanted.starts(with: $0.virtualPath.split(separator: "/")) }
        guard let mount = above.max(by: { $0.virtualPath.count < $1.virtualPath.count }) else { return nil }
        let rest = wanted.dropFirst(mount.virtualPath.split(separator: "/").count)
        return Place(root: mount.realPath, path: ([mount.realPath] + rest.map(String.init)).joined(separator: "/"))
    }

    /// The real place, with no link left in its paths.
    private func resolve(_ path: String) async throws -> Place {
        guard let place = try await find(path) else { throw Refusal.notFound }
        return try await NIOThreadPool.singleton.runIfActive {
            guard let real = Self.resolved(place.path), let base = Self.resolved(place.root) else {
                throw Refusal.notFound
            }
            let found = Place(root: base, path: real)
            guard found.isInside else { throw Refusal.invalid("'\(place.path)' is inaccessible.\n") }
            return found
        }
    }

    static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// What a directory holds, by path; nothing when the path is a file.
    ///
    /// Throws `Refusal`.
    public func entries(of path: String) async throws -> [FileView] {
        let place = try await resolve(path)
        let base = path.hasSuffix("/") ? String(path.dropLast()) : path
        return try await NIOThreadPool.singleton.runIfActive {
            let directory = try OpenFile(place)
            return directory.names.compactMap { name in
                guard let info = directory.status(of: name) else { return nil }
                let seconds = Duration.seconds(info.st_mtim.tv_sec) + .nanoseconds(info.st_mtim.tv_nsec)
                return FileView(
                    path: base + "/" + name, linkCount: Int(info.st_nlink), size: Int(info.st_size),
                    modified: Instant(nanoseconds: 0) + seconds, mode: info.st_mode,
                    user: Self.name(ofUser: info.st_uid), group: Self.name(ofGroup: info.st_gid))
            }
        }
    }

    /// Part of a file; beyond its end nothing, and never more than `readMax` bytes.
    ///
    /// Throws `Refusal`.
    public func content(of path: String, offset: Int, length: Int?) async throws -> Content {
        let place = try await resolve(path)
        return try await NIOThreadPool.singleton.runIfActive {
            let file = try OpenFile(place, otherwise: "Cannot read a directory.\n")
            guard offset < file.size, length != 0 else { return Content(size: file.size, bytes: []) }
            let count = min(length ?? Self.readMax, Self.readMax, file.size - offset)
            return Content(size: file.size, bytes: try file.read(offset: offset, count: count))
        }
    }

    /// All of a file: its bytes, or beyond `pieceSize` a stream of them, which never holds more than a few pieces.
    ///
    /// Throws `Refusal`.
    public func whole(of path: String) async throws -> HTTPResponse.Body {
        let place = try await resolve(path)
        let file = try await NIOThreadPool.singleton.runIfActive {
            SharedFile(try OpenFile(place, otherwise: "Cannot download a directory.\n"))
        }
        guard file.size > Self.pieceSize else { return .bytes(try await file.read(offset: 0, count: file.size)) }
        let stream = ResponseStream()
        Task { await Self.send(file, to: stream) }
        return .stream(stream)
    }

    /// How much of a large file is read at a time, in bytes.
    static let pieceSize = 256 << 10
    /// The most pieces that wait for a client.
    private static let pieceLimit = 8

    /// Writes a file piece by piece, as fast as the client takes it; ends with the stream or the file.
    private static func send(_ file: SharedFile, to stream: ResponseStream) async {
        var offset = 0
        while offset < file.size, stream.isOpen {
            guard stream.backlog < pieceLimit else {
                try? await Task.sleep(for: .milliseconds(10))
                continue
            }
            let piece = try? await file.read(offset: offset, count: min(pieceSize, file.size - offset))
            guard let piece, !piece.isEmpty, stream.write(piece) else { break }
            offset += piece.count
        }
        stream.close()
    }

    private static func name(ofUser user: uid_t) -> String {
        getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? "\(user)"
    }

    private static func name(ofGroup group: gid_t) -> String {
        getgrgid(group).map { String(cString: $0.pointee.gr_name) } ?? "\(group)"
    }
}

extension FileAccess.Place {
    /// Whether the path is the root or below it; both with no link left in them.
    var isInside: Bool { path == root || path.hasPrefix(root + "/") }
}

/// A file that stays open while somebody reads it piece by piece.
private final class SharedFile: Sendable {
    private let file: OpenFile
    var size: Int { file.size }

    init(_ file: consuming OpenFile) { self.file = file }

    func read(offset: Int, count: Int) async throws -> [UInt8] {
        try await NIOThreadPool.singleton.runIfActive { try self.file.read(offset: offset, count: count) }
    }
}

/// A file or directory that is open for reading as long as the value lives.
private struct OpenFile: ~Copyable {
    private let descriptor: Int32
    /// Where it is, however it came there.
    private let place: FileAccess.Place
    let size: Int

    /// Opens what is at a place, provided it is still below the place's root; `words` are said of what is no file.
    init(_ place: FileAccess.Place, otherwise words: String? = nil) throws {
        descriptor = open(place.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        var info = stat()
        guard descriptor >= 0, fstat(descriptor, &info) == 0 else {
            let code = errno
            if descriptor >= 0 { close(descriptor) }
            throw ClusterError(.system, "Failed to open file at '\(place.path)': \(String(cString: strerror(code)))")
        }
        let opened = FileAccess.resolved("/proc/self/fd/\(descriptor)").map {
            FileAccess.Place(root: place.root, path: $0)
        }
        guard let opened, opened.isInside else {
            close(descriptor)
            throw FileAccess.Refusal.invalid("'\(place.path)' is inaccessible.\n")
        }
        if let words, info.st_mode & S_IFMT != S_IFREG {
            close(descriptor)
            throw FileAccess.Refusal.invalid(words)
        }
        self.place = opened
        size = Int(info.st_size)
    }

    deinit { close(descriptor) }

    func read(offset: Int, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count {
                let got = pread(descriptor, buffer.baseAddress?.advanced(by: done), count - done, off_t(offset + done))
                if got == 0 { break }
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { throw ClusterError(.system, "cannot read '\(place.path)'") }
                done += got
            }
        }
    }

    // MARK: Directories

    /// What a directory holds, sorted; nothing when it is none.
    var names: [String] {
        let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard own >= 0 else { return [] }
        guard let stream = fdopendir(own) else {
            close(own)
            return []
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// What an entry is, or what it leads to if that may be read; nothing is told of files outside.
    func status(of name: String) -> stat? {
        var (info, target) = (stat(), stat())
        guard fstatat(descriptor, name, &info, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        guard info.st_mode & S_IFMT == S_IFLNK else { return info }
        guard let path = FileAccess.resolved(place.path + "/" + name),
            FileAccess.Place(root: place.root, path: path).isInside,
            fstatat(AT_FDCWD, path, &target, AT_SYMLINK_NOFOLLOW) == 0
        else { return info }
        return target
    }
}
