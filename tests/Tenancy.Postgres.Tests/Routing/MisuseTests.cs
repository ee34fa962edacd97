using System.Data;
using Npgsql;

namespace Tenancy.Postgres.Tests;

public sealed class MisuseTests(TenantOfEach each) : IClassFixture<TenantOfEach>
{
    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    public static TheoryData<TenantIsolation, bool> Ways => BehaviorTests.Ways;

    [Theory, MemberData(nameof(Ways))]
    public async Task Cancel_stops_the_statement_and_keeps_the_connection(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        var process = await connection.ScalarAsync("select pg_backend_pid()");
        await using var command = connection.Command("select pg_sleep(20)");
        // Nothing runs yet, and nothing becomes of it.
        command.Cancel();
        var running = Task.Run(() => async ? command.ExecuteScalarAsync() : Task.FromResult(command.ExecuteScalar()));
        // A cancellation that arrives before the statement does is lost, and the driver asks once: it is to run first.
        await using (var administrator = await PrivateCluster.OpenAsync("postgres"))
        {
            await using var runs = new NpgsqlCommand($"select state = 'active' and query like '%pg_sleep(20)%' from pg_stat_activity where pid = {process}", administrator);
            while (await runs.ExecuteScalarAsync() is not true)
                await Task.Delay(10);
        }

        command.Cancel();
        var error = await Assert.ThrowsAnyAsync<Exception>(() => running);
        var cancelled = error as PostgresException ?? Assert.IsType<PostgresException>(error.InnerException);
        Assert.Equal(PostgresErrorCodes.QueryCanceled, cancelled.SqlState);
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_token_and_a_timeout_stop_the_statement(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        using var soon = new CancellationTokenSource(200);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.Command("select pg_sleep(20)").ExecuteScalarAsync(soon.Token));
        var slow = connection.Command("select pg_sleep(20)");
        slow.CommandTimeout = 1;
        var error = await Assert.ThrowsAsync<NpgsqlException>(() => slow.ExecuteNonQueryAsync());
        Assert.IsType<TimeoutException>(error.InnerException);
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
        Assert.Throws<ArgumentOutOfRangeException>(() => slow.CommandTimeout = -1);
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_closed_or_disposed_connection_says_so(TenantIsolation isolation)
    {
        var connection = await each.OpenAsync(isolation);
        await using var command = connection.Command("select 1");
        await connection.DisposeAsync();
        await connection.DisposeAsync();
        Assert.Contains("not open", (await Assert.ThrowsAsync<InvalidOperationException>(() => command.ExecuteScalarAsync())).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => connection.BeginTransaction());
        Assert.Throws<InvalidOperationException>(() => command.ExecuteReader(CommandBehavior.SchemaOnly));
        Assert.Equal(ConnectionState.Closed, connection.State);
        Assert.Throws<InvalidOperationException>(() => new TenantCommand().ExecuteScalar());
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Objects_of_another_provider_are_refused(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        System.Data.Common.DbCommand command = connection.CreateCommand();
        await using var foreign = await PrivateCluster.OpenAsync("postgres");
        Assert.Throws<InvalidCastException>(() => command.Connection = foreign);
        await using var transaction = await foreign.BeginTransactionAsync();
        command.CommandText = "select 1";
        command.Transaction = transaction;
        await Assert.ThrowsAsync<InvalidCastException>(() => command.ExecuteScalarAsync());
        Assert.Throws<InvalidCastException>(() => connection.CreateBatch().BatchCommands.Add(new NpgsqlBatchCommand("select 1")));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task What_could_reach_elsewhere_is_not_supported(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        Assert.Throws<NotSupportedException>(() => connection.ChangeDatabase("postgres"));
        Assert.Throws<NotSupportedException>(() => connection.ConnectionString = "Host=elsewhere");
        foreach (var collection in new[] { "Databases", "Schemata", "Users" })
            Assert.Throws<NotSupportedException>(() => connection.GetSchema(collection));
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.OpenAsync());
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_second_reader_is_refused_and_the_first_goes_on(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var reader = await connection.Command("select id from notes order by id").ExecuteReaderAsync();
        await reader.ReadAsync();
        await Assert.ThrowsAsync<NpgsqlOperationInProgressException>(() => connection.ScalarAsync("select 1"));
        Assert.True(await reader.ReadAsync());
        Assert.Equal(2, reader.GetInt64(0));
    }

    [Fact]
    public async Task No_secret_and_no_other_tenant_is_in_a_log_or_an_error()
    {
        var errors = new List<string>();
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
        {
            await using var connection = await each.OpenAsync(isolation);
            foreach (var wrong in new[] { "select 1 / 0", "select * from nowhere", "set role x", "select tenancy.enter('00000000-0000-4000-8000-00000000000a')" })
                errors.Add((await Assert.ThrowsAnyAsync<Exception>(() => connection.ScalarAsync(wrong))).ToString());
            errors.Add((await Assert.ThrowsAsync<PostgresException>(() =>
                connection.ScalarAsync("insert into notes (id, mark) values (1, $1)", "hunter2"))).ToString());
            errors.Add(connection.ConnectionString + each.Deployment.Data.ConnectionString);
            foreach (var other in Enum.GetValues<TenantIsolation>().Where(other => other != isolation))
            {
                using var scope = each.Deployment.Tenants.Enter(each[other]);
                var mismatch = (await Assert.ThrowsAsync<TenantMismatchException>(() => connection.ScalarAsync("select 1"))).ToString();
                Assert.DoesNotContain(each[isolation].Slug.Value, mismatch, StringComparison.Ordinal);
            }
        }

        var passwords = each.Deployment.Options is var options
            ? new[] { Deployment.ConnectionString("", options.AppLogin), Deployment.ConnectionString("", "tenancy_migrator"), Deployment.ConnectionString("", "tenancy_catalog"), PrivateCluster.Administrator }
                .Select(text => new NpgsqlConnectionStringBuilder(text).Password!).ToList()
            : [];
        Assert.NotEmpty(each.Deployment.Options.Logs.Messages);
        foreach (var text in each.Deployment.Options.Logs.Messages.Concat(errors))
        {
            Assert.DoesNotContain(passwords, password => text.Contains(password, StringComparison.Ordinal));
            Assert.DoesNotContain("Password", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        }
    }
}
