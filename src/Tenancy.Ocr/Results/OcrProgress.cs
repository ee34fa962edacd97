namespace Tenancy;

/// <summary>How far a document is.</summary>
/// <param name="Done">Pages that are read.</param>
/// <param name="Total">Pages that there are; none until a server has counted them.</param>
public readonly record struct OcrProgress(int Done, int? Total);
