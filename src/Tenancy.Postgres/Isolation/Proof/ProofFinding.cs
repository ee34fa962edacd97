namespace Tenancy;

/// <summary>One way in which a database does not keep tenants apart.</summary>
/// <param name="Code">A stable name, such as <c>database-privilege</c>.</param>
/// <param name="IsFatal">Whether serving is refused; otherwise the pool keeps the reset between leases.</param>
/// <param name="Problem">What is wrong, and what follows from it.</param>
/// <param name="Remedy">The statement that mends it.</param>
public sealed record ProofFinding(string Code, bool IsFatal, string Problem, string Remedy)
{
    /// <summary>Problem and remedy in one line.</summary>
    public override string ToString() => $"{Problem} Run: {Remedy}";
}
