/// Finds the route for a request.
///
/// All-literal patterns are found by one dictionary access; the others are tried from the most specific to the least.
struct RouteTable: Sendable {
    enum Match {
        case found(Route, captures: [String: String], subpath: String)
        case wrongMethod(allowed: [RequestMethod])
        case none
    }

    /// The routes of one pattern: they differ in the method only.
    struct Resource: Sendable {
        var routes: [Route]

        var first: Route { routes[0] }

        /// The route for exactly this method, else the one for HEAD's GET, else one for any method.
        func route(for method: RequestMethod) -> Route? {
            routes.first { $0.method == method } ?? routes.first { $0.takes(method) }
        }
    }

    private let literal: [String: Resource]
    private let ranked: [Resource]

    init(_ routes: [Route]) {
        var resources: [Resource] = []
        for route in routes {
            let same = resources.firstIndex {
                $0.first.segments == route.segments && $0.first.isPrefix == route.isPrefix
            }
            if let same { resources[same].routes.append(route) } else { resources.append(Resource(routes: [route])) }
        }
        ranked = resources.enumerated().sorted { left, right in
            let (a, b) = (left.element.first.rank, right.element.first.rank)
            return a == b ? left.offset < right.offset : a > b
        }.map(\.element)
        let literals = ranked.filter(\.first.isLiteral).map { ("/" + $0.first.literals.joined(separator: "/"), $0) }
        literal = Dictionary(literals) { best, _ in best }
    }

    /// Looks a path up, as it stands on the wire (percent-encoded, without query).
    func match(_ method: RequestMethod, path: Substring) -> Match {
        if let route = literal[String(path)]?.route(for: method) { return .found(route, captures: [:], subpath: "") }
        let segments = path.split(separator: "/").map { PercentCoding.decode($0) }
        if path.contains("/..") || segments.contains(where: { $0.hasPrefix("..") || $0.contains("/..") }) {
            return .none
        }
        var allowed: [RequestMethod] = []
        var longest = 0
        for resource in ranked {
            // Once a path is known, a shorter prefix does not take it over.
            if resource.first.isPrefix, resource.first.segments.count < longest { break }
            guard let (captures, used) = resource.first.captures(of: segments) else { continue }
            if let route = resource.route(for: method) {
                return .found(route, captures: captures, subpath: segments[used...].joined(separator: "/"))
            }
            allowed += resource.routes.map(\.method).filter { !allowed.contains($0) }
            longest = max(longest, resource.first.segments.count)
        }
        return allowed.isEmpty ? .none : .wrongMethod(allowed: allowed)
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
