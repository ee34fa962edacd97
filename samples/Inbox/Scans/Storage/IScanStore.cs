using Tenancy;

namespace Inbox.Scans.Storage;

/// <summary>Files and what was read of them, of the ambient tenant. A store of objects for the files would stand here.</summary>
interface IScanStore
{
    /// <summary>Stores a file, its scan and the document that its text will go into: all or nothing.</summary>
    Task AddAsync(NewScan scan, CancellationToken stop);

    /// <summary>How far a scan is; none where there is no such scan.</summary>
    Task<Scan?> FindAsync(Guid id, CancellationToken stop);

    /// <summary>What there is left to read; none where there is no such scan, or nothing left.</summary>
    Task<ScanWork?> OpenAsync(Guid id, CancellationToken stop);

    /// <summary>Stores a page, once however often it comes; false where the scan is gone or finished.</summary>
    Task<bool> AddPageAsync(Guid id, OcrPage page, CancellationToken stop);

    /// <summary>Puts the text into the document, unless somebody wrote one meanwhile. None where it was finished before.</summary>
    Task<ScanCost?> FinishAsync(Guid id, CancellationToken stop);

    /// <summary>Gives it up. None where it was finished before.</summary>
    Task<ScanCost?> FailAsync(Guid id, string error, CancellationToken stop);

    /// <summary>The pages behind a number, in order.</summary>
    Task<IReadOnlyList<ScanPage>> ReadPagesAsync(Guid id, int after, int limit, CancellationToken stop);
}
