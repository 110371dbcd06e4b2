import ArgumentParser
import Core
import Foundation
import HTTPAPI
import Logging
import NIOCore
import Services

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve a data directory over HTTP.",
        discussion: "Answers at / and at /api/v2. Reading is public unless a collection is private; writing needs a token.")

    @OptionGroup var store: StoreOptions

    @Option(help: ArgumentHelp(ConfigurationKey.port.help, discussion: "Default: 8080", valueName: "n"))
    var port: String?

    @Option(help: ArgumentHelp(ConfigurationKey.host.help, discussion: "Default: 127.0.0.1; 0.0.0.0 for every interface.", valueName: "address"))
    var host: String?

    @Option(name: .customLong("dev-token"), help: ArgumentHelp(ConfigurationKey.devToken.help, valueName: "token"))
    var devToken: String?

    @Option(name: .customLong("public-url"), help: ArgumentHelp(ConfigurationKey.publicURL.help, valueName: "url"))
    var publicURL: String?

    @Option(name: .customLong("trusted-proxies"), help: ArgumentHelp(ConfigurationKey.trustedProxies.help, valueName: "addresses"))
    var trustedProxies: String?

    @Option(help: ArgumentHelp(ConfigurationKey.tokens.help, valueName: "list"))
    var tokens: String?

    @Option(help: ArgumentHelp(ConfigurationKey.web.help, valueName: "dir"))
    var web: String?

    @Option(name: .customLong("chunk-cache"), help: ArgumentHelp(ConfigurationKey.chunkCache.help, discussion: "Default: 256M", valueName: "bytes"))
    var chunkCache: String?

    @Option(name: .customLong("tile-cache"), help: ArgumentHelp(ConfigurationKey.tileCache.help, discussion: "Default: 64M", valueName: "bytes"))
    var tileCache: String?

    @Option(name: .customLong("maximum-body"), help: ArgumentHelp(ConfigurationKey.maximumBody.help, discussion: "Default: 16M", valueName: "bytes"))
    var maximumBody: String?

    @Option(name: .customLong("maximum-object"), help: ArgumentHelp(ConfigurationKey.maximumObject.help, discussion: "Default: 4G", valueName: "bytes"))
    var maximumObject: String?

    func run() async throws {
        var more: [ConfigurationKey: String] = [:]
        more[.port] = port
        more[.host] = host
        more[.devToken] = devToken
        more[.publicURL] = publicURL
        more[.trustedProxies] = trustedProxies
        more[.tokens] = tokens
        more[.web] = web
        more[.chunkCache] = chunkCache
        more[.tileCache] = tileCache
        more[.maximumBody] = maximumBody
        more[.maximumObject] = maximumObject
        let configuration = try store.configuration(more)
        let service = try Services.Chronotope(configuration)
        try service.recover()
        var logger = Logger(label: "chronotope")
        logger.logLevel = .warning
        let signals = Serve.stop(service)
        defer { signals.forEach { $0.cancel() } }
        let sweeping = Task { await Serve.sweep(service) }
        defer { sweeping.cancel() }
        do {
            try await API(service).application(logger: logger) { port in Serve.announce(configuration, port: port) }.runService()
        } catch let error as IOError {
            let reason = String(cString: strerror(error.errnoCode)).lowercased()
            throw ServiceError(.unavailable, "cannot listen on \(configuration.host):\(configuration.port): \(reason); choose another with --port or --host")
        }
    }

    /// Lets long work go when the server is told to end. The listener itself ends by its own handler, when its requests are answered.
    private static func stop(_ service: Services.Chronotope) -> [any DispatchSourceSignal] {
        [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { service.stopping.set() }
            source.activate()
            return source
        }
    }

    /// Removes replaced cubes once nobody can be reading them any more.
    private static func sweep(_ service: Services.Chronotope) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(60))
            try? await service.pool.run { try service.sweep() }
        }
    }

    private static func announce(_ configuration: Configuration, port: Int) {
        let host = configuration.host == "0.0.0.0" ? "127.0.0.1" : configuration.host
        let root = configuration.publicURL ?? "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        let lines = [
            "Chronotope \(Services.Chronotope.version) serves '\(configuration.data)'",
            "  landing page  \(root)/", "  map           \(root)/map", "  STAC          \(root)/ and \(root)/search",
            "  API           \(root)/api.html and, the same under another name, \(root)/api/v2",
        ]
        print(lines.joined(separator: "\n"))
        fflush(nil)
    }
}
