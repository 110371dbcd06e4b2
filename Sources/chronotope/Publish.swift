import ArgumentParser
import Core
import Foundation
import Services

struct Publish: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Publish a cube or features.",
        discussion: """
            PATH is a Zarr store (a folder, or a zip of one), a GeoJSON file (also newline-delimited), or anything that GDAL \
            reads (GeoTIFF, NetCDF, GeoPackage, ...); '-' reads standard input. What it is is told by its content. Nothing \
            shows until all of it is there.
            """)

    @Argument(help: "A file or folder, several GeoTIFFs, or - for standard input.")
    var path: [String]

    @Option(help: ArgumentHelp(ConfigurationKey.id.help, valueName: "name"))
    var id: String?

    @OptionGroup var store: StoreOptions

    @Option(help: ArgumentHelp(ConfigurationKey.title.help, valueName: "text"))
    var title: String?

    @Option(help: ArgumentHelp(ConfigurationKey.description.help, valueName: "text"))
    var description: String?

    @Flag(name: .customLong("private"), help: ArgumentHelp(ConfigurationKey.isPrivate.help))
    var isPrivate = false

    @Flag(help: ArgumentHelp(ConfigurationKey.force.help))
    var force = false

    @OptionGroup var reading: ReadingOptions

    func run() throws {
        var own = reading.values
        own[.id] = id
        own[.title] = title
        own[.description] = description
        if isPrivate { own[.isPrivate] = "true" }
        if force { own[.force] = "true" }
        let settings = try store.settings(own)
        guard let name = settings[.id] else { throw ValidationError("Missing expected argument '--id <name>'") }
        let options = try settings.publishRequest(ServiceError.naming("id") { () throws(CoreError) in try CollectionID(name) })
        let service = try Services.Chronotope(settings.resolve())
        try service.sweep()
        let spool = try SpoolFolder(service.directory)
        let progress = ProgressPrinter()
        let source = path.count > 1 ? PublishSource.foreign(path) : try PublishSource.detect(try spool.resolve(path[0]), spool: spool.path)
        let record = try Publisher(service).publish(source, options, progress: progress.report)
        progress.finish()
        print(PublishSummary.text(record))
    }
}

/// Says how far the work is: a bar on a terminal, a line at each tenth elsewhere.
final class ProgressPrinter: @unchecked Sendable {
    private let lock = NSLock()
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var lastTenth = -1
    private var lastText = ""

    var report: ProgressReport { { [self] fraction, message in show(fraction, message) } }

    private func show(_ fraction: Double, _ message: String) {
        lock.lock()
        defer { lock.unlock() }
        let share = min(1, max(0, fraction))
        if isTerminal {
            let filled = Int(share * 30)
            let text =
                "\r\u{1B}[K[" + String(repeating: "=", count: filled) + String(repeating: " ", count: 30 - filled) + "] \(Int(share * 100)) %  "
                + message.prefix(60)
            guard text != lastText else { return }
            lastText = text
            write(text)
        } else if Int(share * 10) > lastTenth {
            lastTenth = Int(share * 10)
            write("\(Int(share * 100)) % \(message)\n")
        }
    }

    func finish() {
        lock.lock()
        defer { lock.unlock() }
        if isTerminal { write("\r\u{1B}[K") } else if lastTenth < 10 { write("100 %\n") }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
