import Core
import Hummingbird
import HummingbirdCore
import Logging
import Services

/// The whole HTTP interface: the route table and what follows from it.
public struct API: Sendable {
    private let service: Chronotope
    private let table: RouteTable

    public init(_ service: Chronotope) {
        self.service = service
        let box = RouteBox()
        let routes =
            Landing.routes(conformance: { box.conformance }) + APIDefinition.routes(all: { box.routes }) + Collections.routes() + Styles.routes()
            + Items.routes()
            + Search.routes() + Tiles.routes() + TileMatrixSets.routes() + Values.routes() + ZarrData.routes() + Uploads.routes(UploadService(service))
            + WebPages.routes()
        box.fill(routes)
        table = RouteTable(routes)
    }

    /// The application, ready to run.
    ///
    /// - Parameter onReady: is told the port once the server listens.
    public func application(logger: Logger, onReady: @escaping @Sendable (Int) async -> Void) -> some ApplicationProtocol {
        Application(
            responder: APIResponder(service: service, table: table),
            server: .http1(configuration: HTTP1Channel.Configuration(additionalChannelHandlers: [ContinueHandler()])),
            configuration: ApplicationConfiguration(
                address: .hostname(service.configuration.host, port: service.configuration.port), serverName: "chronotope/\(Chronotope.version)"),
            onServerRunning: { channel in await onReady(channel.localAddress?.port ?? 0) },
            logger: logger)
    }
}

/// The table that `/api` and `/conformance` are generated from: filled once, before the first request.
private final class RouteBox: @unchecked Sendable {
    private(set) var routes: [Route] = []
    private(set) var conformance: [String] = []

    func fill(_ routes: [Route]) {
        self.routes = routes
        var seen: Set<String> = []
        conformance = routes.flatMap(\.conformance).filter { seen.insert($0).inserted }
    }
}
