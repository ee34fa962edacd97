using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Tenancy.Conformance;

/// <summary>
/// Tenants with the same ids on very few connections, while statements are cancelled and time out, backends are killed, and
/// transactions and readers are abandoned: every row of every answer is checked.
/// </summary>
public sealed class ChaosRun(Deployment deployment, IReadOnlyList<Tenant> tenants, ChaosOptions options) : IDisposable
{
    public const int Rows = 12;

    /// <summary>A run of hours says how far it is, and whether it is worth waiting for, each time so many are done.</summary>
    const int Told = 500_000;

    const int MostTold = 100;

    /// <summary>Statements that take longer are ended by the server.</summary>
    public const string Timeout = "00:00:00.030";

    const string All = "select id || ':' || mark || ':' || tenant_id from notes order by id";

    readonly ConcurrentDictionary<string, int> _ended = new();
    readonly Lock _lock = new();
    readonly CancellationTokenSource _over = new();
    (int Operation, string What)? _first;
    int _wrong;
    int _killed;
    int _done;

    /// <summary>A deployment whose login is its own, since its settings are changed.</summary>
    public static DeploymentOptions Deployment(int connections) => new()
    {
        Budget = connections,
        AppLogin = $"tenancy_app_{Guid.NewGuid():n}"[..40],
        // Millions of sessions end in a night, each with a message.
        Logs = new RecordingLogs { Lowest = LogLevel.Error },
    };

    /// <summary>Gives the tier of all tenants the timeout. To be called when they have been made: that may take longer.</summary>
    public static async Task BeginTimeoutsAsync(Deployment deployment)
    {
        await PrivateCluster.ExecuteAsync(deployment.Options.CatalogDatabase,
            $"update tenancy_catalog.tiers set limits = jsonb_build_object('queries', jsonb_build_object('timeout', '{Timeout}')) where name = 'any'");
        await deployment.Catalog.RefreshAsync();
    }

    /// <summary>Ends the sessions of the login that serves.</summary>
    public static string EndSessions(Deployment deployment) => $"select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = '{deployment.Options.AppLogin}'";

    /// <summary>A tenant with the rows that every tenant has, and its slug in each.</summary>
    public static async Task<Tenant> CreateAsync(Deployment deployment, TenantIsolation isolation)
    {
        var tenant = await deployment.CreateAsync(isolation);
        using var scope = deployment.Tenants.Enter(tenant);
        await using var command = deployment.Data.CreateCommand($"insert into notes (id, mark) select n, '{tenant.Slug}' from generate_series(1, {Rows}) as n");
        await command.ExecuteNonQueryAsync();
        return tenant;
    }

    public async Task<ChaosResult> RunAsync()
    {
        var killing = options.Kills ? KillAsync() : Task.CompletedTask;
        await Parallel.ForAsync(0, options.Operations, new ParallelOptions { MaxDegreeOfParallelism = options.Workers }, async (i, _) =>
        {
            if (_over.IsCancellationRequested)
                return;
            var random = new Random(options.Seed + i);
            try
            {
                await OperateAsync(tenants[random.Next(tenants.Count)], random);
                Ended("answered");
            }
            catch (Exception e)
            {
                Ended(e is PostgresException server ? server.SqlState : e.GetType().Name);
                if (!IsDisturbance(e))
                    IsWrong($"{e.GetType().Name}: {e.Message}");
            }

            if (Interlocked.Increment(ref _done) % Told == 0)
                Console.WriteLine($"chaos: {_done} operations, {_wrong} wrong");
        });
        await _over.CancelAsync();
        await killing;
        return new ChaosResult(_wrong, _first, _ended, _killed);
    }

    public void Dispose() => _over.Dispose();

    /// <summary>What chaos does to whoever is in it: cancelled, timed out, killed. A refusal of rights is none of it.</summary>
    static bool IsDisturbance(Exception error) => error switch
    {
        // Somebody is at work on a session that one has.
        NpgsqlOperationInProgressException => false,
        PostgresException server => server.SqlState is PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.AdminShutdown,
        NpgsqlException or OperationCanceledException or IOException or TimeoutException => true,
        // The connection went away under a transaction or a reader.
        InvalidOperationException => error is not TenantMismatchException and not NoTenantException,
        _ => false,
    };

    async Task OperateAsync(Tenant caller, Random random)
    {
        using var scope = deployment.Tenants.Enter(options.Application.TenantOf(caller));
        using var patience = new CancellationTokenSource();
        // 15 of 100 are cancelled at any moment.
        if (random.Next(100) < 15)
            patience.CancelAfter(TimeSpan.FromMilliseconds(random.Next(8)));
        await using var connection = await deployment.Data.OpenConnectionAsync(patience.Token);
        var kind = random.Next(100);
        if (kind < 50)
            Check(caller, await options.Application.ReadAsync(caller, () => ReadAsync(connection, null, patience.Token)));
        else if (kind < 75)
            await TransactAsync(connection, caller, random, patience.Token);
        else if (kind < 85)
            await LeaveAsync(connection, caller, random, patience.Token);
        else if (kind < 91)
            await FailAsync(connection, caller, "select 1 / (id - id) from notes", patience.Token);
        else if (kind < 95)
            await FailAsync(connection, caller, "select pg_sleep(0.06)", patience.Token);
        else if (kind < 99)
            await BatchAsync(connection, caller, patience.Token);
        else
            await GiveUpAsync(connection, caller, random);
    }

