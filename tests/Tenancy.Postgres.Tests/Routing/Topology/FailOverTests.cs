using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;
using Xunit.Abstractions;

namespace Tenancy.Postgres.Tests;

/// <summary>The primary dies under load, and its standby takes over.</summary>
public sealed class FailOverTests(ITestOutputHelper output)
{
    const int Workers = 6;

    /// <summary>What each worker does in a row without an error before the fail-over counts as over.</summary>
    const int Steady = 20;

    [Fact]
    public async Task Work_goes_on_at_the_new_primary_and_nobody_sees_a_foreign_row()
    {
        var replicated = new ReplicatedTenants();
        try
        {
            await replicated.InitializeAsync();
            foreach (var tenant in replicated.Tenants)
                await (await replicated.OpenAtStandbyAsync(tenant)).DisposeAsync();

            using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            var (foreign, done, steady) = (0, 0, new int[Workers]);
            var failures = new ConcurrentQueue<(TimeSpan At, NpgsqlException Error)>();
            var clock = Stopwatch.StartNew();
            var workers = Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(worker))).ToArray();
            await UntilAsync(() => Volatile.Read(ref done) > 20 * Workers);

            Assert.Empty(failures);
            var crashed = clock.Elapsed;
            await replicated.Cluster.CrashPrimaryAsync();
            await replicated.Cluster.PromoteAsync();
            var promoted = clock.Elapsed;
            Array.Clear(steady);
            await UntilAsync(() => steady.All(count => count >= Steady));
            await stop.CancelAsync();
            await Task.WhenAll(workers);

            Assert.Equal(0, foreign);
            // What failed had been begun before the promotion, or met it; whoever connected after it found the new primary.
            Assert.InRange(failures.Count, 0, 6 * Workers);
            Assert.All(failures, failure => Assert.True(failure.Error.IsTransient, failure.Error.ToString()));
            output.WriteLine($"Promoted {(promoted - crashed).TotalMilliseconds:0} ms after the crash; {failures.Count} of {done + failures.Count} failed, " +
                $"the last one {(failures.Select(failure => failure.At).DefaultIfEmpty().Max() - promoted).TotalMilliseconds:0} ms after the promotion.");

            foreach (var tenant in replicated.Tenants)
            {
                await using var connection = await replicated.OpenAsync(tenant);
                Assert.Equal(replicated.Cluster.StandbyPort, await connection.ScalarAsync("select inet_server_port()"));
                Assert.Equal(0L, await connection.ScalarAsync("select count(*) from notes where mark <> $1", $"{tenant.Id}"));
                // There is no standby any more.
                await using var reader = await replicated.OpenReaderAsync(tenant);
                Assert.False(await ReplicatedTenants.IsStandbyAsync(reader));
            }

            async Task WorkAsync(int worker)
            {
                var tenants = replicated.Tenants.ToArray();
                for (var i = worker; !stop.IsCancellationRequested; i++)
                {
                    var tenant = tenants[i % tenants.Length];
                    try
                    {
                        await OnceAsync(tenant, 1000L + i * Workers + worker, i % 3);
                        Interlocked.Increment(ref done);
                        steady[worker]++;
                    }
                    catch (NpgsqlException e)
                    {
                        failures.Enqueue((clock.Elapsed, e));
                        steady[worker] = 0;
                    }
                }
            }

            async Task OnceAsync(Tenant tenant, long id, int way)
            {
                await using var connection = way == 0 ? await replicated.OpenReaderAsync(tenant) : await replicated.OpenAsync(tenant);
                if (way == 1)
                    await connection.Command("insert into notes (id, mark) values ($1, $2) on conflict do nothing", id, $"{tenant.Id}").ExecuteNonQueryAsync();
                await using var reader = await connection.Command("select mark from notes").ExecuteReaderAsync();
                while (await reader.ReadAsync())
                {
                    if (reader.GetString(0) != $"{tenant.Id}")
                        Interlocked.Increment(ref foreign);
                }
            }

            async Task UntilAsync(Func<bool> condition)
            {
                while (!condition() && !stop.IsCancellationRequested)
                    await Task.Delay(10);
                Assert.True(condition(), "Work does not go on: " + string.Join(Environment.NewLine, failures.TakeLast(3)));
            }
        }
        finally
        {
            await replicated.DisposeAsync();
        }
    }
}
