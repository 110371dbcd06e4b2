import Foundation

/// A kind of request: paths that are asked for in turn.
struct Workload: Sendable {
    let name: String
    let paths: [String]

    static func all(_ cube: TestCube) -> [Workload] {
        let dates = cube.dates
        let tiles = tilePaths(cube)
        func box(_ i: Int) -> String {
            let (x, y) = (Double(i % 37) - 9.5, Double(i % 23) + 36)
            return "\(x),\(y),\(x + 0.5),\(y + 0.5)"
        }
        return [
            Workload(name: "NDVI tile at native resolution", paths: tiles.map { $0 + "?layers=NDVI" }),
            Workload(name: "NDVI tile, bilinear", paths: tiles.map { $0 + "?layers=NDVI&resampling=bilinear" }),
            Workload(name: "band tile", paths: tiles.map { $0 + "?layers=B08" }),
            Workload(
                name: "NDVI time series, \(dates) dates, 1000² pixels", paths: ["/collections/cube/aggregate/time-series?layers=NDVI&bbox=\(seriesBox(cube))"]),
            Workload(name: "items by bbox, page of 10", paths: (0..<500).map { "/collections/points/items?bbox=\(box($0))" }),
            Workload(name: "items by bbox, page of 1000", paths: ["/collections/points/items?limit=1000&bbox=0,40,20,60"]),
            Workload(name: "one item", paths: (0..<500).map { "/collections/points/items/p\($0 * 7)" }),
            Workload(name: "search, newest first, page of 10", paths: (0..<50).map { "/search?bbox=\(box($0))&datetime=2024-01-15T00:00:00Z/.." }),
            Workload(name: "vector tile", paths: (0..<64).map { "/collections/points/tiles/WebMercatorQuad-Vector/9/\(150 + $0 / 8)/\(256 + $0 % 8)" }),
        ]
    }

    /// Tiles at about native resolution that lie wholly in the cube. UTM 31N is close enough to a plane here to place them by hand.
    private static func tilePaths(_ cube: TestCube) -> [String] {
        let zoom = 14
        let (west, north) = (3.0, 50.55)
        let degrees = Double(cube.size) * 10 / 70_800
        let scale = Double(1 << zoom)
        let first = Int((west + 180) / 360 * scale) + 1
        let last = Int((west + degrees * 0.97 + 180) / 360 * scale) - 1
        func row(_ latitude: Double) -> Int {
            let r = latitude * .pi / 180
            return Int((1 - log(tan(r) + 1 / cos(r)) / .pi) / 2 * scale)
        }
        let top = row(north - 0.02)
        let bottom = row(north - Double(cube.size) * 10 / 111_200 + 0.02)
        var paths: [String] = []
        for y in top...max(top, bottom) { for x in first...max(first, last) { paths.append("/collections/cube/tiles/WebMercatorQuad/\(zoom)/\(y)/\(x)") } }
        return paths
    }

    private static func seriesBox(_ cube: TestCube) -> String {
        let (west, south) = (3.02, 50.40)
        return "\(west),\(south),\(west + 10_000 / 70_800),\(south + 10_000 / 111_200)"
    }
}

/// Closed-loop load: each connection asks again when it has its answer. Bounded in time and stops by itself.
enum Load {
    struct Result {
        var answers: Int
        var cpuMilliseconds: Double
        var p50: Double
        var p99: Double
        var bytesPerAnswer: Int
    }

    static func run(_ workload: Workload, _ server: Server, connections: Int, seconds: Double) throws -> Result {
        _ = try Connection(port: server.port).get(workload.paths[0])
        let tally = Tally()
        let before = server.cpuSeconds
        let deadline = Date().addingTimeInterval(seconds)
        DispatchQueue.concurrentPerform(iterations: connections) { index in
            guard let connection = try? Connection(port: server.port) else { return tally.fail("cannot connect") }
            var at = index * 7919
            while Date() < deadline {
                let start = DispatchTime.now().uptimeNanoseconds
                guard let answer = try? connection.get(workload.paths[at % workload.paths.count]), answer.status == 200 else {
                    return tally.fail(workload.paths[at % workload.paths.count])
                }
                tally.add(Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6, answer.bytes)
                at += 1
            }
        }
        let cpu = server.cpuSeconds - before
        return try tally.result(cpu)
    }

    private final class Tally: @unchecked Sendable {
        private let lock = NSLock()
        private var times: [Double] = []
        private var bytes = 0
        private var failure: String?

        func add(_ milliseconds: Double, _ count: Int) {
            lock.lock()
            times.append(milliseconds)
            bytes += count
            lock.unlock()
        }

        func fail(_ what: String) {
            lock.lock()
            failure = what
            lock.unlock()
        }

        func result(_ cpu: Double) throws -> Result {
            if let failure { throw Failure("no answer 200 to \(failure)") }
            let sorted = times.sorted()
            guard !sorted.isEmpty else { throw Failure("no answer at all") }
            return Result(
                answers: sorted.count, cpuMilliseconds: cpu * 1000 / Double(sorted.count), p50: sorted[sorted.count / 2], p99: sorted[sorted.count * 99 / 100],
                bytesPerAnswer: bytes / sorted.count)
        }
    }
}
