/// Finds the route for a request.
///
/// All-literal patterns are found by one dictionary access; the others are tried from the most specific to the least.
struct RouteTable: Sendable {
    enum Match {
        case found(Route, captures: [String: String], subpath: String)
        case wrongMethod(allowed: [RequestMethod])
        case none
    }

    private let literal: [String: [Route]]
    private let ranked: [Route]

    init(_ routes: [Route]) {
        literal = Dictionary(grouping: routes.filter(\.isLiteral)) { RouteTable.key($0.literals) }
        ranked = routes.enumerated().sorted { left, right in
            let (a, b) = (left.element.rank, right.element.rank)
            return a == b ? left.offset < right.offset : a > b
        }.map(\.element)
    }

    /// Looks a path up, as it stands on the wire (percent-encoded, without query).
    func match(_ method: RequestMethod, path: Substring) -> Match {
        if let routes = literal[String(path)], let route = RouteTable.choose(from: routes, method) {
            return .found(route, captures: [:], subpath: "")
        }
        let segments = path.split(separator: "/").map { PercentCoding.decode($0) }
        if path.contains("/..") || segments.contains(where: { $0.hasPrefix("..") || $0.contains("/..") }) { return .none }
        var allowed: [RequestMethod] = []
        for route in ranked {
            if route.isPrefix, !allowed.isEmpty { break }
            guard let (captures, used) = route.captures(of: segments) else { continue }
            if route.takes(method) {
                let better = RouteTable.choose(among: ranked, like: route, method)
                return .found(better, captures: captures, subpath: segments[used...].joined(separator: "/"))
            }
            if !allowed.contains(route.method) { allowed.append(route.method) }
            if route.isPrefix, !ranked.contains(where: { $0.segments == route.segments && $0.takes(method) }) {
                allowed = RouteTable.methods(of: ranked, like: route)
                break
            }
        }
        return allowed.isEmpty ? .none : .wrongMethod(allowed: allowed)
    }

    private static func key(_ segments: [String]) -> String { "/" + segments.joined(separator: "/") }

    /// The route for exactly this method, else the one for HEAD's GET, else one for any method.
    private static func choose(from routes: [Route], _ method: RequestMethod) -> Route? {
        routes.first { $0.method == method } ?? routes.first { $0.takes(method) }
    }

    private static func choose(among routes: [Route], like route: Route, _ method: RequestMethod) -> Route {
        route.method == method ? route : routes.first { $0.segments == route.segments && $0.method == method } ?? route
    }

    private static func methods(of routes: [Route], like route: Route) -> [RequestMethod] {
        routes.filter { $0.segments == route.segments }.map(\.method)
    }
}

extension Route {
    var isLiteral: Bool { literals.count == segments.count }

    var literals: [String] {
        segments.compactMap { if case .literal(let text) = $0 { text } else { nil } }
    }

    /// Literal segments first, then length; a rest capture and a prefix yield to what is exact.
    var rank: Rank {
        let hasRest = segments.contains { if case .rest = $0 { true } else { false } }
        return Rank(literals: literals.count, length: segments.count, isExact: !hasRest && !isPrefix)
    }

    struct Rank: Comparable {
        var literals: Int
        var length: Int
        var isExact: Bool

        static func < (left: Self, right: Self) -> Bool {
            (left.literals, left.length, left.isExact ? 1 : 0) < (right.literals, right.length, right.isExact ? 1 : 0)
        }
    }

    func takes(_ method: RequestMethod) -> Bool {
        self.method == method || self.method == .any || (method == .head && self.method == .get)
    }

    /// What the pattern captures of a path, and how many segments it uses; nil when it does not match.
    func captures(of path: [String]) -> (captures: [String: String], used: Int)? {
        var captures: [String: String] = [:]
        var index = 0
        for (position, segment) in segments.enumerated() {
            guard index < path.count else { return nil }
            switch segment {
            case .literal(let text):
                guard path[index] == text else { return nil }
                index += 1
            case .capture(let name):
                captures[name] = path[index]
                index += 1
            case .rest(let name):
                let end = path.count - (segments.count - position - 1)
                guard end > index else { return nil }
                captures[name] = path[index..<end].joined(separator: "/")
                index = end
            }
        }
        return index == path.count || isPrefix ? (captures, index) : nil
    }
}
