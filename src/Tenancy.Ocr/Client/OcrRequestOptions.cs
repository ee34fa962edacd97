namespace Tenancy;

/// <summary>What is asked for beside the document. Servers ignore no option in silence: what they cannot do is an error or a warning.</summary>
public sealed record OcrRequestOptions
{
    /// <summary>What is asked for where nothing is said.</summary>
    public static readonly OcrRequestOptions Default = new();

    /// <summary>The languages in it, as of BCP 47, the most likely first. Chooses the pool. Default: none, the first pool.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Whether it is written by hand. Chooses the pool. Default: no.</summary>
    public bool Handwriting { get; init; }

    /// <summary>The pool by name, whatever the language. Default: none, the language decides.</summary>
    public string? Pool { get; init; }

    /// <summary>A preset that the servers name. Default: none. Only with <see cref="OcrProtocol.Tenancy"/>.</summary>
    public string? Profile { get; init; }

    /// <summary>How much geometry comes back. Default: <see cref="OcrGeometry.Lines"/>.</summary>
    public OcrGeometry Geometry { get; init; } = OcrGeometry.Lines;

    /// <summary>Whether pages are turned upright first. Default: no; a server that has not loaded the model fails.</summary>
    public bool FixOrientation { get; init; }

    /// <summary>Whether bent pages are flattened first. Default: no; its coordinates cannot be mapped back.</summary>
    public bool Unwarp { get; init; }

    /// <summary>Whether lines that stand upside down are turned. Default: no.</summary>
    public bool FixLineOrientation { get; init; }

    /// <summary>The confidence below which lines are left out.</summary>
    /// <value>Default: none, the server's. Range: 0 to 1.</value>
    public float? MinConfidence { get; init; }

    /// <summary>The resolution at which a PDF is rasterised, in dots per inch. Default: none, the server's. Only with <see cref="OcrProtocol.Tenancy"/>.</summary>
    public int? Dpi { get; init; }

    /// <summary>Whether a PDF's own text is taken where it has some. Default: no. Only with <see cref="OcrProtocol.Tenancy"/>.</summary>
    public bool PreferTextLayer { get; init; }

    /// <summary>The first page that is read, from 1. Default: 1.</summary>
    public int FirstPage { get; init; } = 1;

    /// <summary>The last page that is read. Default: none, the last there is.</summary>
    public int? LastPage { get; init; }

    /// <summary>How long it may take, waiting included. Default: none, <see cref="OcrOptions.Timeout"/>.</summary>
    public TimeSpan? Timeout { get; init; }
}
