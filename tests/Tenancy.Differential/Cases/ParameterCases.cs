using System.Collections;
using System.Net;
using Npgsql;
using NpgsqlTypes;

namespace Tenancy.Differential.Cases;

/// <summary>Parameters: what their types become, and how names, order, size and direction are taken.</summary>
public static class ParameterCases
{
    static readonly (string Name, object? Value)[] Values =
    [
        ("bool", true), ("short", (short)-1), ("int", 42), ("long", 42L), ("float", 1.5f), ("double", 0.1), ("decimal", 1.50m), ("string", "a'; drop"), ("empty string", ""),
        ("char", 'x'), ("bytes", new byte[] { 0, 255 }), ("Guid", Guid.Parse("0b8bd0f4-8f9e-4f43-a1f1-77a7a8ae9a4d")), ("DateOnly", new DateOnly(2026, 2, 28)), ("TimeOnly", new TimeOnly(1, 2, 3)),
        ("TimeSpan", TimeSpan.FromMinutes(90)), ("DateTime utc", new DateTime(2026, 2, 28, 1, 2, 3, DateTimeKind.Utc)), ("DateTime unspecified", new DateTime(2026, 2, 28, 1, 2, 3)),
        ("DateTime local", new DateTime(2026, 2, 28, 1, 2, 3, DateTimeKind.Local)), ("DateTimeOffset", new DateTimeOffset(2026, 2, 28, 1, 2, 3, TimeSpan.Zero)),
        ("DateTimeOffset elsewhere", new DateTimeOffset(2026, 2, 28, 1, 2, 3, TimeSpan.FromHours(2))), ("int[]", new[] { 1, 2 }), ("int?[]", new int?[] { 1, null }), ("string[]", new[] { "a", null }),
        ("list", new List<long> { 1, 2 }), ("array of arrays", new[,] { { 1, 2 }, { 3, 4 } }), ("range", new NpgsqlRange<int>(1, 5)), ("address", IPAddress.Loopback), ("bits", new BitArray([true, false])),
        ("point", new NpgsqlPoint(1, 2)), ("uint", 42u), ("ulong", 42ul), ("byte", (byte)7), ("enum", DayOfWeek.Friday), ("object", new object()), ("null", null), ("dictionary", new Dictionary<string, string> { ["a"] = "b" }),
        ("big integer", System.Numerics.BigInteger.Parse("123456789012345678901234567890", System.Globalization.CultureInfo.InvariantCulture)),
    ];

    static readonly (string Name, NpgsqlDbType Type, object Value)[] Typed =
    [
        ("json", NpgsqlDbType.Json, "{\"a\":1}"), ("jsonb", NpgsqlDbType.Jsonb, "{\"a\": 1}"), ("xml", NpgsqlDbType.Xml, "<a/>"), ("varchar", NpgsqlDbType.Varchar, "v"), ("date", NpgsqlDbType.Date, new DateTime(2026, 1, 1)),
        ("timestamp", NpgsqlDbType.Timestamp, new DateTime(2026, 1, 1)), ("smallint from int", NpgsqlDbType.Smallint, 5), ("array", NpgsqlDbType.Array | NpgsqlDbType.Integer, new[] { 1, 2 }),
        ("range", NpgsqlDbType.Range | NpgsqlDbType.Integer, new NpgsqlRange<int>(1, true, 3, false)), ("unknown", NpgsqlDbType.Unknown, "12"), ("inet", NpgsqlDbType.Inet, IPAddress.Loopback), ("mismatch", NpgsqlDbType.Integer, "text"),
        ("oid", NpgsqlDbType.Oid, 7u), ("char", NpgsqlDbType.Char, "c"), ("interval", NpgsqlDbType.Interval, TimeSpan.FromDays(1)), ("multirange", NpgsqlDbType.IntegerMultirange, new[] { new NpgsqlRange<int>(1, 3) }),
    ];

