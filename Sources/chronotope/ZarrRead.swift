import ArgumentParser
import Core
import Services

struct ZarrRead: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read", abstract: "Read an array, or a part of it, into a .npy file or as JSON.",
        discussion: "Values come as they are stored: no scale, no offset, no mask. The file is in C order and replaced if it exists.")

    @Argument(help: "An array in a Zarr store.")
    var path: String

    @Option(
        help: ArgumentHelp(
            "The part that is wanted: axis=index or axis=from:to, several by commas.",
            discussion: "As in Python: an index drops its axis, negative numbers count from the end. An axis is a dimension's name or number.",
            valueName: "axis=range,..."))
    var select: String?

    @Option(name: [.short, .long], help: ArgumentHelp("The .npy file to write.", valueName: "file"))
    var output: String?

    @Flag(help: "Print the values as nested JSON lists; for small selections.")
    var json = false

    @OptionGroup var options: ArrayWorkOptions

    func validate() throws {
        guard json != (output != nil) else { throw ValidationError("Give either --output FILE or --json.") }
    }

    func run() throws {
        let location = try ArrayLocation(path)
        guard let output else {
            print(try ArrayReading(location, select: select ?? "", work: ArrayWork()).json().text)
            return
        }
        try options.run { work in try ArrayReading(location, select: select ?? "", work: work).writeNPY(to: output) }
    }
}
