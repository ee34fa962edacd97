using System.Globalization;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.LedgerNode;

/// <summary>
/// A process with several clients for each of some tenants. Each runs statements that say how many ran at once, as the server
/// counted them, and writes it with the tenant's name; a refusal is written as 0.
/// </summary>
static class SlotNode
{
    public static async Task RunAsync(string suffix, int clients, string[] slugs)
    {
        await using var node = await Deployment.StartAsync(new DeploymentOptions
        {
            Suffix = suffix, Install = false, DropDatabases = false, Budget = 24, Settings = SlotProbe.Tiers(),
        });
        var tenants = slugs.Select(slug => node.Catalog.Current.TryFind(slug, out var tenant) ? tenant : throw new InvalidOperationException("The tenant is not there.")).ToArray();
        Console.WriteLine("ready");
        await Console.In.ReadLineAsync();
        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(tenants.SelectMany(tenant => Enumerable.Range(0, clients).Select(client => RunAsync(node, tenant, client, stop.Token))));
        // Until it is told to stop, or nobody is left to tell it.
        await Task.WhenAny(running, Console.In.ReadLineAsync());
        await stop.CancelAsync();
        await running;
    }

    static async Task RunAsync(Deployment node, Tenant tenant, int client, CancellationToken stop)
    {
        using var scope = node.Tenants.Enter(tenant);
        while (!stop.IsCancellationRequested)
        {
            var peak = 0;
            try
            {
                await using var connection = await node.Data.OpenConnectionAsync(CancellationToken.None);
                // One in two in a transaction, whose first statement takes the slot.
                await using var transaction = client % 2 == 0 ? null : await connection.BeginTransactionAsync(CancellationToken.None);
                peak = await SlotProbe.RunAsync(connection, tenant, 0.02);
                if (transaction is not null)
                    await transaction.CommitAsync(CancellationToken.None);
            }
            catch (TenantConcurrencyException)
            {
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tenant.Slug} {peak}"));
        }
    }
}
