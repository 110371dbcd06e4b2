import Core
import Geo
import Raster
import Testing
import Zarr

@testable import Cube

@Suite("Real stores", .enabled(if: SharedData.exists))
struct RealStoreTests {
    @Test("every store is understood and its description survives JSON", arguments: SharedData.stores)
    func inspect(_ name: String) throws {
        let inspection = try SharedData.inspect(name)
        let description = inspection.description
        let again = try CubeDescription(json: JSONParser.parse(description.json.encoded))
        let isSame = again.json.text == description.json.text
        #expect(isSame)
        #expect(again.times == description.times)
        let isSameGrid = again.grid == description.grid
        #expect(isSameGrid)
        #expect(inspection.report().contains("Dimensions"))
    }

    @Test("CRS, grid and times are those of the store's own words")
    func facts() throws {
        let belgium = try SharedData.inspect("s2l2a_belgium_monthly_epsg7755.v3.zarr").description
        #expect(belgium.grid.crs.code == "EPSG:7755")
        #expect(belgium.grid.transform.array == [-1_582_520, 10, 0, 8_531_410, 0, -10])
        #expect((belgium.grid.width, belgium.grid.height) == (154, 154))
        #expect(belgium.times.count == 12)
        #expect(belgium.times.first?.description == "2020-11-01T00:00:00Z")
        #expect(belgium.band(named: "B02")?.commonName == "blue")
        #expect(belgium.band(named: "B02")?.nodata == 65535)
        #expect(belgium.band(named: "B02")?.scale == 0.0001)
        #expect(belgium.band(named: "elevation")?.isTimeVarying == false)
        for layer in ["NDVI", "RGB", "NDMI", "SWIR"] { #expect(belgium.layer(named: layer) != nil, "\(layer)") }
        #expect(belgium.layer(named: "NDVI")?.expressions == ["(B08 - B04) / (B08 + B04)"])

        let slovenia = try SharedData.inspect("s2_slovenia_ndvi_68dates_utm33n.v2.zarr").description
        #expect(slovenia.grid.crs.code == "EPSG:32633")
        #expect(slovenia.grid.transform.array == [465181.0522318204, 9.99479222007154, 0, 5080254.63349641, 0, -9.997448467363668])
        #expect(slovenia.times.count == 68)
        #expect(slovenia.times.first?.description == "2015-07-11T10:00:08Z")
        #expect(slovenia.band(named: "CLM")?.isCategorical == true)
        #expect(slovenia.band(named: "IS_VALID")?.isCategorical == true)
        #expect(slovenia.band(named: "DEM")?.isTimeVarying == false)
        #expect(slovenia.band(named: "LULC")?.nodata == 0)

        let sst = try SharedData.inspect("sst_india_lonlat_southup.v2.zarr").description
        #expect(sst.grid.transform.array == [50, 0.25, 0, -20, 0, 0.25])
        #expect(sst.bbox.numbers == [50, -20, 110, 40])
        #expect(sst.times.map(\.description) == ["2017-06-05T12:00:00Z", "2017-06-06T12:00:00Z", "2017-06-07T12:00:00Z"])
        #expect(sst.band(named: "analysed_sst")?.scale == 0.01)

        let l1c = try SharedData.inspect("s2l1c_slovenia_5dates_utm33n.v3.zarr").description
        #expect(l1c.bands.map(\.name) == ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12"])
        #expect(l1c.band(named: "B8A")?.commonName == "nir08")
        #expect(l1c.band(named: "B8A")?.bandIndex == 8)

        let amazon = try SharedData.inspect("s2l2a_amazon_lonlat_f32.v3.zarr").description
        #expect(amazon.band(named: "B02")?.nodata?.isNaN == true)
        #expect(amazon.grid.crs.code == "EPSG:4326")
    }

    @Test("a store without a time says what was looked for")
    func noTime() throws {
        do {
            _ = try CubeInspector.inspect(SharedData.store("s2l2a_amazon_lonlat_u16.v2.zarr"))
            Issue.record("no error")
        } catch {
            #expect(error.code == .missingTime)
            #expect(error.message.contains("datetime"))
            #expect(error.message.contains("axis T"))
        }
    }
}
