namespace Tenancy;

/// <summary>How much geometry comes back.</summary>
public enum OcrGeometry
{
    /// <summary>Polygons and boxes of lines.</summary>
    Lines = 0,

    /// <summary>Words with their boxes as well, where the engine has them.</summary>
    Words,

    /// <summary>Text only.</summary>
    None,
}
