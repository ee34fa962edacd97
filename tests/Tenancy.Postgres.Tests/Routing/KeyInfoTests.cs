using System.Data;
using System.Data.Common;

namespace Tenancy.Postgres.Tests;

/// <summary>What is known of columns is asked on the connection there is: each pool here has one.</summary>
public sealed class KeyInfoTests(KeyInfoTests.OneConnection each) : IClassFixture<KeyInfoTests.OneConnection>
{
    public sealed class OneConnection : TenantOfEach
    {
        protected override DeploymentOptions Options => new() { Budget = 1 };
    }

    sealed class Adapter : DbDataAdapter;

    public static TheoryData<TenantIsolation, bool> Ways => BehaviorTests.Ways;

    [Theory, MemberData(nameof(Ways))]
    public async Task Keys_and_origins_are_told(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        var reader = await connection.Command("select id, mark as m, size + 1 from notes where id = $1", 1L).ReaderAsync(async, CommandBehavior.KeyInfo);
        var columns = async ? await reader.GetColumnSchemaAsync() : ((TenantDataReader)reader).GetColumnSchema();
        Assert.Equal([true, false, null], columns.Select(column => column.IsKey));
        Assert.Equal([true, false, null], columns.Select(column => column.IsUnique));
        Assert.Equal(["id", "mark", null], columns.Select(column => column.BaseColumnName));
        Assert.Equal(each[isolation].Placement.Schema, columns[0].BaseSchemaName);
        Assert.True(await reader.ReadAsync(async));
        Assert.Equal("note 1", reader.GetString(1));
        await reader.EndAsync(async);
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_table_is_filled_with_its_key_in_a_transaction_too(TenantIsolation isolation, bool inTransaction)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var transaction = inTransaction ? await connection.BeginTransactionAsync() : null;
        using var adapter = new Adapter { SelectCommand = connection.Command("select id, mark from notes"), MissingSchemaAction = MissingSchemaAction.AddWithKey };
        var table = new DataTable();
        Assert.Equal(TenantOfEach.Notes, adapter.Fill(table));
        Assert.Equal("id", Assert.Single(table.PrimaryKey).ColumnName);
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Schema_collections_show_the_tenants_own_tables(TenantIsolation isolation, bool async)
    {
        await using var connection = await each.OpenAsync(isolation);
        var tables = async ? await connection.GetSchemaAsync("Tables") : connection.GetSchema("Tables");
        Assert.Equal(["documents", "notes"], tables.Rows.Cast<DataRow>().Select(row => (string)row["table_name"]).Order());
        Assert.Equal([each[isolation].Placement.Schema], tables.Rows.Cast<DataRow>().Select(row => (string)row["table_schema"]).Distinct());
        var columns = connection.GetSchema("Columns", [null, null, "notes"]);
        Assert.Contains("mark", columns.Rows.Cast<DataRow>().Select(row => (string)row["column_name"]));
        // Another's schema is there, and is not shown.
        var other = Enum.GetValues<TenantIsolation>().Select(one => each[one].Placement.Schema).First(schema => schema != each[isolation].Placement.Schema);
        Assert.Throws<NotSupportedException>(() => connection.GetSchema("Tables", [null, other]));
        Assert.Throws<NotSupportedException>(() => connection.GetSchema("Databases"));
        Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
    }
}
