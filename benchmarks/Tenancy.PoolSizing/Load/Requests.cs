using Npgsql;
using Tenancy.Benchmarks;
using Tenancy.TestKit;

namespace Tenancy.PoolSizing;

/// <summary>Sends requests as an application would: enters a tenant, opens, asks, closes.</summary>
internal sealed class Requests(Deployment deployment, IReadOnlyList<Tenant> tenants, WorkMix work, double skew, Tally tally)
{
    readonly Zipf _zipf = new(tenants.Count, skew);

    public Tally Tally { get; } = tally;

    /// <summary>Sends one, and tells the tally. Its latency counts from when it arrived.</summary>
    /// <exception cref="OperationCanceledException">The sweep was stopped.</exception>
    public async Task SendAsync(long arrived, Random random, CancellationToken stop)
    {
        var tenant = tenants[_zipf.Next(random)];
        try
        {
            bool right;
            using (deployment.Tenants.Enter(tenant))
            {
                await using var connection = await deployment.Data.OpenConnectionAsync(stop);
                right = await work.Next(random).RunAsync(connection, tenant.Slug.Value, random, stop);
            }

            Tally.Answered(arrived, right);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException or IsolationProofException)
        {
            Tally.Failed(e.Message);
        }
    }
}
