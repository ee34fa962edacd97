using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace Tenancy.Postgres.Tests;

public sealed class ParameterTests(TenantOfEach each) : IClassFixture<TenantOfEach>
{
    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    [Theory, MemberData(nameof(Isolations))]
    public async Task Named_parameters_work_with_both_prefixes_and_repeated(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var command = connection.CreateCommand();
        command.CommandText = "select mark from notes where id = @id and (:id > 0 or @other is null)";
        command.Parameters.AddWithValue("id", 3L);
        command.Parameters.AddWithValue("@other", 5);
        Assert.Equal("note 3", await command.ExecuteScalarAsync());
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Text_that_looks_like_a_parameter_or_an_end_stays_text(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var command = connection.CreateCommand();
        command.CommandText = "select '@id; $1' || @id::text || $q$ @id; ' $q$ -- @id; drop\n";
        command.Parameters.AddWithValue("id", 3);
        Assert.Equal("@id; $13 @id; ' ", await command.ExecuteScalarAsync());
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Values_are_values_whatever_they_say(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        foreach (var hostile in new[] { "'; drop table notes; --", "$1", "\\", "a\nb", "\"", "ÿ\u0001☃", "" })
            Assert.Equal(hostile, await connection.ScalarAsync("select $1::text", hostile));
        Assert.Same(DBNull.Value, await connection.ScalarAsync("select $1::text", [null]));
        Assert.Equal(new[] { 1, 2 }, await connection.ScalarAsync("select $1", new[] { 1, 2 }));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Parameters_made_by_the_generic_interface_work(TenantIsolation isolation)
    {
        await using System.Data.Common.DbConnection connection = await each.OpenAsync(isolation);
        await using var command = connection.CreateCommand();
        command.CommandText = "select id from notes where mark = @mark";
        var parameter = command.CreateParameter();
        parameter.ParameterName = "mark";
        parameter.DbType = DbType.String;
        parameter.Value = "note 5";
        command.Parameters.Add(parameter);
        Assert.Equal(5L, await command.ExecuteScalarAsync());
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Typed_and_strongly_typed_parameters_keep_their_type_when_used_again(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var command = connection.CreateCommand();
        command.CommandText = "select pg_typeof($1)::text || pg_typeof($2)::text";
        command.Parameters.Add(new NpgsqlParameter { Value = "{}", NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = 1 });
        for (var round = 0; round < 4; round++)
            Assert.Equal("jsonbsmallint", await command.ExecuteScalarAsync());
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Batch_commands_have_parameters_of_their_own(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var batch = connection.CreateBatch();
        for (var id = 1L; id <= 3; id++)
            batch.BatchCommands.Add("select mark from notes where id = @id").Parameters.AddWithValue("id", id);
        await using var reader = await batch.ExecuteReaderAsync();
        var marks = new List<string>();
        do
        {
            while (await reader.ReadAsync())
                marks.Add(reader.GetString(0));
        }
        while (await reader.NextResultAsync());
        Assert.Equal(["note 1", "note 2", "note 3"], marks);
    }
}