    public static IEnumerable<Scenario> All =>
    [
        .. Values.Select(value => new Scenario($"parameter of {value.Name}", async session =>
        {
            await session.TryAsync("back", () => session.ScalarAsync("select $1", value.Value));
            await session.TryAsync("typed by the statement", () => session.ScalarAsync("select $1::text", value.Value));
            await session.TryAsync("named", () => session.ScalarAsync(session.Named("select @p is null, @p", ("p", value.Value))));
        })),
        .. Typed.Select(value => new Scenario($"parameter with NpgsqlDbType {value.Name}", session => session.TryAsync("back", async () =>
        {
            var command = session.Command("select $1, pg_typeof($1)::text");
            var parameter = (NpgsqlParameter)command.CreateParameter();
            parameter.NpgsqlDbType = value.Type;
            parameter.Value = value.Value;
            command.Parameters.Add(parameter);
            await session.AllAsync(await session.ReaderAsync(command));
        }))),
        new("parameter by DbType", async session =>
        {
            foreach (var type in new[] { DbType.Int32, DbType.Int64, DbType.String, DbType.Decimal, DbType.Guid, DbType.Boolean, DbType.Date, DbType.Double, DbType.AnsiString, DbType.Object })
            {
                var command = session.Command("select pg_typeof($1)::text");
                var parameter = Session.Parameter(command, null, DBNull.Value);
                parameter.DbType = type;
                command.Parameters.Add(parameter);
                await session.TryAsync(type.ToString(), () => session.ScalarAsync(command));
            }
        }),
        new("parameters by name with both prefixes, repeated and unused", async session =>
        {
            await session.TryAsync("both", () => session.ScalarAsync(session.Named("select @a || :b || @a", ("a", "1"), ("@b", "2"))));
            await session.TryAsync("unused", () => session.ScalarAsync(session.Named("select @a::text", ("a", "1"), ("other", 5))));
            await session.TryAsync("case", () => session.ScalarAsync(session.Named("select @A::text", ("a", "1"))));
        }),
        new("parameters that are missing or too many", async session =>
        {
            await session.TryAsync("missing by name", () => session.ScalarAsync(session.Named("select @a, @b", ("a", 1))));
            await session.TryAsync("missing by position", () => session.ScalarAsync("select $1, $2", 1));
            await session.TryAsync("too many", () => session.ScalarAsync("select 1", 1));
            await session.TryAsync("after", () => session.ScalarAsync("select 1"));
        }),
        new("parameters named and positional mixed", session => session.TryAsync("mixed", () =>
        {
            var command = session.Named("select @a, $1", ("a", 1));
            command.Parameters.Add(Session.Parameter(command, null, 2));
            return session.ScalarAsync(command);
        })),
        new("parameter without a value", session => session.TryAsync("unset", () =>
        {
            var command = session.Command("select $1");
            command.Parameters.Add(command.CreateParameter());
            return session.ScalarAsync(command);
        })),
        new("parameter cut to its size", async session =>
        {
            var command = session.Command("select $1::text");
            var parameter = Session.Parameter(command, null, "abcdef");
            parameter.Size = 3;
            command.Parameters.Add(parameter);
            await session.TryAsync("cut", () => session.ScalarAsync(command));
        }),
        new("parameter collection", session =>
        {
            var command = session.Named("select 1", ("a", 1), ("b", 2));
            session.Note("count", command.Parameters.Count);
            session.Note("contains", command.Parameters.Contains("a"));
            session.Note("index", command.Parameters.IndexOf("@b"));
            session.Note("by name", command.Parameters["b"].Value);
            command.Parameters.RemoveAt("a");
            session.Note("left", command.Parameters.Count);
            session.Note("first", command.Parameters[0].ParameterName);
            command.Parameters.Clear();
            session.Note("cleared", command.Parameters.Count);
            return session.TryAsync("foreign", () => command.Parameters.Add("text"));
        }),
        new("parameter's members", session =>
        {
            var parameter = session.Command("select 1").CreateParameter();
            session.Note("defaults", $"{parameter.DbType} {parameter.Direction} {parameter.IsNullable} {parameter.ParameterName} {parameter.Size} {parameter.Precision} {parameter.Scale} {parameter.SourceColumn} {parameter.SourceVersion} {parameter.Value}");
            parameter.Value = 5m;
            session.Note("told", parameter.DbType);
            parameter.DbType = DbType.Int32;
            parameter.ResetDbType();
            session.Note("reset", parameter.DbType);
            return Task.CompletedTask;
        }),
        new("output parameters of a statement", async session =>
        {
            var command = session.Command("select 7 as a, 'x' as b");
            foreach (var (name, direction) in new[] { ("b", ParameterDirection.Output), ("a", ParameterDirection.InputOutput) })
            {
                var parameter = Session.Parameter(command, name, DBNull.Value);
                parameter.Direction = direction;
                command.Parameters.Add(parameter);
            }

            for (var round = 0; round < 3; round++)
            {
                await session.TryAsync("rows", () => session.ExecuteAsync(command).ContinueWith(rows => (object?)rows.Result, TaskScheduler.Default));
                foreach (DbParameter parameter in command.Parameters)
                    session.Note(parameter.ParameterName, parameter.Value);
                foreach (DbParameter parameter in command.Parameters)
                    parameter.Value = DBNull.Value;
            }
        }),
        new("output parameters of a function", async session =>
        {
            var command = session.Command("select * from halves($1)", 9);
            foreach (var name in new[] { "first", "second" })
            {
                var parameter = command.CreateParameter();
                parameter.Direction = ParameterDirection.Output;
                command.Parameters.Add(parameter);
            }

            await session.TryAsync("called", () => session.ScalarAsync(command));
            foreach (DbParameter parameter in command.Parameters)
                session.Note("parameter", parameter.Value);
        }),
        new("parameters of a command used again", async session =>
        {
            var command = session.Command("select mark from notes where id = $1", 1L);
            for (var id = 1L; id <= 4; id++)
            {
                command.Parameters[0].Value = id;
                session.Note($"note {id}", await session.ScalarAsync(command));
            }
        }),
        new("many parameters", async session =>
        {
            var values = Enumerable.Range(0, 1000).Select(n => (object?)n).ToArray();
            session.Note("sum", await session.ScalarAsync("select " + string.Join(" + ", values.Select((_, i) => $"${i + 1}")), values));
        }),
        new("array parameter for any", async session => await session.AllAsync("select id from notes where id = any ($1) order by id", new[] { 1L, 3L, 99L })),
    ];
}
