using System.Diagnostics;

namespace Tenancy.Postgres.Tests;

public sealed class StatementGuardTests
{
    public static TheoryData<string> Allowed => new()
    {
        "select 1", "SELECT 1;", "  \t\r\n\f\vselect 1", "select 1 ;;; ", ";;select 1", "(select 1) union (select 2)", "((select 1))",
        "insert into t values (1)", "update t set a = 1", "delete from t", "with a as (select 1) select * from a",
        "merge into t using u on true when matched then do nothing", "values (1)", "table t", "show server_version",
        "fetch next from c", "move c", "close c",
        "-- set role\nselect 1", "/* set role */ select 1", "/* a /* set */ ; */ select 1", "--;\rselect 1", "/**/select/**/1/**/;/**/",
        "select 1 -- ; set role postgres", "select 1; -- the end", "select 1; /* the /* very */ end */", "select 1;--",
        "select ';'", "select 'a''; set role x; --'", "select \";\"", "select \"a\"\";b\"",
        @"select E'a\'; set role x; --'", @"select e'\\'", @"select E'a''b\';'", "select E'a'\n'\\'; set role x'", "select E'a' -- x\n'\\';'",
        @"select '\'", @"select U&'\0041;'", @"select U&""d\0061t\+000061;""", "select B'01' || X'1F'", "select N';'",
        "select $$;$$", "select $a$;$$;$a$", "select $é$;$é$", "select $_1$ ; $_1$", "select a$b$c from t where x = $1",
        "select 1 as a$$, 2 as b$$", "select $1, $2;", "select 1.5e10, 1_000, 0x1F",
        "declare c cursor for select 1", "declare c cursor for select hold from t", "call p()", "CALL app.p(1, 'a;b')",
        "declare \"hold\" cursor for select 1", "declare c scroll cursor for select 'hold'", "select 1 where a -1 > 0 and b/2 = 1 and c - -1 = 2",
    };

    public static TheoryData<string> Refused => new()
    {
        "", " ", ";", "-- nothing", "/* nothing */", "()", "((", "1", "'select'", "\"select\" 1", "$$select$$", "$1", "sélect 1", "select\u00a01; select 2",
        "\u00a0select 1", "\ufeffselect 1", "selectx", "_select",
        "set role x", "SeT a = 1", "reset all", "discard all", "load 'x'", "begin", "start transaction", "commit", "end", "rollback", "abort",
        "savepoint s", "release s", "prepare p as select 1", "execute p", "deallocate p", "listen c", "unlisten *", "notify c",
        "do $$ begin end $$", "call p(); commit", "copy t to stdout", "create table t ()", "alter table t add a int", "drop table t", "truncate t",
        "grant select on t to x", "revoke select on t from x", "comment on table t is ''", "reindex table t", "vacuum", "analyze t", "cluster",
        "refresh materialized view v", "lock table t", "checkpoint", "security label on table t is ''", "import foreign schema s from server x into y", "reassign owned by a to b",
        ";set role x", "(set role x)", "-- a\nset role x", "--a\rset role x", "/* a */set role x", "/*/**/*/set role x",
        "select 1; select 2", "select 1;select 2;", "select 1;;set role x", "select ';'; set role x", "select \";\"; set role x", "select 'a''b'; select 2",
        @"select '\'; select 2", @"select E'\\'; select 2", @"select E'\''; select 2", "select 'a'\n'\\'; select 2",
        @"select U&'\'; select 2", "select N'\\'; select 2", "select $$a$$; select 2", "select $a$;$b$;$a$; select 2", "select a$b$; select 2; $b$",
        "select 1 as a$$; set role x; $$", "select 1$$;$$; select 2", "select $1; select 2", "select 1 -- a\n; select 2", "select 1 -- a\r; select 2",
        "select 1 /* /* */ ; */; select 2", "select 1 /**/; select 2", "select 1 - /* ; */ 1; select 2", "select 1;\u00a0", "select 1; 'x'", "select 1; \"x\"", "select 1; $1",
        "explain select 1", "explain analyze select 1", "explain (analyze, buffers) select 1", "explain analyze verbose select 1",
        "explain (select 1)", "explain (format json) (select 1)", "EXPLAIN (ANALYZE false) insert into t values (1)", "explain (costs off) with a as (select 1) table a",
        "explain set role x", "explain analyze execute p", "explain (analyze) execute p", "explain explain select 1", "explain (analyze) create table t as select 1",
        "explain", "explain analyze", "explain (analyze)", "explain declare c cursor for select 1", "explain select 1; select 2", "explain (a, (b)) set x",
        "declare c cursor with hold for select 1", "declare c cursor WITH/**/HOLD for select 1", "declare \"for\" cursor with hold for select 1",
        "declare c binary insensitive scroll cursor with hold for select 1", "declare c cursor for select 1; select 2",
        "(select 1); (select 2)", "select (1;) ; select 2", "xselect", "e'select'",
    };

    [Theory, MemberData(nameof(Allowed))]
    public void What_reads_or_writes_rows_is_allowed(string sql) => StatementGuard.Check(sql);

    [Theory, MemberData(nameof(Refused))]
    public void All_else_is_refused(string sql) => Assert.Throws<StatementRefusedException>(() => StatementGuard.Check(sql));

