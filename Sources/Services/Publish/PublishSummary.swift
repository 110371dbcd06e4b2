import Catalog
import Core
import Cube

/// What was published, in a few lines for the command line.
public enum PublishSummary {
    public static func text(_ record: CollectionRecord) -> String {
        var lines = ["Published '\(record.id)', version \(record.version)"]
        if let document = record.cube, let cube = try? CubeDescription(json: document) {
            lines.append(
                "  cube      \(cube.times.count) times, \(cube.grid.width) × \(cube.grid.height) pixels, \(cube.levels.count) levels, \(cube.grid.crs.code ?? cube.grid.crs.name)"
            )
            lines.append("  layers    " + cube.layers.map(\.name).joined(separator: ", "))
        }
        if record.featureCount > 0 { lines.append("  features  \(record.featureCount)") }
        if let box = record.bbox { lines.append("  extent    " + box.numbers.map { String($0) }.joined(separator: ", ")) }
        if let interval = record.interval { lines.append("  time      \(interval)") }
        return lines.joined(separator: "\n")
    }
}
