import ArgumentParser
import Core
import Services

struct ZarrInfo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Show a store's groups and arrays: types, dimensions, chunks, codecs, attributes.")

    @Argument(help: "A Zarr store, or a group or array in it.")
    var path: String

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let info = try ArrayInfo(ArrayLocation(path))
        print(json ? info.json.text : info.text)
    }
}
