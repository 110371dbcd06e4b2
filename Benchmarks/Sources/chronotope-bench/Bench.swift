import Foundation

/// Publishes generated data with the built binary, serves them on loopback, and measures what each kind of request costs the
/// server: user and system time of its process over the number of answers, beside latency.
///
///     swift run -c release chronotope-bench --binary ../.build/release/chronotope [--size 4096] [--dates 10] [--seconds 5]
@main
struct Bench {
    static func main() {
        do { try run() } catch {
            print("failed: \(error)")
            exit(1)
        }
    }

    private static func run() throws {
        let options = Options(CommandLine.arguments)
        let folder = NSTemporaryDirectory() + "/chronotope-bench-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let cube = try TestCube(size: options.size, dates: options.dates)
        try cube.write(to: folder + "/cube.zarr")
        try TestPoints(count: options.points).write(to: folder + "/points.ndjson")

        print("Generated: \(options.dates) dates × \(options.size)² pixels × 2 bands uint16 (EPSG:32631); \(options.points) points\n")
        print("| publish | wall s | CPU s |\n|---|---|---|")
        for (name, file) in [("cube", "cube.zarr"), ("points", "points.ndjson")] {
            let cost = try Server.publish(options.binary, file: folder + "/" + file, id: name, data: folder + "/data")
            print("| \(name) | \(format(cost.wall)) | \(format(cost.cpu)) |")
        }
        print("\n| request | connections | answers | CPU ms/request | p50 ms | p99 ms | bytes |\n|---|---|---|---|---|---|---|")
        let all = Workload.all(cube)
        let peak = try measure(all, options, data: folder + "/data", tileCache: "0")
        _ = try measure([Workload(name: "NDVI tile, from the tile cache", paths: [all[0].paths[0]])], options, data: folder + "/data", tileCache: "64M")
        print("\nPeak memory of the server: \(peak) MB")
    }

    /// - Returns: the peak memory of the server in MB.
    private static func measure(_ workloads: [Workload], _ options: Options, data: String, tileCache: String) throws -> Int {
        let server = try Server(options.binary, data: data, tileCache: tileCache)
        defer { server.stop() }
        for workload in workloads {
            for connections in [1, 8] {
                let result = try Load.run(workload, server, connections: connections, seconds: options.seconds)
                print(
                    "| \(workload.name) | \(connections) | \(result.answers) | \(format(result.cpuMilliseconds)) | \(format(result.p50)) | \(format(result.p99)) | \(result.bytesPerAnswer) |"
                )
            }
        }
        return server.peakMegabytes
    }

    static func format(_ value: Double) -> String { String(format: value < 10 ? "%.2f" : "%.1f", value) }
}

struct Options {
    var binary = "../.build/release/chronotope"
    var size = 4096
    var dates = 10
    var points = 100_000
    var seconds = 5.0

    init(_ arguments: [String]) {
        func value(_ name: String) -> String? { arguments.firstIndex(of: name).flatMap { $0 + 1 < arguments.count ? arguments[$0 + 1] : nil } }
        binary = value("--binary") ?? binary
        size = value("--size").flatMap { Int($0) } ?? size
        dates = value("--dates").flatMap { Int($0) } ?? dates
        points = value("--points").flatMap { Int($0) } ?? points
        seconds = value("--seconds").flatMap { Double($0) } ?? seconds
    }
}
