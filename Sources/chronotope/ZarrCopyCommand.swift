import ArgumentParser
import Core
import Services

struct ZarrCopyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy", abstract: "Copy an array or a group into a new store, also with another chunking or codec.",
        discussion: """
            The copy is Zarr v3 with consolidated metadata, whatever the source is, and appears when it is whole. Dimensions \
            that are not named keep their chunks. Text of variable length becomes text of the longest element's length.
            """)

    @Argument(help: "A Zarr store, or a group or array in it.")
    var path: String

    @Argument(help: "The folder to be made; it must not exist.")
    var out: String

    @Option(help: ArgumentHelp("Extents of chunks, such as time=1,y=512,x=512.", valueName: "axis=extent,..."))
    var chunks: String?

    @Option(
        help: ArgumentHelp(
            "Extents of shards, multiples of the chunks.", discussion: "By default none where chunks are given, else as the source has them.",
            valueName: "axis=extent,..."))
    var shards: String?

    @Option(help: ArgumentHelp("How chunks are compressed: blosc (with zstd), zstd or none.", discussion: "Default: blosc", valueName: "name"))
    var codec: String?

    @Option(help: ArgumentHelp("The level of compression.", discussion: "blosc: 0 to 9, by default 5; zstd: 1 to 22, by default 3.", valueName: "n"))
    var level: Int?

    @OptionGroup var options: ArrayWorkOptions

    func run() throws {
        let layout = try CopyLayout(chunks: chunks, shards: shards, codec: codec ?? "blosc", level: level)
        let location = try ArrayLocation(path)
        try options.run { work in try ArrayCopying(location, layout: layout, work: work).write(to: out) }
    }
}
