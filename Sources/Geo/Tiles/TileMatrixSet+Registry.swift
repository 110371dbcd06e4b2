import Core

extension TileMatrixSet {
    /// OGC's registry (http://www.opengis.net/def/tilematrixset): the sets with one width per level.
    ///
    /// `CDB1GlobalGrid` and `GNOSISGlobalGrid` are left out: their rows have fewer, wider tiles towards the poles.
    public static let registry: [TileMatrixSet] = [
        webMercatorQuad, worldCRS84Quad, worldMercatorWGS84Quad, europeanETRS89LAEAQuad, upsArcticWGS84Quad, upsAntarcticWGS84Quad,
        canadianNAD83LCC, utm31WGS84Quad,
    ].compactMap { $0 }

    /// A set of the registry by its identifier (`WebMercatorQuad`) or its URI.
    public static func named(_ name: String) -> TileMatrixSet? { registry.first { $0.id == name || $0.uri == name } }

    /// The tiles of web maps.
    public static let webMercatorQuad = TileMatrixSet(
        id: "WebMercatorQuad", title: "Google Maps Compatible for the World", uri: registryURI("WebMercatorQuad"), crs: .webMercator,
        orderedAxes: ["X", "Y"], wellKnownScaleSet: "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        matrices: quads(
            0...24, cellSize: 2 * WebMercator.halfWorld / 256, metresPerUnit: 1,
            originX: -WebMercator.halfWorld, originY: WebMercator.halfWorld))

    /// Longitude and latitude, two tiles at level 0.
    public static let worldCRS84Quad = TileMatrixSet(
        id: "WorldCRS84Quad", title: "CRS84 for the World", uri: registryURI("WorldCRS84Quad"), crs: .crs84, orderedAxes: ["Lon", "Lat"],
        wellKnownScaleSet: "http://www.opengis.net/def/wkss/OGC/1.0/GoogleCRS84Quad",
        matrices: quads(0...23, cellSize: 0.703125, metresPerUnit: CRSDescription.metresPerDegree, originX: -180, originY: 90, columns: 2))

    public static let worldMercatorWGS84Quad = set(
        "WorldMercatorWGS84Quad", "World Mercator WGS84 (ellipsoid)", "EPSG:3395", ["E", "N"],
        wellKnownScaleSet: "http://www.opengis.net/def/wkss/OGC/1.0/WorldMercatorWGS84",
        quads(0...24, cellSize: 156_543.033_928_041, metresPerUnit: 1, originX: -20_037_508.342_789_2, originY: 20_037_508.342_789_2))

    public static let europeanETRS89LAEAQuad = set(
        "EuropeanETRS89_LAEAQuad", "Lambert Azimuthal Equal Area ETRS89 for Europe", "EPSG:3035", ["Y", "X"],
        quads(0...15, cellSize: 17_578.125, metresPerUnit: 1, originX: 2_000_000, originY: 5_500_000))

    public static let upsArcticWGS84Quad = set(
        "UPSArcticWGS84Quad", "Universal Polar Stereographic WGS 84 Quad for Arctic", "EPSG:5041", ["E", "N"],
        quads(0...24, cellSize: 128_443.432_4, metresPerUnit: 1, originX: -14_440_759.350_252, originY: 18_440_759.350_252))

    public static let upsAntarcticWGS84Quad = set(
        "UPSAntarcticWGS84Quad", "Universal Polar Stereographic WGS 84 Quad for Antarctic", "EPSG:5042", ["E", "N"],
        quads(0...24, cellSize: 128_443.432_4, metresPerUnit: 1, originX: -14_440_759.350_252, originY: 18_440_759.350_252))

    static func registryURI(_ id: String) -> String { "http://www.opengis.net/def/tilematrixset/OGC/1.0/" + id }

    /// nil only where PROJ's database is missing.
    static func set(
        _ id: String, _ title: String, _ crs: String, _ axes: [String], wellKnownScaleSet: String? = nil, _ matrices: [TileMatrix]
    ) -> TileMatrixSet? {
        guard let crs = try? CRS(crs) else { return nil }
        return TileMatrixSet(
            id: id, title: title, uri: registryURI(id), crs: crs, orderedAxes: axes, wellKnownScaleSet: wellKnownScaleSet, matrices: matrices)
    }

    /// Levels that each have half the cell size and twice the tiles of the one before.
    static func quads(
        _ levels: ClosedRange<Int>, cellSize: Double, metresPerUnit: Double, originX: Double, originY: Double, columns: Int = 1, rows: Int = 1
    ) -> [TileMatrix] {
        levels.enumerated().map { power, level in
            let cell = cellSize / Double(1 << power)
            return TileMatrix(
                id: "\(level)", scaleDenominator: cell * metresPerUnit / 0.000_28, cellSize: cell, originX: originX, originY: originY,
                matrixWidth: columns << power, matrixHeight: rows << power)
        }
    }
}
