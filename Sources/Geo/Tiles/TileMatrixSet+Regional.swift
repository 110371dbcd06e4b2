import Core

extension TileMatrixSet {
    /// Its levels begin at 1 in the registry.
    public static let utm31WGS84Quad = set(
        "UTM31WGS84Quad", "Universal Transverse Mercator Zone 31 WGS84 Quad", "EPSG:32631", ["E", "N"],
        quads(1...24, cellSize: 78_140.357_260_255_9, metresPerUnit: 1, originX: -9_501_965.729_312_76, originY: 20_003_931.458_625_5, rows: 2))

    /// Round scales instead of powers of two (and a pixel of 1/96 inch), so its matrices are a table.
    public static let canadianNAD83LCC = set(
        "CanadianNAD83_LCC", "Lambert conformal conic NAD83 for Canada", "EPSG:3978", ["E", "N"],
        canadianLevels.enumerated().map { level, row in
            TileMatrix(
                id: "\(level)", scaleDenominator: row.scale, cellSize: row.scale * 38_364.660_062_653_4 / 145_000_000,
                originX: -34_655_800, originY: 39_310_000, matrixWidth: row.width, matrixHeight: row.height)
        })

    private static let canadianLevels: [(scale: Double, width: Int, height: Int)] = [
        (145e6, 5, 5), (85e6, 8, 8), (50e6, 13, 14), (30e6, 21, 22), (17.5e6, 36, 38), (10e6, 62, 66), (6e6, 103, 110),
        (3.5e6, 177, 188), (2e6, 309, 329), (1.2e6, 515, 548), (700e3, 882, 938), (420e3, 1470, 1563), (250e3, 2469, 2626),
        (145e3, 4257, 4528), (85e3, 7262, 7723), (50e3, 12_344, 13_130), (30e3, 20_574, 21_882), (17_500, 35_269, 37_512),
        (10_000, 61_720, 65_646), (6000, 102_866, 109_409), (3500, 176_341, 187_558), (2000, 308_596, 328_227),
        (1200, 514_327, 547_044), (700, 881_703, 937_790), (420, 1_469_505, 1_562_983), (250, 2_468_768, 2_625_811),
    ]
}
