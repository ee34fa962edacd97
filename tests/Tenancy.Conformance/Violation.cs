namespace Tenancy.Conformance;

/// <summary>An invariant did not hold.</summary>
public sealed class Violation(string message) : Exception(message)
{
    public static void If(bool broken, string message)
    {
        if (broken)
            throw new Violation(message);
    }

    /// <summary>Runs what must be refused, and fails where it is not.</summary>
    public static async Task<TException> Unless<TException>(Func<Task> refused, string message) where TException : Exception
    {
        try
        {
            await refused();
        }
        catch (TException e)
        {
            return e;
        }

        throw new Violation(message);
    }
}
