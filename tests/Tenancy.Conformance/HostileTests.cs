using System.Data;
using Npgsql;

namespace Tenancy.Conformance;

/// <summary>What a hostile review found, and must not find again.</summary>
public sealed class HostileTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_kept_beyond_its_lease_reads_nothing_of_the_next_tenants(bool byFieldValue)
    {
        await using var subject = await Subject.StartAsync(TenantIsolation.Row, new DeploymentOptions { Budget = 1 });
        Stream kept = Stream.Null;
        await subject.AsAsync(subject.A, async connection =>
        {
            var reader = await ColumnAsync(connection, "convert_to(repeat('a', 64), 'utf8')");
            kept = byFieldValue ? reader.GetFieldValue<Stream>(0) : reader.GetStream(0);
        });
        await subject.AsAsync(subject.B, async connection =>
        {
            await using var reader = await ColumnAsync(connection, "convert_to(repeat('b', 64), 'utf8')");
            _ = reader.GetStream(0);
            await Assert.ThrowsAnyAsync<InvalidOperationException>(async () => await kept.ReadAtLeastAsync(new byte[64], 1, throwOnEndOfStream: false));
        });
    }

    [Fact]
    public async Task A_text_reader_kept_beyond_its_lease_reads_nothing_of_the_next_tenants()
    {
        await using var subject = await Subject.StartAsync(TenantIsolation.Row, new DeploymentOptions { Budget = 1 });
        TextReader kept = TextReader.Null;
        await subject.AsAsync(subject.A, async connection =>
        {
            var reader = await ColumnAsync(connection, "repeat('a', 200000)");
            kept = reader.GetTextReader(0);
            kept.Read(new char[10], 0, 10);
        });
        await subject.AsAsync(subject.B, async connection =>
        {
            await using var reader = await ColumnAsync(connection, "repeat('b', 200000)");
            _ = reader.GetTextReader(0);
            await Assert.ThrowsAnyAsync<InvalidOperationException>(async () =>
            {
                while (await kept.ReadAsync(new char[5000]) > 0) { }
            });
        });
    }

    [Fact]
    public async Task Explain_is_refused_since_its_estimates_come_from_the_rows_of_all_tenants()
    {
        await using var subject = await Subject.StartAsync(TenantIsolation.Row);
        await Assert.ThrowsAsync<StatementRefusedException>(() => subject.ReadAsync(subject.A, "explain select from notes where mark = 'x'"));
        await Assert.ThrowsAsync<StatementRefusedException>(() => subject.ReadAsync(subject.A, "explain (analyze) select from notes"));
    }

    [Theory]
    [InlineData("drop policy tenancy_isolation on notes")]
    [InlineData("create table plain (tenant_id uuid); grant select on plain to tenancy_app")]
    [InlineData("create materialized view copy as select * from notes; grant select on copy to tenancy_app")]
    [InlineData("create table parts (id int) partition by range (id); create table part partition of parts default; select tenancy.isolate('parts'); grant select on part to tenancy_app")]
    [InlineData("create function put(n text, v text) returns text language sql security definer return set_config(n, v, true)")]
    public async Task The_proof_refuses_what_no_policy_guards(string migration)
    {
        var options = new DeploymentOptions { Migrations = new() { ["0001_tables.sql"] = DeploymentOptions.Tables, ["0002_fault.sql"] = migration } };
        await Assert.ThrowsAsync<IsolationProofException>(async () =>
        {
            await using var deployment = await Deployment.StartAsync(options);
        });
    }

    [Fact]
    public async Task A_refused_description_leaves_no_transaction_open()
    {
        await using var subject = await Subject.StartAsync(TenantIsolation.Row);
        await subject.AsAsync(subject.A, async connection =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "set x = 1";
            await Assert.ThrowsAsync<StatementRefusedException>(() => command.ExecuteReaderAsync(CommandBehavior.SchemaOnly));
            command.CommandText = "insert into notes (id, mark) values (777, 'kept')";
            await command.ExecuteNonQueryAsync();
        });
        Assert.Single(await subject.ReadAsync(subject.A, "select id from notes where id = 777"));
    }

    static async Task<TenantDataReader> ColumnAsync(TenantConnection connection, string expression)
    {
        var command = connection.CreateCommand();
        command.CommandText = "select " + expression;
        var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess);
        await reader.ReadAsync();
        return reader;
    }
}
