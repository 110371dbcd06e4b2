import ArgumentParser
import Core
import Foundation
import Services

/// `chronotope`: the command line.
@main
struct ChronotopeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chronotope",
        abstract: "One server for data in space and time.",
        discussion: """
            Publish a data cube (Zarr, GeoTIFF, NetCDF) or features (GeoJSON, GeoPackage, ...) with one command, then serve \
            it as STAC, OGC API, tiles, time series and Zarr at once.

              chronotope publish s2.zarr --id fields-2025 --data ./data
              chronotope serve --data ./data --port 8080 --dev-token dev-token

            Every option can also be given by an environment variable (--public-url is CHRONOTOPE_PUBLIC_URL) or in the YAML \
            file that --config names (public_url: ...). The command line wins over the environment, that over the file.
            """,
        version: Services.Chronotope.version,
        subcommands: [Serve.self, Publish.self, Inspect.self, List.self, Remove.self, ZarrCommand.self, Doctor.self])

    static func main() async {
        // A client that hangs up while an answer is written must not end the server.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? AsyncParsableCommand { try await asynchronous.run() } else { try command.run() }
        } catch let error as ServiceError {
            FileHandle.standardError.write(Data("error: \(error.message)\n".utf8))
            Foundation.exit(error.code == .notFound ? 3 : 1)
        } catch {
            exit(withError: error)
        }
    }
}
