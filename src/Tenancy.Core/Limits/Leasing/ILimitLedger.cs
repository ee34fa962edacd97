namespace Tenancy;

/// <summary>
/// Where limits are counted for all processes. Processes lease permits ahead, in one call for all tenants, and decide
/// alone while they have some. PostgreSQL's comes with <c>UsePostgres()</c>; another store is registered in its place.
/// </summary>
/// <remarks>
/// What a ledger must keep, for each tenant and policy: grants never exceed what the policy allows by the ledger's own
/// clock, read after its locks; a grant is all that may be used until it is returned; returns and debts count before the
/// next grant. Processes are numbered by their calls: one that was silent for <see cref="LeaseCall.NodeLifetime"/> is gone.
/// </remarks>
public interface ILimitLedger
{
    /// <summary>Leases, returns and charges, for one process, in one go; without requests it only says that it is alive.</summary>
    /// <param name="call">What is asked.</param>
    /// <param name="cancellationToken">Ends the call; what became of it is then unknown, and counts as leased and lost.</param>
    /// <returns>A grant for each request, in their order.</returns>
    Task<LeaseAnswer> LeaseAsync(LeaseCall call, CancellationToken cancellationToken = default);

    /// <summary>Takes a process off the count: it stops.</summary>
    Task LeaveAsync(Guid node, CancellationToken cancellationToken = default);
}
