namespace Tenancy;

/// <summary>What coordinates refer to.</summary>
public enum OcrCoordinateSpace
{
    /// <summary>The page as it was sent.</summary>
    Source = 0,

    /// <summary>The page after it was turned upright; <see cref="OcrPage.RotationDegrees"/> turns it back.</summary>
    Upright,

    /// <summary>The page after it was flattened: there is no way back to the source.</summary>
    Unwarped,
}
