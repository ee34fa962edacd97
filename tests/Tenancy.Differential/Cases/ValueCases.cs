namespace Tenancy.Differential.Cases;

/// <summary>Values as they are read: each type's name, CLR type and value, null, and in an array.</summary>
public static class ValueCases
{
    static readonly (string Type, string Literal)[] Values =
    [
        ("bool", "true"), ("smallint", "-7"), ("integer", "2147483647"), ("bigint", "9007199254740993"), ("real", "1.5"), ("double precision", "0.1"),
        ("numeric", "12345678901234567890.0123456789"), ("numeric(10,2)", "1.50"), ("money", "12.34"), ("text", "'a''b'"), ("varchar(10)", "'v'"),
        ("char(4)", "'c'"), ("\"char\"", "'x'"), ("name", "'n'"), ("bytea", @"'\x00ff10'"), ("uuid", "'0b8bd0f4-8f9e-4f43-a1f1-77a7a8ae9a4d'"),
        ("date", "'2026-02-28'"), ("time", "'12:34:56.789'"), ("timetz", "'12:34:56+02'"), ("timestamp", "'2026-02-28 12:00:00.123456'"),
        ("timestamptz", "'2026-02-28 12:00:00.123456+02'"), ("interval", "'3 days 04:05:06'"), ("json", "'{\"a\": 1}'"), ("jsonb", "'{\"a\": [1, null]}'"),
        ("xml", "'<a/>'"), ("inet", "'10.0.0.1'"), ("cidr", "'10.0.0.0/8'"), ("macaddr", "'08:00:2b:01:02:03'"), ("bit(3)", "'101'"), ("varbit", "'1011'"),
        ("point", "'(1,2)'"), ("box", "'(3,4),(1,2)'"), ("circle", "'<(1,2),3>'"), ("path", "'[(1,2),(3,4)]'"), ("polygon", "'((0,0),(1,1),(1,0))'"), ("lseg", "'[(1,2),(3,4)]'"),
        ("int4range", "'[1,5)'"), ("numrange", "'(1.5,)'"), ("tstzrange", "'[2026-01-01 00:00+00,)'"), ("daterange", "'empty'"), ("int4multirange", "'{[1,2),[5,9)}'"),
        ("tsvector", "'fat cat'"), ("tsquery", "'fat & cat'"), ("oid", "42"), ("regclass", "'pg_class'"), ("pg_lsn", "'16/B374D848'"), ("integer[]", "'{1,null,3}'"),
        ("text[]", "'{a,\"b c\"}'"), ("integer[][]", "'{{1,2},{3,4}}'"), ("int4range[]", "'{\"[1,2)\",\"[3,4)\"}'"),
    ];

    public static IEnumerable<Scenario> All =>
    [
        .. Values.Select(value => new Scenario($"value of {value.Type}", async session =>
        {
            var type = value.Type;
            await session.AllAsync($"select {value.Literal}::{type} as given, null::{type} as absent");
            await session.TryAsync("scalar", () => session.ScalarAsync($"select {value.Literal}::{type}"));
            var reader = await session.ReaderAsync(session.Command($"select {value.Literal}::{type}"));
            await session.ReadAsync(reader);
            session.Note("is null", session.Async ? await reader.IsDBNullAsync(0) : reader.IsDBNull(0));
            await session.TryAsync("as string", () => session.Async ? reader.GetFieldValueAsync<string>(0) : Task.FromResult(reader.GetFieldValue<string>(0)));
            await session.TryAsync("as object", () => reader.GetFieldValue<object>(0));
            await session.TryAsync("provider's own", () => reader.GetProviderSpecificValue(0));
            await session.EndAsync(reader);
        })),
    ];
}
