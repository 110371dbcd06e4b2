extension [Position] {
    /// The area: positive for a counter-clockwise ring with y upwards. Closed or not does not matter.
    var signedArea: Double {
        guard count >= 3 else { return 0 }
        // Relative to the first corner, so that large coordinates lose no digits.
        let (x0, y0) = (self[0].x, self[0].y)
        var sum = 0.0
        for i in 1..<(count - 1) {
            sum += (self[i].x - x0) * (self[i + 1].y - y0) - (self[i + 1].x - x0) * (self[i].y - y0)
        }
        return sum / 2
    }

    /// Sutherland–Hodgman against both sides of one axis. Rings in and out are not closed.
    func clipped(axis: WritableKeyPath<Position, Double>, from low: Double, to high: Double) -> [Position] {
        clippedHalf(axis, low, keepsAbove: true).clippedHalf(axis, high, keepsAbove: false)
    }

    private func clippedHalf(_ axis: WritableKeyPath<Position, Double>, _ edge: Double, keepsAbove: Bool) -> [Position] {
        guard var previous = last else { return [] }
        var out: [Position] = []
        out.reserveCapacity(count + 4)
        var previousInside = keepsAbove ? previous[keyPath: axis] >= edge : previous[keyPath: axis] <= edge
        for point in self {
            let inside = keepsAbove ? point[keyPath: axis] >= edge : point[keyPath: axis] <= edge
            if inside != previousInside {
                let t = (edge - previous[keyPath: axis]) / (point[keyPath: axis] - previous[keyPath: axis])
                var crossing = Position(x: previous.x + (point.x - previous.x) * t, y: previous.y + (point.y - previous.y) * t)
                crossing[keyPath: axis] = edge
                if let z0 = previous.z, let z1 = point.z { crossing.z = z0 + (z1 - z0) * t }
                out.append(crossing)
            }
            if inside { out.append(point) }
            (previous, previousInside) = (point, inside)
        }
        return out
    }
}
