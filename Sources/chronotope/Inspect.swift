import ArgumentParser
import Core
import Foundation
import Services

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what would be published, without publishing it.",
        discussion: "Dimensions, grid and CRS, time axis, bands and their common names, nodata, scale and offset, the layers that will be derived; of features their number, types and properties.")

    @Argument(help: "A file or folder, or - for standard input.")
    var path: String

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var reading: ReadingOptions

    func run() throws {
        var options = PublishRequest(collection: try CollectionID("inspect"))
        try reading.apply(to: &options)
        let report = try Inspection.make(path, options)
        print(json ? report.json.text : report.text)
    }
}
