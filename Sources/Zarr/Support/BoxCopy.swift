import Glibc

/// Copies or fills a box between two C-order arrays: dense rows by `memcpy`, whole blocks at once where rows join.
///
/// A plan is made once per chunk and holds no memory of either array; the caller has checked that the box lies inside both.
struct BoxCopy {
    private var extents: [Int] = []
    private var sourceStrides: [Int] = []
    private var targetStrides: [Int] = []
    private var rowBytes: Int
    private var sourceOffset = 0
    private var targetOffset = 0
    private let isEmpty: Bool

    /// - Parameters:
    ///   - box: extents of what is copied, equal rank for all five lists.
    init(box: [Int], source: [Int], sourceOrigin: [Int], target: [Int], targetOrigin: [Int], itemSize: Int) {
        let sourceAll = Shape.strides(source, itemSize: itemSize)
        let targetAll = Shape.strides(target, itemSize: itemSize)
        for axis in box.indices {
            sourceOffset += sourceAll[axis] * sourceOrigin[axis]
            targetOffset += targetAll[axis] * targetOrigin[axis]
        }
        isEmpty = box.contains(0)
        rowBytes = itemSize
        // Join axes from the innermost outwards as long as what is joined lies densely in both arrays.
        var axis = box.count - 1
        while axis >= 0, sourceAll[axis] == rowBytes || box[axis] == 1, targetAll[axis] == rowBytes || box[axis] == 1 {
            rowBytes *= box[axis]
            axis -= 1
        }
        while axis >= 0 {
            if box[axis] > 1 {
                extents.append(box[axis])
                sourceStrides.append(sourceAll[axis])
                targetStrides.append(targetAll[axis])
            }
            axis -= 1
        }
    }

    /// Where the box lies in the target when it is one dense run of bytes there and in the source from its start; else nil.
    var denseTargetRange: Range<Int>? {
        extents.isEmpty && !isEmpty ? targetOffset..<(targetOffset + rowBytes) : nil
    }

    func copy(from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
        guard !isEmpty else { return }
        walk(extents.count - 1, source + sourceOffset, target + targetOffset)
    }

    private func walk(_ level: Int, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer) {
        guard level >= 0 else {
            target.copyMemory(from: source, byteCount: rowBytes)
            return
        }
        let (count, from, to) = (extents[level], sourceStrides[level], targetStrides[level])
        if level == 0 {
            rows(count, source, from, target, to)
        } else {
            for i in 0..<count { walk(level - 1, source + i * from, target + i * to) }
        }
    }

    /// The innermost loop; single elements are moved by their width, as a `memcpy` of 2 bytes costs more than the 2 bytes.
    private func rows(_ count: Int, _ source: UnsafeRawPointer, _ from: Int, _ target: UnsafeMutableRawPointer, _ to: Int) {
        switch rowBytes {
        case 1: move(UInt8.self, count, source, from, target, to)
        case 2: move(UInt16.self, count, source, from, target, to)
        case 4: move(UInt32.self, count, source, from, target, to)
        case 8: move(UInt64.self, count, source, from, target, to)
        default:
            for i in 0..<count { memcpy(target + i * to, source + i * from, rowBytes) }
        }
    }

    @inline(__always)
    private func move<T: FixedWidthInteger>(
        _: T.Type, _ count: Int, _ source: UnsafeRawPointer, _ from: Int, _ target: UnsafeMutableRawPointer, _ to: Int
    ) {
        for i in 0..<count {
            (target + i * to).storeBytes(of: (source + i * from).loadUnaligned(as: T.self), as: T.self)
        }
    }

    /// Writes `pattern` (one element) over the box in the target.
    func fill(_ target: UnsafeMutableRawPointer, with pattern: FillPattern) {
        guard !isEmpty else { return }
        fillWalk(extents.count - 1, target + targetOffset, pattern)
    }

    private func fillWalk(_ level: Int, _ target: UnsafeMutableRawPointer, _ pattern: FillPattern) {
        guard level >= 0 else {
            pattern.fill(target, byteCount: rowBytes)
            return
        }
        for i in 0..<extents[level] { fillWalk(level - 1, target + i * targetStrides[level], pattern) }
    }
}