    async Task TransactAsync(TenantConnection connection, Tenant caller, Random random, CancellationToken stop)
    {
        var transaction = await connection.BeginTransactionAsync(stop);
        // One row to a transaction: two of one tenant then wait for each other, but never both ways.
        var id = random.Next(1, Rows);
        await ExecuteAsync(connection, $"update notes set size = size + 1 where id = {id}", stop);
        if (random.Next(3) == 0)
        {
            await transaction.SaveAsync("here", stop);
            await ExecuteAsync(connection, $"delete from notes where id = {id}", stop);
            await transaction.RollbackAsync("here", stop);
        }

        Check(caller, await ReadAsync(connection, transaction, stop));
        switch (random.Next(5))
        {
            case 0 or 1:
                await transaction.CommitAsync(stop);
                break;
            case 2:
                await transaction.RollbackAsync(stop);
                break;
            default:
                // Abandoned, and rolled back when the connection is returned.
                break;
        }
    }

    async Task LeaveAsync(TenantConnection connection, Tenant caller, Random random, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = All;
        var reader = await command.ExecuteReaderAsync(stop);
        var read = new List<string>();
        for (var left = random.Next(Rows); left > 0 && await reader.ReadAsync(stop); left--)
            read.Add(reader.GetString(0));
        Check(caller, read, whole: false);
    }

    async Task FailAsync(TenantConnection connection, Tenant caller, string statement, CancellationToken stop)
    {
        try
        {
            await ExecuteAsync(connection, statement, stop);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DivisionByZero or PostgresErrorCodes.QueryCanceled)
        {
            // As meant; what comes after it on the same connection is what counts.
        }

        Check(caller, await ReadAsync(connection, null, stop));
    }

    async Task BatchAsync(TenantConnection connection, Tenant caller, CancellationToken stop)
    {
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(All);
        batch.BatchCommands.Add("update notes set size = 0 where id = 1");
        batch.BatchCommands.Add(All);
        await using var reader = await ((DbBatch)batch).ExecuteReaderAsync(stop);
        do
        {
            var read = new List<string>();
            while (await reader.ReadAsync(stop))
                read.Add(reader.GetString(0));
            if (reader.FieldCount > 0)
                Check(caller, read);
        }
        while (await reader.NextResultAsync(stop));
    }

    /// <summary>Disposes of a connection that is at work, as whoever gives up waiting (<c>WaitAsync</c>) does.</summary>
    async Task GiveUpAsync(TenantConnection connection, Tenant caller, Random random)
    {
        var sleeps = random.Next(2) == 0;
        var working = Task.Run(async () =>
        {
            for (; ;)
            {
                if (sleeps)
                    await ExecuteAsync(connection, "select pg_sleep(0.05)", CancellationToken.None);
                Check(caller, await ReadAsync(connection, null, CancellationToken.None));
            }
        });
        await Task.Delay(random.Next(8));
        await connection.DisposeAsync();
        try
        {
            await working;
        }
        catch (Exception e) when (IsDisturbance(e))
        {
            // As meant: closed, or stopped, and nothing else.
        }
    }

    static async Task<List<string>> ReadAsync(TenantConnection connection, DbTransaction? transaction, CancellationToken stop)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = All;
        command.Transaction = transaction;
        await using var reader = await command.ExecuteReaderAsync(stop);
        var read = new List<string>();
        while (await reader.ReadAsync(stop))
            read.Add(reader.GetString(0));
        return read;
    }

    static async Task ExecuteAsync(TenantConnection connection, string statement, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>Every row must be the caller's, by its tenant and by what it holds; and all of them must be there.</summary>
    void Check(Tenant caller, List<string> read, bool whole = true)
    {
        for (var i = 0; i < read.Count; i++)
        {
            if (read[i] != $"{i + 1}:{caller.Slug}:{caller.Id}")
            {
                IsWrong($"{caller.Slug} reads {read[i]}");
                return;
            }
        }

        if (whole && read.Count != Rows)
            IsWrong($"{caller.Slug} reads {read.Count} of its {Rows} rows");
    }

    void Ended(string how) => _ended.AddOrUpdate(how, 1, static (_, count) => count + 1);

    void IsWrong(string what)
    {
        // At once, and all of them: a run of hours is seldom seen to its end, and what the server logged is found by the time.
        if (Interlocked.Increment(ref _wrong) <= MostTold && !options.StopsAtFirst)
            Console.WriteLine($"chaos: wrong at {DateTimeOffset.UtcNow:O}: {what}");
        lock (_lock)
            _first ??= (_done, what);
        if (options.StopsAtFirst)
            _over.Cancel();
    }

    /// <summary>Kills a backend of the tenants' logins every now and then; a server that does not answer for a while ends no run of hours.</summary>
    async Task KillAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            try
            {
                await KillUntilOverAsync();
            }
            catch (NpgsqlException)
            {
                await Task.Delay(1000, CancellationToken.None);
            }
        }
    }

    async Task KillUntilOverAsync()
    {
        await using var administrator = await PrivateCluster.OpenAsync("postgres");
        await using var kill = new NpgsqlCommand(
            """
            select count(pg_terminate_backend(pid)) from (
                select pid from pg_stat_activity where usename = $1 or datname = any ($2) and usename like 't\_%' order by random() limit 1) as one
            """, administrator)
        {
            Parameters =
            {
                new() { Value = deployment.Options.AppLogin },
                new() { Value = tenants.Select(tenant => tenant.Placement.Database).Where(name => name != deployment.SharedDatabase).ToArray() },
            },
        };
        var random = new Random(options.Seed);
        while (!_over.IsCancellationRequested)
        {
            _killed += (int)(long)(await kill.ExecuteScalarAsync(CancellationToken.None))!;
            await Task.Delay(random.Next(60, 200), CancellationToken.None);
        }
    }
}
