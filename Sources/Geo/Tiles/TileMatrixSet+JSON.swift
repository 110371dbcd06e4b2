import Core

extension TileMatrixSet {
    /// The JSON encoding of OGC 17-083r4, section 7 (`application/json` of a tile matrix set).
    public var json: JSON {
        var object: JSONObject = ["id": .string(id), "title": .string(title)]
        if let uri { object["uri"] = .string(uri) }
        object["crs"] = .string(crs.uri ?? crs.wkt2)
        object["orderedAxes"] = JSON(orderedAxes)
        if let wellKnownScaleSet { object["wellKnownScaleSet"] = .string(wellKnownScaleSet) }
        object["tileMatrices"] = .array(matrices.map { json(of: $0) })
        return .object(object)
    }

    private func json(of matrix: TileMatrix) -> JSON {
        // The one place where the authority's order of axes counts (17-083r4, 6.2.1.1).
        let origin = crs.hasNorthingFirst ? [matrix.originY, matrix.originX] : [matrix.originX, matrix.originY]
        return [
            "id": .string(matrix.id),
            "scaleDenominator": JSON(matrix.scaleDenominator),
            "cellSize": JSON(matrix.cellSize),
            "cornerOfOrigin": "topLeft",
            "pointOfOrigin": JSON(origin),
            "tileWidth": JSON(matrix.tileWidth),
            "tileHeight": JSON(matrix.tileHeight),
            "matrixWidth": JSON(matrix.matrixWidth),
            "matrixHeight": JSON(matrix.matrixHeight),
        ]
    }
}
