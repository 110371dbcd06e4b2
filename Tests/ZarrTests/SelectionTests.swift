import Core
import Testing

@testable import Zarr

@Suite struct SelectionTests {
    private func metadata(_ names: [String]? = ["time", "y", "x"], _ shape: [Int] = [4, 10, 20]) throws -> ZarrArrayMetadata {
        let spec = ZarrArraySpec(
            shape: shape, chunkShape: shape.map { max(1, $0) }, dataType: .numeric(.uint8), fillValue: 0, dimensionNames: names)
        return try ZarrArrayMetadata(json: spec.json)
    }

    @Test(arguments: [
        ("", [0..<4, 0..<10, 0..<20], [0, 1, 2]),
        ("time=0", [0..<1, 0..<10, 0..<20], [1, 2]),
        ("time=-1,x=-5:", [3..<4, 0..<10, 15..<20], [1, 2]),
        (" y = 2 : 4 , x=:3", [0..<4, 2..<4, 0..<3], [0, 1, 2]),
        ("0=1,-1=7", [1..<2, 0..<10, 7..<8], [1]),
        ("time=0,y=0,x=0", [0..<1, 0..<1, 0..<1], []),
        ("y=:", [0..<4, 0..<10, 0..<20], [0, 1, 2]),
        // Ranges are cut to the axis, as in Python.
        ("y=5:1000,x=-1000:2", [0..<4, 5..<10, 0..<2], [0, 1, 2]),
        ("y=6:3,x=30:", [0..<4, 6..<6, 20..<20], [0, 1, 2]),
    ])
    func isAsInPython(_ text: String, _ region: [Range<Int>], _ axes: [Int]) throws {
        let selection = try ZarrSelection(text, of: metadata())
        #expect(selection.region == region)
        #expect(selection.axes == axes)
        #expect(selection.shape == axes.map { region[$0].count })
    }

    @Test(arguments: [
        ("time", "'time'", "axis=index"), ("time=", "''", "whole number"), ("time=4", "'4'", "from -4 to 3"),
        ("time=-5", "'-5'", "from -4 to 3"), ("y=0:4:2", "'0:4:2'", "without a step"), ("y=a:b", "'a:b'", "'y'"),
        ("band=1", "'band'", "there are time, y, x"), ("3=1", "'3'", "0 to 2"), ("x=1,2=3", "'2=3'", "twice"),
        ("x=1,", "''", "axis=index"), ("x=1.5", "'1.5'", "whole number"), ("=3", "''", "is no dimension"),
        ("x=99999999999999999999", "'99999999999999999999'", "whole number"),
    ])
    func errorsNameValueAndRule(_ text: String, _ value: String, _ rule: String) throws {
        let metadata = try metadata()
        #expect { _ = try ZarrSelection(text, of: metadata) } throws: { error in
            guard let error = error as? ZarrError else { return false }
            return error.code == .outOfBounds && error.message.contains(value) && error.message.contains(rule)
        }
    }

    @Test func withoutNamesThereAreNumbers() throws {
        let bare = try metadata(nil)
        #expect(try ZarrSelection("1=2", of: bare).axes == [0, 2])
        #expect { _ = try bare.axis(named: "time") } throws: { "\($0)".contains("there are 0, 1, 2") }
        let scalar = try metadata(nil, [])
        #expect(try ZarrSelection("", of: scalar).shape == [])
        #expect { _ = try scalar.axis(named: "0") } throws: { "\($0)".contains("scalar") }
    }

    @Test func anEmptyAxisHasNoIndex() throws {
        let empty = try metadata(["n"], [0])
        #expect(try ZarrSelection("n=0:5", of: empty).shape == [0])
        #expect { _ = try ZarrSelection("n=0", of: empty) } throws: { "\($0)".contains("length 0") }
    }

    /// The boxes cover the region once, keep to the limit, and cut at the borders of chunks only.
    @Test(arguments: [1, 40, 200, 900, 1 << 20])
    func boxesCoverTheRegionOnce(_ limit: Int) throws {
        let spec = ZarrArraySpec(shape: [7, 10, 13], chunkShape: [2, 4, 5], dataType: .numeric(.uint16), fillValue: 0)
        let array = try Arrays.write(spec, Arrays.ramp(.numeric(.uint16), 910))
        let region = [1..<7, 3..<9, 0..<12]
        let boxes = try RegionBoxes(region, of: array, byteLimit: limit)
        var seen = [Int](repeating: 0, count: 910)
        for n in 0..<boxes.count {
            let box = boxes[n]
            let bytes = box.reduce(2) { $0 * $1.count }
            #expect(bytes <= max(limit, 80) && bytes <= boxes.largestByteCount)
            for (axis, size) in [2, 4, 5].enumerated() {
                #expect(box[axis].lowerBound % size == 0 || box[axis].lowerBound == region[axis].lowerBound)
            }
            for z in box[0] { for y in box[1] { for x in box[2] { seen[(z * 10 + y) * 13 + x] += 1 } } }
        }
        for z in 0..<7 {
            for y in 0..<10 {
                for x in 0..<13 {
                    let isInside = region[0].contains(z) && region[1].contains(y) && region[2].contains(x)
                    #expect(seen[(z * 10 + y) * 13 + x] == (isInside ? 1 : 0))
                }
            }
        }
    }

    @Test func noRegionNoBoxes() throws {
        let spec = ZarrArraySpec(shape: [4], chunkShape: [2], dataType: .numeric(.uint16), fillValue: 0)
        let array = try Arrays.write(spec, Arrays.ramp(.numeric(.uint16), 4))
        #expect(try RegionBoxes([2..<2], of: array, byteLimit: 10).count == 0)
        #expect { _ = try RegionBoxes([0..<5], of: array, byteLimit: 10) } throws: { ($0 as? ZarrError)?.code == .outOfBounds }
    }
}
