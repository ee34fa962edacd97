namespace Tenancy.PoolSizing;

/// <summary>The server that a sweep runs on. Ending it leaves nothing behind.</summary>
internal interface IServerUnderTest : IAsyncDisposable
{
    /// <summary>A superuser's connection string.</summary>
    string Administrator { get; }

    /// <summary>Whether databases have to be dropped, because the server stays.</summary>
    bool Stays { get; }

    /// <summary>What it is, for the report.</summary>
    string Description { get; }
}
