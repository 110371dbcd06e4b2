import Glibc

/// The spherical Mercator of web maps (EPSG:3857), closed form.
public enum WebMercator {
    public static let radius = 6_378_137.0
    /// Half the width of the square world, π · radius.
    public static let halfWorld = Double.pi * radius
    /// The latitude at the upper edge of the square world.
    public static let maximumLatitude = 85.051_128_779_806_59

    /// NaN for a latitude at or beyond a pole. Longitudes are not wrapped.
    @inlinable public static func project(longitude: Double, latitude: Double) -> (Double, Double) {
        guard latitude > -90, latitude < 90 else { return (.nan, .nan) }
        // asinh(tan φ) keeps its digits near the poles, where atanh(sin φ) loses them.
        return (longitude * (.pi / 180) * radius, radius * asinh(tan(latitude * (.pi / 180))))
    }

    @inlinable public static func unproject(x: Double, y: Double) -> (Double, Double) {
        guard x.isFinite, y.isFinite else { return (.nan, .nan) }
        return (x / radius * (180 / .pi), atan(sinh(y / radius)) * (180 / .pi))
    }
}
