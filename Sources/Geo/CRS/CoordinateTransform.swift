import CPROJ
import Core
import Synchronization

/// Takes coordinates from one CRS to another, x before y on both sides. Safe to use from any thread.
///
/// Points that have no counterpart become NaN. Between `OGC:CRS84`/`EPSG:4326` and `EPSG:3857` it is this module's own closed form
/// (which does not wrap longitudes: 190° stays right of 180°); everything else is PROJ, one context per thread that is in it.
public final class CoordinateTransform: Sendable {
    public let source: CRS
    public let target: CRS
    let method: Method

    enum Method: Sendable {
        case identity
        case toWebMercator
        case fromWebMercator
        case proj(ProjTransformPool)
    }

    /// - Throws: `GeoError.notTransformable` where PROJ knows no way from one to the other.
    public init(from source: CRS, to target: CRS) throws(GeoError) {
        self.source = source
        self.target = target
        if source == target || (source.isWGS84LongitudeLatitude && target.isWGS84LongitudeLatitude) {
            method = .identity
        } else if source.isWGS84LongitudeLatitude, target == .webMercator {
            method = .toWebMercator
        } else if source == .webMercator, target.isWGS84LongitudeLatitude {
            method = .fromWebMercator
        } else {
            method = .proj(try ProjTransformPool.shared(from: source, to: target))
        }
    }

    /// Coordinates stay as they are.
    public var isIdentity: Bool { if case .identity = method { true } else { false } }

    /// Transforms in place; both arrays have the same length (what one has more is left alone).
    public func apply(_ xs: inout [Double], _ ys: inout [Double]) {
        xs.withUnsafeMutableBufferPointer { x in ys.withUnsafeMutableBufferPointer { y in apply(x, y) } }
    }

    /// Transforms in place. If PROJ itself cannot be started, all become NaN.
    public func apply(_ xs: UnsafeMutableBufferPointer<Double>, _ ys: UnsafeMutableBufferPointer<Double>) {
        let count = min(xs.count, ys.count)
        guard count > 0 else { return }
        switch method {
        case .identity: break
        case .toWebMercator:
            for i in 0..<count { (xs[i], ys[i]) = WebMercator.project(longitude: xs[i], latitude: ys[i]) }
        case .fromWebMercator:
            for i in 0..<count { (xs[i], ys[i]) = WebMercator.unproject(x: xs[i], y: ys[i]) }
        case .proj(let pool): pool.apply(xs, ys, count: count)
        }
    }

    /// One point; nil if it has no counterpart.
    public func apply(x: Double, y: Double) -> (x: Double, y: Double)? {
        var (tx, ty) = (x, y)
        withUnsafeMutablePointer(to: &tx) { px in
            withUnsafeMutablePointer(to: &ty) { py in
                apply(UnsafeMutableBufferPointer(start: px, count: 1), UnsafeMutableBufferPointer(start: py, count: 1))
            }
        }
        return tx.isFinite && ty.isFinite ? (tx, ty) : nil
    }

    /// The box around what a box becomes, with `densify` points along every edge; nil if no point has a counterpart.
    ///
    /// Plain minima and maxima: for longitude and latitude with its antimeridian and poles use `PixelGrid.bboxWGS84`.
    public func applyBounds(minX: Double, minY: Double, maxX: Double, maxY: Double, densify: Int = 21)
        -> (minX: Double, minY: Double, maxX: Double, maxY: Double)?
    {
        var xs: [Double] = []
        var ys: [Double] = []
        let steps = max(1, densify)
        for step in 0..<steps {
            let t = Double(step) / Double(steps)
            let (x, y) = (minX + (maxX - minX) * t, minY + (maxY - minY) * t)
            xs += [x, maxX, maxX - (x - minX), minX]
            ys += [minY, y, maxY, maxY - (y - minY)]
        }
        apply(&xs, &ys)
        var box = (minX: Double.infinity, minY: Double.infinity, maxX: -Double.infinity, maxY: -Double.infinity)
        for (x, y) in zip(xs, ys) where x.isFinite && y.isFinite {
            box = (min(box.minX, x), min(box.minY, y), max(box.maxX, x), max(box.maxY, y))
        }
        return box.minX.isFinite ? box : nil
    }

    /// The other way round.
    public func inverse() throws(GeoError) -> CoordinateTransform { try CoordinateTransform(from: target, to: source) }
}
