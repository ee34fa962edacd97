namespace Tenancy;

/// <summary>For how long the rows of one of the tenants' tables are kept.</summary>
/// <param name="Table">The table's name, without a schema and not quoted; the tenant's scope finds it.</param>
/// <param name="Column">The column with the time from which on it counts, a <c>timestamptz</c>; an index on it helps.</param>
/// <param name="Keep">How long. Range: more than 0 to 36,500 days.</param>
public sealed record RetentionPolicy(string Table, string Column, TimeSpan Keep)
{
    /// <summary>What is wrong with it, if anything.</summary>
    internal string? Mistake()
    {
        try
        {
            (_, _) = (SqlIdentifier.Quote(Table), SqlIdentifier.Quote(Column));
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }

        return Keep <= TimeSpan.Zero || Keep > TimeSpan.FromDays(36_500) ? "Keep is out of its range. Give a time above 0, up to 36500.00:00:00." : null;
    }
}
