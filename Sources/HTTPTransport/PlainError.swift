internal import Glibc
internal import NIOCore
internal import NIOPosix

/// An error of the network library in words for people: what the system said, without the library's own circumstances.
struct PlainError: Error, CustomStringConvertible {
    let description: String

    init(_ words: String) { description = words }

    init(_ error: any Error) {
        description =
            switch error {
            case let error as IOError: String(cString: strerror(error.errnoCode))
            case let error as NIOConnectionError: PlainError.words(of: error)
            case let error as SocketAddressError.UnknownHost: "the host \(error.host) is not known"
            default: "\(error)"
            }
    }

    private static func words(of error: NIOConnectionError) -> String {
        if let tried = error.connectionErrors.first { return PlainError(tried.error).description }
        return "the host \(error.host) is not known"
    }
}
