import ArgumentParser
import Core
import Services

struct ZarrReduce: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reduce", abstract: "Reduce an array along one dimension into a .npy file.",
        discussion: """
            NaN and nodata are left out. The result has the type that numpy gives it: means are float64 (float32 of float32), \
            min and max keep the type, sums of integers and counts have 64 bits.
            """)

    @Argument(help: "An array in a Zarr store.")
    var path: String

    @Option(help: ArgumentHelp("The dimension that disappears: its name or its number.", valueName: "name"))
    var axis: String

    @Option(
        name: .customLong("op"),
        help: ArgumentHelp(
            "What is made of its values: \(ArrayReducing.operations.joined(separator: ", ")).", valueName: "operation"))
    var operation: String

    @Option(help: ArgumentHelp("A value that stands for no value.", valueName: "value"))
    var nodata: String?

    @Option(name: [.short, .long], help: ArgumentHelp("The .npy file to write.", valueName: "file"))
    var output: String

    @OptionGroup var options: ArrayWorkOptions

    func run() throws {
        let nodata = try nodata.map { text in
            guard let value = Double(text) else { throw ServiceError.parameter("nodata", text, "is a number") }
            return value
        }
        let location = try ArrayLocation(path)
        try options.run { work in
            try ArrayReducing(location, axis: axis, operation: operation, nodata: nodata, work: work).writeNPY(to: output)
        }
    }
}
