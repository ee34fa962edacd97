using System.Diagnostics.Metrics;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>Whatever somebody left in a session, the next tenant's statement does not run on it (docs/decisions/0011).</summary>
public abstract class LeftoverTests(LeftoverFixture fixture)
{
    /// <summary>What is left, what it is called, and what B would find of it.</summary>
    public static TheoryData<string, string> Leftovers => new()
    {
        { "create temporary table notes (id bigint, mark text)", "temporary objects" },
        { "prepare theft as select 1", "prepared statements" },
        { "declare kept cursor with hold for select 1", "held cursors" },
        { "listen somewhere", "listening" },
        { "set search_path = pg_temp", "settings" },
        { "set row_security = off", "settings" },
        { "set statement_timeout = '1min'", "settings" },
        { "set work_mem = '64kB'", "settings" },
        { "set default_transaction_isolation = 'serializable'", "settings" },
        // Not among those that every scope looks at: found in the next minute, of which an empty note is as good a sign.
        { "set enable_seqscan = off;set tenancy.clean = ''", "settings" },
        { "set tenancy.tenant = '{B}'", "another scope" },
        { "prepare theft as select 1;set work_mem = '64kB'", "prepared statements, settings" },
    };

    [Theory]
    [MemberData(nameof(Leftovers))]
    public async Task The_next_tenant_gets_another_session(string statements, string found)
    {
        var seen = new List<string>();
        using var listener = Listen(seen);
        var left = await fixture.LeaveAsync(statements.Replace("{B}", fixture.B.Id.ToString(), StringComparison.Ordinal));

        var (process, mark) = await fixture.NextAsync();

        Assert.NotEqual(left, process);
        Assert.Equal(fixture.B.Slug.Value, mark);
        Assert.Contains(fixture.Deployment.Options.Logs.Messages, message => message.Contains($" 2001 ", StringComparison.Ordinal)
            && message.Contains($"(left with {found})", StringComparison.Ordinal));
        Assert.Contains("left with " + found, seen);
        await EndedAsync(left);
    }

    /// <summary>The control: without the attestation each of them reaches the next tenant.</summary>
    [Theory]
    [MemberData(nameof(Leftovers))]
    public async Task Without_attestation_the_next_tenant_gets_it(string statements, string found)
    {
        var before = (await fixture.NextAsync()).Process;
        await using var off = await SwitchedOff.Async(fixture);

        var left = await fixture.LeaveAsync(statements.Replace("{B}", fixture.B.Id.ToString(), StringComparison.Ordinal));
        Assert.Equal(before, left);
        Assert.Equal(left, await fixture.AsAsync(fixture.B, connection => connection.ScalarAsync("select pg_backend_pid()")));

        Assert.NotEmpty(found);
        await fixture.AdministerAsync($"select pg_terminate_backend({left}, 5000)");
    }

    [Fact]
    public async Task A_lock_of_the_session_is_not_the_next_tenants()
    {
        var left = await fixture.LeaveAsync("select pg_advisory_lock(77)");
        Assert.Equal(1, await LocksAsync(left));
        Assert.Equal(fixture.B.Slug.Value, (await fixture.NextAsync()).Mark);
        // Let go behind a pooler; with its session, directly.
        Assert.Equal(0, await LocksAsync(left));
    }

    [Fact]
    public async Task Without_attestation_a_lock_of_the_session_stays()
    {
        await using var off = await SwitchedOff.Async(fixture);
        var left = await fixture.LeaveAsync("select pg_advisory_lock(77)");
        Assert.Equal(left, (await fixture.NextAsync()).Process);
        Assert.Equal(1, await LocksAsync(left));
        await fixture.AdministerAsync($"select pg_terminate_backend({left}, 5000)");
    }

