import Core
import Cube
import Raster

/// Finds layers by what a request says.
public enum Layers {
    /// The layer drawn where none is asked for: the natural colours, else the first index, else the first band.
    public static func standard(of cube: CubeDescription) -> Layer? {
        cube.layer(named: "RGB") ?? cube.layers.first { $0.kind == .index } ?? cube.layers.first { $0.kind == .band }
    }

    /// - Throws: `notFound` for a name that the cube does not have, `invalidParameter` for more than `maximum` of them.
    public static func named(_ names: [String]?, of cube: CubeDescription, maximum: Int) throws(ServiceError) -> [Layer] {
        guard let names, !names.isEmpty else {
            guard let layer = standard(of: cube) else { throw ServiceError(.notFound, "the collection has no layer to draw") }
            return [layer]
        }
        guard names.count <= maximum else {
            throw .parameter("layers", names.joined(separator: ","), maximum == 1 ? "names one layer" : "names at most \(maximum) layers")
        }
        var layers: [Layer] = []
        for name in names {
            guard let layer = cube.layer(named: name) ?? cube.layers.first(where: { $0.name.lowercased() == name.lowercased() }) else {
                let known = cube.layers.map(\.name).joined(separator: ", ")
                throw ServiceError(
                    .notFound, "parameter 'layers' = '\(CoreError.shorten(name))': there is no such layer; there are: \(known)", parameter: "layers")
            }
            layers.append(layer)
        }
        return layers
    }
}
