using System.Text;
using Npgsql;

namespace Tenancy.Postgres.Tests;

public sealed class SqlIdentifierTests
{
    public static TheoryData<string> Hostile => new()
    {
        "plain", "With Space", "\"", "\"\"", "a\"b", "a\"; drop schema x; --", "'", "''", "\\", "\\'", "a\\\\b", "$$", "$1", "--", "/*", ";", "\n", "\t", "é", "😀", "select", "ABC", "{name}", "%s", ":a", "@a",
        new string('a', 63), new string('é', 31), "\\u0041", "E'", "U&\"",
    };

    [Theory, MemberData(nameof(Hostile))]
    public async Task A_name_comes_back_from_the_server_as_it_was(string name)
    {
        await using var connection = await PrivateCluster.OpenAsync("postgres");
        await using var create = new NpgsqlCommand($"create temp table {SqlIdentifier.Quote(name)} (a int)", connection);
        await create.ExecuteNonQueryAsync();
        await using var read = new NpgsqlCommand("select relname::text from pg_class where relnamespace = pg_my_temp_schema() and relkind = 'r'", connection);
        Assert.Equal(name, await read.ExecuteScalarAsync());
    }

    [Theory, MemberData(nameof(Hostile))]
    public async Task A_literal_means_the_text_whatever_backslashes_mean(string text)
    {
        await using var connection = await PrivateCluster.OpenAsync("postgres");
        foreach (var standard in new[] { "on", "off" })
        {
            await using var set = new NpgsqlCommand($"set standard_conforming_strings = {standard}; set backslash_quote = off; set escape_string_warning = off", connection);
            await set.ExecuteNonQueryAsync();
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand($"select{SqlIdentifier.Literal(text)}::text || $1") { Parameters = { new() { Value = "" } } } } };
            Assert.Equal(text, await batch.ExecuteScalarAsync());
        }
    }

    [Fact]
    public void Names_that_the_server_would_cut_or_cannot_hold_are_refused()
    {
        foreach (var name in new[] { new string('a', 64), new string('é', 32), "a\0b", "\0", "" })
            Assert.Throws<ArgumentException>(() => SqlIdentifier.Quote(name));
        Assert.Equal(64, Encoding.UTF8.GetByteCount(new string('é', 32)));
        Assert.Throws<ArgumentNullException>(() => SqlIdentifier.Quote(null!));
        Assert.Throws<ArgumentException>(() => SqlIdentifier.Literal("a\0b"));
        Assert.Equal("''", SqlIdentifier.Literal(""));
    }
}
