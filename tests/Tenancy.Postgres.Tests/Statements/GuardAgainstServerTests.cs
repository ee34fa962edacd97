using System.Text;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>The server is the judge of where a statement ends: what it finds to be several, the guard must have refused.</summary>
public sealed class GuardAgainstServerTests
{
    static readonly string[] Tokens =
    [
        "select", "1", " ", " ", "\n", "\r", "\t", "\f", "\v", ";", ";", ";", "'", "''", "'a'", "E'", "e'", "\\", "\\'", "\\\\", "\"", "\"\"", "\"a\"", "$", "$$", "$a$", "$1", "$1$",
        "a$", "$é$", "é", "--", "--\n", "/*", "*/", "/", "*", "-", "+", "(", ")", "U&'", "u&\"", "N'", "n'", "B'", "X'", "x'", ",", ".", "1e", "1.", "0x", "_", "UESCAPE", "::", "a", "1a", "1_0", "\u00a0", "\u2028", "\u0085", "😀",
        "select 1", "; select 2", "; commit", "set", "as",
    ];

    [Fact]
    public async Task Whatever_the_server_finds_to_be_several_statements_the_guard_refused()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        await using var connection = await OpenAsync();
        var (several, single, missed) = (0, 0, new List<string>());
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (watch.Elapsed < TimeSpan.FromSeconds(6))
        {
            var sql = Soup(random);
            switch (await JudgeAsync(connection, sql))
            {
                case "several":
                    several++;
                    if (Passes(sql))
                        missed.Add(sql);
                    break;
                case "single":
                    single++;
                    break;
            }
        }

        Assert.True(missed.Count == 0, $"seed {seed}; passed the guard: {string.Join("\n----\n", missed.Take(5))}");
        Assert.True(several > 50 && single > 20, $"too few to tell: {several} several, {single} single");
    }

    [Theory, MemberData(nameof(StatementGuardTests.Allowed), MemberType = typeof(StatementGuardTests))]
    public async Task No_text_that_the_guard_lets_pass_is_several_to_the_server(string sql)
    {
        await using var connection = await OpenAsync();
        Assert.NotEqual("several", await JudgeAsync(connection, sql));
    }

    [Theory]
    [InlineData("select 1; select 2")]
    [InlineData("select E'\\''; select 2")]
    [InlineData("select 1 as a$$; select 2 as b$$")]
    [InlineData("select 'a' -- '\n; select 2")]
    public async Task The_server_tells_several_from_one(string sql)
    {
        await using var connection = await OpenAsync();
        Assert.Equal("several", await JudgeAsync(connection, sql));
    }

    static bool Passes(string sql)
    {
        try
        {
            StatementGuard.Check(sql);
            return true;
        }
        catch (StatementRefusedException)
        {
            return false;
        }
    }

    static string Soup(Random random)
    {
        var soup = new StringBuilder("select ");
        for (var length = random.Next(1, 14); length > 0; length--)
            soup.Append(Tokens[random.Next(Tokens.Length)]);
        // Half of them with an attempt to get out at the end.
        if (random.Next(2) == 0)
            soup.Append("; select 2");
        return soup.ToString();
    }

    static async Task<NpgsqlConnection> OpenAsync()
    {
        var settings = new NpgsqlConnectionStringBuilder(PrivateCluster.Administrator) { Pooling = false, MaxAutoPrepare = 0 };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Describes the text by the extended protocol, without running it. A batch command is sent as it stands.</summary>
    static async Task<string> JudgeAsync(NpgsqlConnection connection, string sql)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(sql) } };
        // A positional parameter keeps the driver from looking for named ones, and so from reading the text.
        batch.BatchCommands[0].Parameters.Add(new NpgsqlParameter { Value = 1 });
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(System.Data.CommandBehavior.SchemaOnly);
            return "single";
        }
        catch (PostgresException e) when (e.SqlState == "42601" && e.MessageText.Contains("multiple commands", StringComparison.Ordinal))
        {
            return "several";
        }
        catch (PostgresException e) when (e.SqlState is not "42601")
        {
            return "single";
        }
        catch (PostgresException)
        {
            return "mistake";
        }
    }
}