    [Fact]
    public async Task A_transaction_that_begins_on_it_begins_on_another()
    {
        var left = await fixture.LeaveAsync("prepare theft as select 1");
        Assert.NotEqual(left, await fixture.AsAsync(fixture.B, async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync();
            return await connection.ScalarAsync("select pg_backend_pid()");
        }));
        Assert.Equal(fixture.B.Slug.Value, (await fixture.NextAsync()).Mark);
        await EndedAsync(left);
    }

    [Fact]
    public async Task Where_more_than_that_was_sent_in_it_the_error_is_the_callers_and_nothing_ran()
    {
        var left = await fixture.LeaveAsync("prepare theft as select 1");
        await fixture.AsAsync(fixture.B, async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await transaction.SaveAsync("here");
            await Assert.ThrowsAsync<PostgresException>(() => connection.Command("insert into notes (id, mark) values (99, 'lost')").ExecuteNonQueryAsync());
            return true;
        });
        Assert.NotEqual(left, (await fixture.NextAsync()).Process);
        Assert.Equal(fixture.B.Slug.Value, (await fixture.NextAsync()).Mark);
    }

    [Fact]
    public async Task What_a_transaction_does_itself_is_nothing_left()
    {
        var (process, _) = await fixture.NextAsync();
        var again = await fixture.AsAsync(fixture.A, async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.Serializable);
            await connection.Command("select pg_advisory_xact_lock(5)").ExecuteNonQueryAsync();
            await transaction.SaveAsync("here");
            await connection.Command("declare c cursor for select mark from notes").ExecuteNonQueryAsync();
            await connection.ScalarAsync("fetch c");
            await transaction.RollbackAsync("here");
            var pid = (int)(await connection.ScalarAsync("select pg_backend_pid()"))!;
            await transaction.CommitAsync();
            return pid;
        });
        Assert.Equal(process, again);
        Assert.Equal(process, (await fixture.NextAsync()).Process);
    }

    static MeterListener Listen(List<string> reasons)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "tenancy.connection.destroyed")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag is { Key: "tenancy.reason", Value: string reason })
                {
                    lock (reasons)
                        reasons.Add(reason);
                }
            }
        });
        listener.Start();
        return listener;
    }

    static async Task<long> CountAsync(string database, string query)
    {
        await using var administrator = await PrivateCluster.OpenAsync(database);
        await using var command = new NpgsqlCommand(query, administrator);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    Task<long> LocksAsync(int process) =>
        CountAsync(fixture.Deployment.SharedDatabase, $"select count(*) from pg_locks where locktype = 'advisory' and pid = {process}");

    static async Task EndedAsync(int process)
    {
        for (var tries = 0; await CountAsync("postgres", $"select count(*) from pg_stat_activity where pid = {process}") > 0; tries++)
        {
            Assert.True(tries < 200, "A session that somebody left something in is still there.");
            await Task.Delay(10);
        }
    }

    /// <summary>Takes the looking out of the functions that attest, and puts it back.</summary>
    sealed class SwitchedOff : IAsyncDisposable
    {
        readonly LeftoverFixture _fixture;
        readonly string _definitions;

        SwitchedOff(LeftoverFixture fixture, string definitions) => (_fixture, _definitions) = (fixture, definitions);

        public static async Task<SwitchedOff> Async(LeftoverFixture fixture)
        {
            await using var administrator = await PrivateCluster.OpenAsync(fixture.Deployment.SharedDatabase);
            await using var read = new NpgsqlCommand(
                "select pg_get_functiondef('tenancy.attest(text,text)'::regprocedure) || ';' || pg_get_functiondef('tenancy.attest_pooled(text)'::regprocedure)", administrator);
            var off = new SwitchedOff(fixture, (string)(await read.ExecuteScalarAsync())!);
            await fixture.AdministerAsync(
                """
                create or replace function tenancy.attest(roles text, settings text) returns void language sql security definer as 'select null::void';
                create or replace function tenancy.attest_pooled(roles text) returns void language plpgsql security definer as $$
                begin perform set_config('search_path', 'app, extensions, pg_temp', true); end $$
                """);
            return off;
        }

        public async ValueTask DisposeAsync() => await _fixture.AdministerAsync(_definitions);
    }
}

public sealed class DirectLeftoverTests(DirectLeftovers fixture) : LeftoverTests(fixture), IClassFixture<DirectLeftovers>;

public sealed class PooledLeftoverTests(PooledLeftovers fixture) : LeftoverTests(fixture), IClassFixture<PooledLeftovers>;
