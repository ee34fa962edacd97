namespace Tenancy.Core.Tests;

/// <summary>A store in memory that fails when a test says so, before or after it took a batch.</summary>
sealed class RecordingLedger : IUsageLedger
{
    readonly Dictionary<Guid, long> _last = [];

    public List<UsageBatch> Taken { get; } = [];

    public int Calls { get; private set; }

    public bool FailsBefore { get; set; }

    public bool FailsAfter { get; set; }

    public Task AddAsync(UsageBatch batch, CancellationToken cancellationToken = default)
    {
        Calls++;
        if (FailsBefore)
            throw new TimeoutException("Away.");
        if (!_last.TryGetValue(batch.Node, out var last) || last < batch.Number)
            Taken.Add(batch);
        _last[batch.Node] = batch.Number;
        return FailsAfter ? throw new TimeoutException("The answer was lost.") : Task.CompletedTask;
    }

    public long Sum(Tenant tenant, UsageMetric metric) =>
        Taken.SelectMany(static batch => batch.Entries).Where(entry => entry.Tenant == tenant.Id).Sum(entry => entry.Amounts[metric]);
}
