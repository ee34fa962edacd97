namespace Tenancy;

/// <summary>An exception that says: the tenant's tier ended the statement. Whatever the database, it can be caught as this.</summary>
public interface IQueryTimeout
{
    /// <summary>The tier that has the limit.</summary>
    string Tier { get; }

    /// <summary>How long one statement may run, <see cref="QueryLimits.Timeout"/> of the tier.</summary>
    TimeSpan Limit { get; }
}
