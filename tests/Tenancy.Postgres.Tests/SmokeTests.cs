namespace Tenancy.Postgres.Tests;

public sealed class SmokeTests
{
    [Theory]
    [InlineData(TenantIsolation.Row)]
    [InlineData(TenantIsolation.Schema)]
    [InlineData(TenantIsolation.Database)]
    public async Task Two_tenants_see_their_own_rows(TenantIsolation isolation)
    {
        await using var deployment = await Deployment.StartAsync();
        var a = await deployment.CreateAsync(isolation);
        var b = await deployment.CreateAsync(isolation);
        foreach (var tenant in new[] { a, b })
        {
            using (deployment.Tenants.Enter(tenant))
            {
                await using var connection = await deployment.Data.OpenConnectionAsync();
                await using var command = connection.CreateCommand();
                command.CommandText = "insert into notes (id, mark) values (1, $1)";
                command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = tenant.Slug.Value });
                Assert.Equal(1, await command.ExecuteNonQueryAsync());
            }
        }

        foreach (var tenant in new[] { a, b, a, b })
        {
            using (deployment.Tenants.Enter(tenant))
            {
                await using var connection = await deployment.Data.OpenConnectionAsync();
                await using var command = connection.CreateCommand();
                command.CommandText = "select mark from notes where id = 1";
                await using var reader = await command.ExecuteReaderAsync();
                Assert.True(await reader.ReadAsync());
                Assert.Equal(tenant.Slug.Value, reader.GetString(0));
                Assert.False(await reader.ReadAsync());
            }
        }
    }
}