    [Theory]
    [InlineData("set role x", "SET", "session")]
    [InlineData("commit", "COMMIT", "BeginTransaction")]
    [InlineData("prepare p as select 1", "PREPARE", "automatically")]
    [InlineData("listen a", "LISTEN", "belongs to no tenant")]
    [InlineData("do ''", "DO", "SELECT")]
    [InlineData("copy t from stdin", "COPY", "BulkInsertAsync")]
    [InlineData("create table t ()", "CREATE", "migration")]
    [InlineData("select 1; select 2", "several statements", "DbBatch")]
    [InlineData("declare c cursor with hold for select 1", "WITH HOLD", "transaction")]
    [InlineData("", "no statement", "CommandText")]
    public void A_refusal_says_what_and_what_to_do_instead(string sql, string what, string instead)
    {
        var refusal = Assert.Throws<StatementRefusedException>(() => StatementGuard.Check(sql));
        Assert.Contains(what, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(instead, refusal.Message, StringComparison.Ordinal);
        Assert.False(refusal.IsTransient);
    }

    [Theory]
    [InlineData("notes", true), InlineData("app.notes", true), InlineData("\"No\"\"tes\"", true), InlineData(" \"a;b\" . c ", true), InlineData("tenants.app.notes", true)]
    [InlineData("", false), InlineData("a b", false), InlineData("a.", false), InlineData("a, b", false), InlineData("notes; select 1", false), InlineData("p()", false)]
    [InlineData("'a'", false), InlineData("$$a$$", false), InlineData("\"a", false), InlineData("\"a\"\"", false), InlineData("1", false), InlineData("(select 1)", false), InlineData("\"\"", false)]
    public void A_name_is_a_name_and_nothing_more(string text, bool allowed)
    {
        foreach (var type in new[] { System.Data.CommandType.TableDirect, System.Data.CommandType.StoredProcedure })
        {
            if (allowed)
                StatementGuard.CheckName(text, type);
            else
                Assert.Throws<StatementRefusedException>(() => StatementGuard.CheckName(text, type));
        }
    }

    [Theory]
    [InlineData("select 1", true), InlineData("(select ')') -- (", true), InlineData("with a as (select 1) table a", true), InlineData("values (1), (2)", true), InlineData("table notes", true)]
    [InlineData("select 1) to program 'x' --", false), InlineData("select 1) to stdout (format binary); select (1", false), InlineData("select (1", false), InlineData("select 1;", false)]
    [InlineData("insert into t values (1) returning 1", false), InlineData("call p()", false), InlineData("notes", false), InlineData("", false), InlineData("set role x", false), InlineData("select 1) union (select 2", false)]
    public void An_export_is_one_query_that_stays_between_its_parentheses(string text, bool allowed)
    {
        if (allowed)
            StatementGuard.CheckQuery(text);
        else
            Assert.Throws<StatementRefusedException>(() => StatementGuard.CheckQuery(text));
    }

    [Fact]
    public void A_refusal_never_quotes_the_statement()
    {
        var refusal = Assert.Throws<StatementRefusedException>(() => StatementGuard.Check("secretive 'hunter2'"));
        Assert.DoesNotContain("secretive", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Whatever does not end is no statement for the server either; it must end here, and quickly.</summary>
    [Theory]
    [InlineData("select 'a")]
    [InlineData("select E'a\\")]
    [InlineData("select E'a\\'")]
    [InlineData("select \"a")]
    [InlineData("select $a$ b")]
    [InlineData("select $a")]
    [InlineData("select /* a")]
    [InlineData("select /*/")]
    [InlineData("select /* /* */")]
    [InlineData("select $")]
    [InlineData("select -")]
    [InlineData("select /")]
    [InlineData("select E'a' -- b")]
    [InlineData("select E'a'\n")]
    public void What_does_not_end_is_read_to_its_end(string sql) => StatementGuard.Check(sql);

    public static TheoryData<string, int> Parts => new()
    {
        { "a ", 500_000 }, { "'", 1_000_000 }, { "\"", 1_000_000 }, { "$", 1_000_000 }, { "/*", 500_000 }, { "/**/", 250_000 }, { "--", 500_000 }, { "--\n", 300_000 },
        { "-", 1_000_000 }, { "/", 1_000_000 }, { "(", 1_000_000 }, { "E'\\'", 250_000 }, { "E''\n", 200_000 }, { "E'' ", 250_000 }, { "E''--\n ", 150_000 }, { "$a", 500_000 }, { "$a$", 300_000 },
        { "a$", 500_000 }, { "é", 500_000 }, { "$1 ", 300_000 }, { "1", 1_000_000 }, { "abcdefghijklmnop-", 60_000 }, { "$a1$ ", 200_000 }, { "E'' /**/ ", 100_000 },
    };

    [Theory, MemberData(nameof(Parts))]
    public void A_megabyte_of_anything_is_checked_fast(string part, int times)
    {
        var sql = "select " + string.Concat(Enumerable.Repeat(part, times));
        var watch = Stopwatch.StartNew();
        try
        {
            StatementGuard.Check(sql);
        }
        catch (StatementRefusedException)
        {
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"{watch.Elapsed} for {sql.Length} characters");
    }

    [Fact]
    public void Distinct_dollar_tags_are_checked_fast()
    {
        var sql = "select " + string.Concat(Enumerable.Range(0, 100_000).Select(n => $"$t{n}$ "));
        var watch = Stopwatch.StartNew();
        StatementGuard.Check(sql);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"{watch.Elapsed}");
    }
}
