internal import NIOHTTP1

/// An HTTP request method; case-sensitive, as on the wire.
public struct RequestMethod: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The method's token, such as `GET`.
    public let name: String

    /// Makes a method of its token, unchecked.
    public init(_ name: String) { self.name = name }

    /// Makes a method of its token, unchecked.
    public init(stringLiteral value: String) { self.name = value }

    init(_ method: NIOHTTP1.HTTPMethod) { self.name = method.rawValue }

    /// Reads a representation.
    public static let get = RequestMethod("GET")
    /// Reads the headers of a representation; answered by `get` routes without a body.
    public static let head = RequestMethod("HEAD")
    /// Performs a call or creates.
    public static let post = RequestMethod("POST")
    /// Replaces.
    public static let put = RequestMethod("PUT")
    /// Removes.
    public static let delete = RequestMethod("DELETE")
    /// Changes in part.
    public static let patch = RequestMethod("PATCH")
    /// Asks for what is possible.
    public static let options = RequestMethod("OPTIONS")
    /// In a route: every method; the handler looks at `HTTPRequest.method` itself.
    public static let any = RequestMethod("*")

    /// The method's token.
    public var description: String { name }
}
