/// Source coordinates over a square of output pixels, as biquadratics through 3×3 exactly transformed points.
///
/// u and v run from 0 to 1 over the cell. `x = Σ cx[3j+i] uⁱ vʲ`, the same for y.
struct MappingCell {
    var cx: (Double, Double, Double, Double, Double, Double, Double, Double, Double)
    var cy: (Double, Double, Double, Double, Double, Double, Double, Double, Double)

    /// Coefficients out of samples at u, v ∈ {0, ½, 1}, row by row.
    init(xs: UnsafePointer<Double>, ys: UnsafePointer<Double>) {
        cx = MappingCell.fit(xs)
        cy = MappingCell.fit(ys)
    }

    /// The same place everywhere.
    init(constant x: Double, _ y: Double) {
        cx = (x, 0, 0, 0, 0, 0, 0, 0, 0)
        cy = (y, 0, 0, 0, 0, 0, 0, 0, 0)
    }

    private static func fit(_ s: UnsafePointer<Double>)
        -> (Double, Double, Double, Double, Double, Double, Double, Double, Double)
    {
        // A parabola through f0, f½, f1: f0 + u (4f½ − 3f0 − f1) + u² (2f0 − 4f½ + 2f1).
        func parabola(_ f0: Double, _ fh: Double, _ f1: Double) -> (Double, Double, Double) {
            (f0, 4 * (fh - f0) - (f1 - f0), 2 * ((f0 - fh) + (f1 - fh)))
        }
        let r0 = parabola(s[0], s[1], s[2])
        let r1 = parabola(s[3], s[4], s[5])
        let r2 = parabola(s[6], s[7], s[8])
        let a = parabola(r0.0, r1.0, r2.0)
        let b = parabola(r0.1, r1.1, r2.1)
        let c = parabola(r0.2, r1.2, r2.2)
        return (a.0, b.0, c.0, a.1, b.1, c.1, a.2, b.2, c.2)
    }

    /// How far the nine samples lie from the bilinear surface through the corners, at most (NaN if any sample is NaN).
    ///
    /// Midpoints of the edges count, not only the centre: between two conformal projections the second differences along
    /// columns and rows cancel at the centre.
    static func bend(_ s: UnsafePointer<Double>) -> Double {
        let top = (s[0] + s[2]) / 2 - s[1]
        let bottom = (s[6] + s[8]) / 2 - s[7]
        let left = (s[0] + s[6]) / 2 - s[3]
        let right = (s[2] + s[8]) / 2 - s[5]
        let centre = (s[0] + s[2] + s[6] + s[8]) / 4 - s[4]
        let worst = max(max(abs(top), abs(bottom)), max(max(abs(left), abs(right)), abs(centre)))
        return worst + (top + bottom + left + right + centre) * 0
    }

    /// Whether the samples of a single pixel do not even roughly lie on a plane: it holds a pole, a seam or the edge of the domain,
    /// and only its centre means anything. True too where a sample is NaN.
    static func isTorn(_ s: UnsafePointer<Double>, _ bend: Double) -> Bool {
        let span = max(max(abs(s[2] - s[0]), abs(s[8] - s[6])), max(abs(s[6] - s[0]), abs(s[8] - s[2])))
        return !(bend <= 0.25 * span + 1)
    }

    /// Coefficients of the parabolas in u along one row of the cell.
    @inline(__always)
    func row(_ v: Double) -> (x: (Double, Double, Double), y: (Double, Double, Double)) {
        (
            (cx.0 + v * (cx.3 + v * cx.6), cx.1 + v * (cx.4 + v * cx.7), cx.2 + v * (cx.5 + v * cx.8)),
            (cy.0 + v * (cy.3 + v * cy.6), cy.1 + v * (cy.4 + v * cy.7), cy.2 + v * (cy.5 + v * cy.8))
        )
    }
}
