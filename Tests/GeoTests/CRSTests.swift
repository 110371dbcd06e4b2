import Core
import Testing

@testable import Geo

@Suite struct CRSTests {
    @Test(arguments: [
        "EPSG:32631", "epsg:32631", " 32631 ", "[EPSG:32631]", "urn:ogc:def:crs:EPSG::32631", "http://www.opengis.net/def/crs/EPSG/0/32631",
        "https://www.opengis.net/def/crs/EPSG/9.9.1/32631", "+proj=utm +zone=31 +datum=WGS84 +units=m +no_defs", CRSTests.gdalWKT, CRSTests.esriWKT,
    ])
    func readsEveryFormOfACode(text: String) throws {
        let crs = try CRS(text)
        #expect(crs.code == "EPSG:32631")
        #expect(crs.epsg == 32631)
        #expect(crs.uri == "http://www.opengis.net/def/crs/EPSG/0/32631")
        #expect(!crs.isGeographic)
        #expect(crs.metresPerUnit == 1)
        #expect(try crs == CRS("EPSG:32631"))
    }

    @Test(arguments: ["CRS84", "OGC:CRS84", "ogc:crs84", "urn:ogc:def:crs:OGC:1.3:CRS84", "http://www.opengis.net/def/crs/OGC/1.3/CRS84"])
    func readsCRS84(text: String) throws {
        let crs = try CRS(text)
        #expect(crs.code == "OGC:CRS84")
        #expect(crs.uri == "http://www.opengis.net/def/crs/OGC/1.3/CRS84")
        #expect(crs == .crs84 && crs.isGeographic && !crs.hasNorthingFirst)
    }

    @Test(arguments: [
        "", "EPSG:", "EPSG:999999", "EPSG:4326:1", "nonsense", "EPSG", "+proj=pipeline +step +proj=utm +zone=31", "+init=epsg:4326",
        "+proj=longlat +nadgrids=/etc/passwd", "+proj=longlat +datum=WGS84 +geoidgrids=x.tif", "proj=nothing", "PROJCS[", "{}", "{\"type\":1}",
        "../../etc/passwd",
        "EPSG:5773", "EPSG:4978", "EPSG:16031", "http://www.opengis.net/def/crs/EPSG/0/", "urn:ogc:def:crs:EPSG::", "EPSG:432\u{0}6",
        "http://example.com/crs", "/etc/hosts", "GEOGCS[\"x\"]",
    ])
    func refusesWhatIsNoHorizontalCRS(text: String) {
        #expect(throws: GeoError.self) { try CRS(text) }
    }

    @Test func namesTheInputInItsError() throws {
        let error = #expect(throws: GeoError.self) { try CRS("EPSG:999999") }
        #expect(error?.code == .invalidCRS)
        #expect(error?.message.contains("EPSG:999999") == true)
    }

    /// Directions and names of axes as `pyproj.CRS(code).axis_info` has them (pyproj 3.7.2).
    @Test(arguments: [
        ("EPSG:4326", true), ("OGC:CRS84", false), ("EPSG:32631", false), ("EPSG:7755", false), ("EPSG:3035", true), ("EPSG:3857", false),
        ("EPSG:32661", true), ("EPSG:5041", false), ("EPSG:2193", true), ("EPSG:27700", false),
    ])
    func knowsTheOrderOfTheAuthority(code: String, northingFirst: Bool) throws {
        #expect(try CRS(code).hasNorthingFirst == northingFirst)
    }

    @Test func goesThroughWKTAndPROJJSON() throws {
        for code in ["EPSG:32736", "EPSG:7755", "EPSG:4326", "EPSG:3035", "OGC:CRS84", "EPSG:3857"] {
            let crs = try CRS(code)
            #expect(try CRS(crs.wkt2) == crs)
            #expect(try CRS(projJSON: crs.projJSON) == crs)
            #expect(!crs.wkt2.contains("\n"))
        }
    }

    @Test func identifiesWKTWithoutCodes() throws {
        #expect(try CRS(CRSTests.indiaESRI).code == "EPSG:7755")
    }

    @Test func keepsADatumShiftApart() throws {
        let shifted = try CRS("+proj=utm +zone=31 +ellps=intl +towgs84=-87,-98,-121 +units=m")
        #expect(try shifted != CRS("EPSG:23031"))
        // A custom shift moves the point, as pyproj does with the same string (430 m against WGS 84's UTM).
        let transform = try CoordinateTransform(from: shifted, to: CRS("EPSG:32631"))
        let point = try #require(transform.apply(x: 500_000, y: 4_000_000))
        #expect(abs(point.x - 500_000) > 50)
    }

    @Test func knowsUnits() throws {
        #expect(close(try CRS("EPSG:4326").metresPerUnit, 111_319.490_793, within: 1e-3))
        #expect(close(try CRS("EPSG:2263").metresPerUnit, 0.304_800_609_6, within: 1e-9))  // US survey foot
    }

    @Test func knowsTheAreaOfUse() throws {
        #expect(try CRS("EPSG:7755").areaOfUse == BBox(west: 65.6, south: 3.87, east: 97.42, north: 35.51))
    }

    /// `pyproj.CRS("EPSG:32631").to_wkt("WKT1_GDAL")` without its AUTHORITY at the end, so that it has to be identified.
    static let gdalWKT = """
        PROJCS["WGS 84 / UTM zone 31N",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],\
        PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],\
        PARAMETER["central_meridian",3],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],\
        UNIT["metre",1],AXIS["Easting",EAST],AXIS["Northing",NORTH]]
        """
    static let esriWKT = """
        PROJCS["WGS_1984_UTM_Zone_31N",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],\
        PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],\
        PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",3.0],PARAMETER["Scale_Factor",0.9996],\
        PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]
        """
    static let indiaESRI = """
        PROJCS["WGS_1984_India_NSF_LCC",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],\
        PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",4000000.0],\
        PARAMETER["False_Northing",4000000.0],PARAMETER["Central_Meridian",80.0],PARAMETER["Standard_Parallel_1",12.472955],\
        PARAMETER["Standard_Parallel_2",35.1728044444444],PARAMETER["Latitude_Of_Origin",24.0],UNIT["Meter",1.0]]
        """
}
