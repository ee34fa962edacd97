using Dapper;
using Npgsql;

namespace Tenancy.Postgres.Tests;

public sealed class TenantParameterTests(TenantOfEach each) : IClassFixture<TenantOfEach>
{
    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    [Theory, MemberData(nameof(Isolations))]
    public async Task The_connection_fills_in_the_tenant_in_scope(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        var tenant = connection.Tenant!.Id.Value;
        Assert.Equal(tenant, await connection.ScalarAsync("select @tenant"));
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes where tenant_id=@tenant"));
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes where tenant_id <> @tenant or (tenant_id = @TENANT)"));

        await using var command = connection.CreateCommand();
        command.CommandText = "select mark from notes where tenant_id = @tenant and id = @id";
        command.Parameters.AddWithValue("id", 3L);
        // Twice: what was filled in is not the caller's, and not there twice.
        for (var i = 0; i < 2; i++)
            Assert.Equal("note 3", await command.ExecuteScalarAsync());
        Assert.Equal("id", Assert.Single(command.Parameters.Cast<NpgsqlParameter>()).ParameterName);
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task So_does_a_batch_a_transaction_and_Dapper(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = connection.CreateBatch();
        batch.Transaction = transaction;
        batch.BatchCommands.Add("update notes set size = 7 where tenant_id = @tenant and id = 1");
        var second = batch.BatchCommands.Add("update notes set size = 8 where id = $1");
        second.Parameters.Add(new NpgsqlParameter { Value = 2L });
        Assert.Equal(2, await batch.ExecuteNonQueryAsync());
        Assert.Equal(["note 1", "note 2"], await connection.QueryAsync<string>(
            "select mark from notes where tenant_id = @tenant and size between @Low and @High order by id", new { Low = 7, High = 8 }, transaction));
        await transaction.RollbackAsync();
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task The_server_then_plans_for_this_tenant_and_for_no_longer(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        const string Mode = "select current_setting('plan_cache_mode')";
        Assert.Equal("force_custom_plan", await connection.ScalarAsync(Mode + " where @tenant is not null"));
        Assert.Equal("auto", await connection.ScalarAsync(Mode));
        await using var transaction = await connection.BeginTransactionAsync();
        Assert.Equal("force_custom_plan", await connection.ScalarAsync(Mode + " where @tenant is not null"));
        await transaction.RollbackAsync();
        Assert.Equal("auto", await connection.ScalarAsync(Mode));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_parameter_of_the_callers_is_the_callers(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var command = connection.CreateCommand();
        command.CommandText = "select @tenant";
        command.Parameters.AddWithValue("@Tenant", "mine");
        Assert.Equal("mine", await command.ExecuteScalarAsync());
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Naming_another_tenant_finds_no_row(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var command = connection.CreateCommand();
        command.CommandText = "select count(*) from notes where tenant_id = @tenant";
        command.Parameters.AddWithValue("tenant", Guid.CreateVersion7());
        Assert.Equal(0L, await command.ExecuteScalarAsync());
    }

    [Theory]
    [InlineData("select '@tenant'", "@tenant")]
    [InlineData("select '@tenant' || $1", "@tenant!", "!")]
    [InlineData("select \"@tenant\" from (values ('quoted')) as v (\"@tenant\")", "quoted")]
    [InlineData("select $$@tenant$$ -- @tenant", "@tenant")]
    [InlineData("select (@tenants)::text from (select -3 as tenants) v", "3")]
    [InlineData("select (array[1] <@tenant)::text from (select array[1, 2] as tenant) v", "true")]
    [InlineData("select (@ tenant)::text from (select -3 as tenant) v", "3")]
    public async Task What_only_looks_like_it_stays_as_it_is(string text, string expected, params object[] values)
    {
        await using var connection = await each.OpenAsync(TenantIsolation.Row);
        Assert.Equal(expected, await connection.ScalarAsync(text, values));
    }
}
