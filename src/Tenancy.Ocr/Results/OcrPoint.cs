namespace Tenancy;

/// <summary>A point in pixels from the upper left corner.</summary>
/// <param name="X">To the right.</param>
/// <param name="Y">Down.</param>
public readonly record struct OcrPoint(int X, int Y);
