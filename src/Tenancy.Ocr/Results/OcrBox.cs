namespace Tenancy;

/// <summary>A box in pixels from the upper left corner.</summary>
/// <param name="X">Its left side.</param>
/// <param name="Y">Its upper side.</param>
/// <param name="Width">To the right.</param>
/// <param name="Height">Down.</param>
public readonly record struct OcrBox(int X, int Y, int Width, int Height);
