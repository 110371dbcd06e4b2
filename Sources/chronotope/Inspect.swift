import ArgumentParser
import Core
import Foundation
import Services

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what would be published, without publishing it.",
        discussion:
            "Dimensions, grid and CRS, time axis, bands and their common names, nodata, scale and offset, the layers that will be derived; of features their number, types and properties."
    )

    @Argument(help: "A file or folder, or - for standard input.")
    var path: String

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var reading: ReadingOptions

    func run() throws {
        var own = reading.values
        if json { own[.json] = "true" }
        let settings = try ConfigurationResolver(options: own, environment: ProcessInfo.processInfo.environment)
        let report = try Inspection.make(path, settings.publishRequest(CollectionID("inspect")))
        print(try settings.flag(.json) == true ? report.json.text : report.text)
    }
}
