import Testing

@testable import Raster

struct LayerTests {
    @Test func everyFormulaParsesAndHasAColormap() {
        #expect(LayerCatalogue.indices.map(\.name) == ["NDVI", "NDMI", "NDRE", "GNDVI", "EVI", "SAVI", "MSAVI", "NDWI", "MNDWI", "NBR", "NDSI", "NDBI", "BSI"])
        for recipe in LayerCatalogue.indices { #expect(recipe.colormap.flatMap { Colormap.named($0) } != nil && recipe.range != nil, "\(recipe.name)") }
        let known = Set(CommonName.all.map(\.name))
        for recipe in LayerCatalogue.indices + LayerCatalogue.composites { #expect(known.isSuperset(of: recipe.requires), "\(recipe.name)") }
    }

    static let canopy: [(String, Double)] = [
        ("NDVI", 0.8), ("NDMI", 0.384615384615), ("NDRE", 0.578947368421), ("GNDVI", 0.698113207547), ("EVI", 0.689655172414), ("SAVI", 0.6),
        ("MSAVI", 0.629843788128), ("NDWI", -0.698113207547), ("MNDWI", -0.428571428571), ("NBR", 0.636363636364), ("BSI", -0.324324324324),
    ]

    /// Values worked out by hand for one dense canopy: blue 0.04, green 0.08, red 0.05, rededge 0.12, nir 0.45, swir16 0.2, swir22 0.1.
    @Test(arguments: canopy)
    func formulasGiveTheirValues(_ name: String, _ wanted: Double) throws {
        let bands = ["blue": 0.04, "green": 0.08, "red": 0.05, "rededge071": 0.12, "nir08": 0.45, "swir16": 0.2, "swir22": 0.1]
        let recipe = try #require(LayerCatalogue.named(name)?.resolved(with: Set(bands.keys)))
        let value = try recipe.expressions[0].evaluate(doubles: bands.mapValues { [$0] })[0]
        #expect(abs(value - wanted) < 1e-11, "\(value)")
    }

    @Test func onlyWhatTheBandsAllow() {
        #expect(LayerCatalogue.derivable(from: ["red", "nir"]).map(\.name) == ["NDVI", "SAVI", "MSAVI"])
        #expect(LayerCatalogue.derivable(from: ["red", "green", "blue"]).map(\.name) == ["RGB"])
        #expect(LayerCatalogue.derivable(from: ["red", "nir08"])[0].requires == ["nir08", "red"])
        #expect(LayerCatalogue.derivable(from: ["nir", "nir08", "red"])[0].requires == ["nir", "red"])
        #expect(LayerCatalogue.derivable(from: []).isEmpty)
        let all = LayerCatalogue.derivable(from: Set(CommonName.all.map(\.name))).map(\.name)
        #expect(all.count == LayerCatalogue.indices.count + LayerCatalogue.composites.count)
        #expect(all.suffix(4) == ["RGB", "CIR", "AGRICULTURE", "SWIR"])
    }

    static let bandNames: [(String, String?, String?)] = [
        ("B01", nil, "coastal"), ("B02", nil, "blue"), ("B03", nil, "green"), ("B04", nil, "red"), ("B05", nil, "rededge071"), ("B06", nil, "rededge075"),
        ("B07", nil, "rededge078"), ("B08", nil, "nir"), ("B8A", nil, "nir08"), ("B09", nil, "nir09"), ("B10", "sentinel-2a", "cirrus"),
        ("B11", "Sentinel-2", "swir16"), ("B12", "S2B", "swir22"), ("B4", "sentinel-2", "red"), ("band_8", "MSI", "nir"), ("S2-L2A-B11", nil, "swir16"),
        ("B4", "landsat-8", "red"), ("B5", "LANDSAT_9", "nir08"), ("SR_B5", "LC08_L2SP", "nir08"), ("SR_B7", "oli", "swir22"), ("B10", "landsat-8", "lwir11"),
        ("SR_B4", "landsat-7", "nir08"), ("B3", "LE07", "red"), ("B8", "landsat-7", "pan"), ("B5", "landsat-5", "swir16"), ("B8", "landsat-5", nil),
        ("red", nil, "red"), ("NIR", nil, "nir"), ("R", nil, "red"), ("G", nil, "green"), ("B", nil, "blue"), ("SWIR1", nil, "swir16"),
        ("swir_2", nil, "swir22"),
        ("surface_reflectance_green", nil, "green"), ("red_edge_1", nil, "rededge071"), ("rededge", nil, "rededge"), ("Band 4", nil, nil), ("B5", nil, nil),
        ("ndvi", nil, nil), ("VV", nil, nil), ("temperature", nil, nil), ("", nil, nil), ("b", nil, "blue"), ("B99", "sentinel-2", nil),
        ("bathymetry", nil, nil),
        ("s2_time", nil, nil), ("SCL", "sentinel-2", nil), ("green_minus_red", nil, nil), ("tb10", "sentinel-2", nil),
    ]

    @Test(arguments: bandNames)
    func bandNamesAreUnderstood(_ name: String, _ sensor: String?, _ wanted: String?) {
        #expect(CommonName.infer(bandName: name, sensorHint: sensor) == wanted)
    }

    static let wavelengths: [(Double, String?)] = [
        (443, "coastal"), (0.49, "blue"), (492.4, "blue"), (559.8, "green"), (664.6, "red"), (704.1, "rededge071"), (740.5, "rededge075"),
        (782.8, "rededge078"),
        (832.8, "nir"), (864.7, "nir08"), (945.1, "nir09"), (1373.5, "cirrus"), (1.6137, "swir16"), (2202.4, "swir22"), (10.895, "lwir11"), (12.005, "lwir12"),
        (5, nil), (-1, nil), (.nan, nil), (0, nil),
    ]

    @Test(arguments: wavelengths)
    func wavelengthsInMicrometresOrNanometres(_ wavelength: Double, _ wanted: String?) {
        #expect(CommonName.infer(centerWavelength: wavelength) == wanted)
        #expect(CommonName.infer(bandName: "layer", centerWavelength: wavelength) == wanted)
    }
}
