namespace Tenancy.Cli;

/// <summary>What the program tells its caller.</summary>
static class ExitCode
{
    /// <summary>Nothing was found that counts.</summary>
    public const int Clean = 0;

    /// <summary>Something was found.</summary>
    public const int Found = 1;

    /// <summary>It could not be looked: a mistake in the arguments, a file or database that cannot be read, Ctrl-C.</summary>
    public const int Failed = 2;
}
