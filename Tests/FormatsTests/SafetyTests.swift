import Core
import Glibc
import Testing

@testable import Formats

@Suite struct SafetyTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: [
        "/vsicurl/http://localhost/x.tif", "http://localhost/x.tif", "https://localhost/x.tif", "s3://bucket/x.tif", "/vsis3/bucket/x.tif",
        "/vsizip//vsicurl/http://localhost/x.zip/a.tif", "/vsigs/b/x.tif", "/vsistdin/", "PG:dbname=x", "/vsicurl_streaming/http://localhost/x",
        "/vsicurl?url=http%3A%2F%2Flocalhost", "/vsisubfile/0_10,/vsicurl/http://localhost/x", "/vsizip/vsis3/b/x.zip",
    ])
    func pathsToOtherMachinesAreRefused(_ path: String) {
        let error = #expect(throws: FormatsError.self) { try RasterImport.importCube(paths: [path], into: scratch.file("out")) }
        #expect(error?.code == .refused)
        let other = #expect(throws: FormatsError.self) { try VectorImport.importFeatures(path: path, into: scratch.file("out")) }
        #expect(other?.code == .refused)
    }

    @Test func virtualFilesCanBeRefused() throws {
        try TestTIFF().write(scratch.file("a.tif"))
        let vrt = """
            <VRTDataset rasterXSize="40" rasterYSize="30"><SRS>EPSG:32631</SRS><GeoTransform>500000,10,0,6000000,0,-10</GeoTransform>
            <VRTRasterBand dataType="UInt16" band="1"><SimpleSource><SourceFilename relativeToVRT="1">a.tif</SourceFilename>
            <SourceBand>2</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>
            """
        try writeText(vrt, to: scratch.file("a.vrt"))
        try RasterImport.importCube(paths: [scratch.file("a.vrt")], into: scratch.file("out"))
        #expect(try Imported(scratch.file("out")).values("B1").first == 2000)
        #expect(throws: FormatsError.self) {
            try RasterImport.importCube(paths: [scratch.file("a.vrt")], options: ImportOptions(allowVirtual: false), into: scratch.file("out2"))
        }
    }

    /// The sources of a local VRT lead to a server of this test: it must not hear of it.
    @Test func noServerIsCalledThroughAVirtualFile() throws {
        let server = try Listener()
        let vrt = """
            <VRTDataset rasterXSize="40" rasterYSize="30"><SRS>EPSG:32631</SRS><GeoTransform>500000,10,0,6000000,0,-10</GeoTransform>
            <VRTRasterBand dataType="UInt16" band="1"><SimpleSource>
            <SourceFilename relativeToVRT="0">/vsicurl/http://127.0.0.1:\(server.port)/a.tif</SourceFilename>
            <SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>
            """
        try writeText(vrt, to: scratch.file("a.vrt"))
        #expect(throws: FormatsError.self) { try RasterImport.importCube(paths: [scratch.file("a.vrt")], into: scratch.file("out")) }
        try writeText(
            "<GDAL_WMS><Service name=\"WMS\"><ServerUrl>http://127.0.0.1:\(server.port)/?</ServerUrl></Service></GDAL_WMS>", to: scratch.file("b.xml"))
        #expect(throws: FormatsError.self) { try RasterImport.importCube(paths: [scratch.file("b.xml")], into: scratch.file("out")) }
        #expect(!server.wasCalled)
    }

    @Test func brokenFilesAreErrors() throws {
        try writeText("this is not a raster", to: scratch.file("a.tif"))
        try writeText("", to: scratch.file("b.nc"))
        try writeText("II*\0\u{8}\0\0\0garbage", to: scratch.file("c.tif"))
        for name in ["a.tif", "b.nc", "c.tif"] {
            let error = #expect(throws: FormatsError.self) { try RasterImport.importCube(paths: [scratch.file(name)], into: scratch.file("out")) }
            #expect(error?.code == .notRecognised)
            #expect(error?.description.contains(scratch.path) == false)
        }
        for name in ["a.tif", "b.nc"] {
            #expect(throws: FormatsError.self) { try VectorImport.importFeatures(path: scratch.file(name), into: scratch.file("o.ndjson")) }
        }
    }

    @Test func truncatedFilesAreErrors() throws {
        var tiff = TestTIFF(options: ["COMPRESS=DEFLATE"])
        (tiff.width, tiff.height) = (200, 200)
        try tiff.write(scratch.file("t.tif"))
        try TestNetCDF().write(scratch.file("t.nc"))
        for (name, share) in [("t.tif", 2), ("t.tif", 4), ("t.nc", 2), ("t.nc", 4)] {
            try truncate(scratch.file(name), to: size(of: scratch.file(name)) / share)
            let error = #expect(throws: FormatsError.self) {
                try RasterImport.importCube(paths: [scratch.file(name)], into: scratch.file("out-\(name)"))
            }
            #expect([.notRecognised, .unreadable, .missingGrid].contains(error?.code))
            #expect(size(of: scratch.file("out-\(name)/zarr.json")) == 0)
        }
    }

    /// Bytes flipped all over: an error or a result, never a crash.
    @Test func damagedFilesDoNotCrash() throws {
        try TestTIFF().write(scratch.file("d.tif"))
        try TestNetCDF().write(scratch.file("d.nc"))
        for name in ["d.tif", "d.nc"] {
            let length = size(of: scratch.file(name))
            for offset in stride(from: 0, to: min(length, 2000), by: max(1, min(length, 2000) / 40)) {
                let file = try #require(fopen(scratch.file(name), "r+"))
                fseek(file, offset, SEEK_SET)
                let old = fgetc(file)
                fseek(file, offset, SEEK_SET)
                fputc(old ^ 0xFF, file)
                fclose(file)
                _ = try? RasterImport.importCube(
                    paths: [scratch.file(name)], options: ImportOptions(datetimes: []), into: scratch.file("out-\(offset)"))
                let again = try #require(fopen(scratch.file(name), "r+"))
                fseek(again, offset, SEEK_SET)
                fputc(old, again)
                fclose(again)
            }
        }
    }

    @Test func versions() {
        #expect(GDALLibrary.versions.gdal.split(separator: ".").count >= 3)
        #expect(GDALLibrary.versions.driverCount > 20)
    }
}

/// A socket that listens and tells whether someone came.
final class Listener {
    private let socketDescriptor: Int32
    let port: UInt16

    init() throws {
        socketDescriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = socketDescriptor
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 4) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard bound else { throw FormatsError(.writeFailed, "no socket") }
    }

    deinit { close(socketDescriptor) }

    var wasCalled: Bool {
        let connection = accept(socketDescriptor, nil, nil)
        if connection >= 0 { close(connection) }
        return connection >= 0
    }
}
