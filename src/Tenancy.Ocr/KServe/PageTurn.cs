namespace Tenancy;

/// <summary>Turns coordinates of a page that was turned counter-clockwise back to the page as it was sent.</summary>
/// <param name="Degrees">By how much it was turned: 0, 90, 180 or 270.</param>
/// <param name="Width">The width of the page as it was sent.</param>
/// <param name="Height">Its height.</param>
internal readonly record struct PageTurn(int Degrees, int Width, int Height)
{
    public OcrPoint Back(OcrPoint point) => Degrees switch
    {
        90 => new(Width - point.Y, point.X),
        180 => new(Width - point.X, Height - point.Y),
        270 => new(point.Y, Height - point.X),
        _ => point,
    };

    public OcrBox Back(int left, int top, int right, int bottom)
    {
        var (one, other) = (Back(new OcrPoint(left, top)), Back(new OcrPoint(right, bottom)));
        var (x, y) = (Math.Min(one.X, other.X), Math.Min(one.Y, other.Y));
        return new(x, y, Math.Max(one.X, other.X) - x, Math.Max(one.Y, other.Y) - y);
    }
}
