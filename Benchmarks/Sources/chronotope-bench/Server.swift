import Foundation

/// The built binary, run on loopback; only this process is ever ended.
final class Server: @unchecked Sendable {
    let port: Int
    private let process = Process()

    init(_ binary: String, data: String, tileCache: String) throws {
        port = 18_000 + Int(getpid()) % 2_000
        process.executableURL = URL(fileURLWithPath: binary)
        process.arguments = ["serve", "--data", data, "--port", "\(port)", "--tile-cache", tileCache]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        for _ in 0..<100 {
            if let connection = try? Connection(port: port), (try? connection.get("/health"))?.status == 200 { return }
            Thread.sleep(forTimeInterval: 0.1)
        }
        throw Failure("the server does not answer on port \(port)")
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// User and system time of the process so far, in seconds.
    var cpuSeconds: Double {
        guard let text = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8), let end = text.lastIndex(of: ")") else {
            return 0
        }
        let fields = text[text.index(end, offsetBy: 2)...].split(separator: " ")
        return ((Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0)) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    var peakMegabytes: Int {
        guard let text = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8) else { return 0 }
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (Int(line.split(whereSeparator: { !$0.isNumber }).first ?? "0") ?? 0) / 1024
    }

    /// Publishes a file with the command line.
    static func publish(_ binary: String, file: String, id: String, data: String) throws -> (wall: Double, cpu: Double) {
        var before = rusage()
        getrusage(RUSAGE_CHILDREN.rawValue, &before)
        let start = Date()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: binary)
        process.arguments = ["publish", file, "--id", id, "--data", data]
        process.standardOutput = FileHandle.nullDevice
        let log = Pipe()
        process.standardError = log
        try process.run()
        let said = log.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure("publish of \(id) failed: \(String(decoding: said, as: UTF8.self))") }
        var after = rusage()
        getrusage(RUSAGE_CHILDREN.rawValue, &after)
        return (Date().timeIntervalSince(start), seconds(after) - seconds(before))
    }

    private static func seconds(_ usage: rusage) -> Double {
        Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}

struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
