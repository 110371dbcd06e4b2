import HTTPTypes

/// Finds the route of a path: a tree over segments, literals before captures before the rest of a path.
struct RouteTable: Sendable {
    private final class Node {
        var literals: [String: Node] = [:]
        var capture: (name: String, node: Node)?
        var rest: (name: String, routes: [HTTPRequest.Method: Int])?
        var routes: [HTTPRequest.Method: Int] = [:]
    }

    private indirect enum Frozen: Sendable {
        case node(
            literals: [String: Frozen], capture: Frozen?, captureName: String, rest: [HTTPRequest.Method: Int], restName: String,
            routes: [HTTPRequest.Method: Int])
    }

    struct Match {
        var methods: [HTTPRequest.Method: Int]
        var captures: [String: String]
    }

    let routes: [Route]
    private let root: Frozen

    init(_ routes: [Route]) {
        self.routes = routes
        let top = Node()
        for (index, route) in routes.enumerated() { RouteTable.insert(route, index, below: top) }
        root = RouteTable.freeze(top)
    }

    private static func insert(_ route: Route, _ index: Int, below top: Node) {
        var node = top
        for segment in route.segments {
            switch segment {
            case .literal(let text):
                let next = node.literals[text] ?? Node()
                node.literals[text] = next
                node = next
            case .capture(let name):
                let next = node.capture?.node ?? Node()
                node.capture = (name, next)
                node = next
            case .rest(let name):
                var routes = node.rest?.routes ?? [:]
                routes[route.method] = index
                node.rest = (name, routes)
                return
            }
        }
        node.routes[route.method] = index
    }

    private static func freeze(_ node: Node) -> Frozen {
        .node(
            literals: node.literals.mapValues(freeze), capture: node.capture.map { freeze($0.node) }, captureName: node.capture?.name ?? "",
            rest: node.rest?.routes ?? [:], restName: node.rest?.name ?? "", routes: node.routes)
    }

    /// - Parameter segments: percent-decoded segments of the path below the surface.
    func match(_ segments: [String]) -> Match? {
        RouteTable.match(segments[...], root, captures: [:])
    }

    private static func match(_ segments: ArraySlice<String>, _ frozen: Frozen, captures: [String: String]) -> Match? {
        guard case .node(let literals, let capture, let captureName, let rest, let restName, let routes) = frozen else { return nil }
        guard let first = segments.first else {
            return routes.isEmpty ? nil : Match(methods: routes, captures: captures)
        }
        if let next = literals[first], let match = match(segments.dropFirst(), next, captures: captures) { return match }
        if let capture, !first.isEmpty {
            var captures = captures
            captures[captureName] = first
            if let match = match(segments.dropFirst(), capture, captures: captures) { return match }
        }
        guard !rest.isEmpty else { return nil }
        var captures = captures
        captures[restName] = segments.joined(separator: "/")
        return Match(methods: rest, captures: captures)
    }
}
