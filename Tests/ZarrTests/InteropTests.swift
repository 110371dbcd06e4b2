import Core
import Foundation
import Testing

@testable import Zarr

/// What is written here, zarr-python and xarray read back. Runs where `CHRONOTOPE_ZARR_PYTHON` names a Python with both.
@Suite struct InteropTests {
    static let python = ProcessInfo.processInfo.environment["CHRONOTOPE_ZARR_PYTHON"]

    /// Arrays by name, of every layout that the publisher or a copy may choose.
    static let specs: [(String, ZarrArraySpec)] = {
        var specs: [(String, ZarrArraySpec)] = []
        for type in DataType.allCases {
            specs.append(
                (
                    type.rawValue,
                    ZarrArraySpec(
                        shape: [9, 17], shardShape: [8, 8], chunkShape: [4, 2], dataType: .numeric(type),
                        fillValue: type == .bool ? false : type.isFloatingPoint ? "NaN" : 0, dimensionNames: ["p", "q"])
                ))
        }
        for (at, codec) in RoundTripTests.byteCodecs.enumerated() where codec.0 != "numcodecs.jenkins_lookup3" {
            specs.append(
                (
                    "codec\(at)",
                    ZarrArraySpec(
                        shape: [10, 7], chunkShape: [4, 4], dataType: .numeric(.uint16), fillValue: 0, dimensionNames: ["v", "w"],
                        codec: .custom(Arrays.behindBytes(codec.0, codec.1)))
                ))
        }
        specs.append(
            (
                "index_start",
                ZarrArraySpec(
                    shape: [16, 16], chunkShape: [8, 16], dataType: .numeric(.int32), fillValue: 0,
                    codec: .custom([Arrays.sharded(inner: [4, 4], location: "start", indexEndian: "big")]))
            ))
        specs.append(
            (
                "nested",
                ZarrArraySpec(
                    shape: [16, 16], chunkShape: [16, 16], dataType: .numeric(.int32), fillValue: 0,
                    codec: .custom([Arrays.sharded(inner: [8, 8], codecs: [Arrays.sharded(inner: [4, 2])])]))
            ))
        specs.append(
            (
                "transposed",
                ZarrArraySpec(
                    shape: [3, 5, 7], chunkShape: [2, 3, 4], dataType: .numeric(.float64), fillValue: 0,
                    codec: .custom([["name": "transpose", "configuration": ["order": [2, 0, 1]]]] + Arrays.plain))
            ))
        specs.append(("scalar", ZarrArraySpec(shape: [], chunkShape: [], dataType: .numeric(.float64), fillValue: 0)))
        return specs
    }()

    /// Prints name, shape and bytes (hexadecimal) of every array, then what xarray makes of the group `cube`.
    private static let script = """
        import sys, warnings, zarr, xarray, numpy
        warnings.simplefilter("ignore")
        root = zarr.open_group(sys.argv[1], mode="r")
        assert root.metadata.consolidated_metadata is not None
        for name in sys.argv[2].split(","):
            array = root[name]
            print(name, "x".join(map(str, array.shape)), numpy.ascontiguousarray(array[...]).tobytes().hex())
        cube = xarray.open_zarr(sys.argv[1] + "/cube", consolidated=True)
        print("cube", cube.attrs["title"], dict(cube.sizes), cube.B04.dtype, float(cube.B04.sum()), str(cube.time.values[1])[:10])
        """

    private func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: InteropTests.python ?? "")
        process.arguments = ["-c", InteropTests.script] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    private func writeCube(_ store: DirectoryStore) throws {
        let y = ZarrArraySpec(shape: [4], chunkShape: [4], dataType: .numeric(.float64), fillValue: 0, dimensionNames: ["y"])
        let x = ZarrArraySpec(shape: [6], chunkShape: [6], dataType: .numeric(.float64), fillValue: 0, dimensionNames: ["x"])
        let time = ZarrArraySpec(
            shape: [2], chunkShape: [2], dataType: .numeric(.int64), fillValue: 0, dimensionNames: ["time"],
            attributes: ["units": "days since 2020-01-01", "calendar": "proleptic_gregorian"])
        let band = ZarrArraySpec(
            shape: [2, 4, 6], shardShape: [1, 4, 8], chunkShape: [1, 2, 4], dataType: .numeric(.uint16), fillValue: 0,
            dimensionNames: ["time", "y", "x"], attributes: ["_FillValue": 65535])
        let values = Arrays.ramp(.numeric(.uint16), 48)
        let arrays = try [
            ("y", Arrays.write(y, Arrays.ramp(y.dataType, 4), to: store, path: "cube/y")),
            ("x", Arrays.write(x, Arrays.ramp(x.dataType, 6), to: store, path: "cube/x")),
            ("time", Arrays.write(time, Arrays.ramp(time.dataType, 2), to: store, path: "cube/time")),
            ("B04", Arrays.write(band, values, to: store, path: "cube/B04")),
        ]
        let nodes = Dictionary(uniqueKeysWithValues: arrays.map { ($0.0, $0.1.metadata.json) })
        try ZarrGroupWriter.write(store, path: "cube", attributes: ["title": "small"], consolidated: nodes)
    }

    @Test(.enabled(if: python != nil))
    func zarrPythonAndXarrayReadWhatIsWritten() throws {
        let directory = try TemporaryDirectory()
        let store = DirectoryStore(directory.path)
        var nodes: [String: JSON] = [:]
        var expected: [String] = []
        for (name, spec) in InteropTests.specs {
            let values = Arrays.ramp(spec.dataType, Shape.product(spec.shape) ?? 0)
            nodes[name] = try Arrays.write(spec, values, to: store, path: name).metadata.json
            let hex = values.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            expected.append("\(name) \(spec.shape.map(String.init).joined(separator: "x")) \(hex)")
        }
        try writeCube(store)
        try ZarrGroupWriter.write(store, path: "", attributes: [:], consolidated: nodes)
        let result = try run([directory.path, InteropTests.specs.map(\.0).joined(separator: ",")])
        #expect(result.status == 0)
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines.dropLast() == expected[...])
        #expect(lines.last == "cube small {'time': 2, 'y': 4, 'x': 6} float32 1176.0 2020-01-03")
    }
}
