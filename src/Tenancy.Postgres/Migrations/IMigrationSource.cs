namespace Tenancy;

/// <summary>Migrations that come from elsewhere than the folder, such as those of an EF Core context.</summary>
internal interface IMigrationSource
{
    /// <summary>The migrations, in any order; versions differ from those of every other source.</summary>
    IReadOnlyList<Migration> Read();
}
