using System.Text.RegularExpressions;

namespace Tenancy.Differential;

/// <summary>The application's tables, as its migration has them, and what stands in them before each case.</summary>
public static partial class Tables
{
    public const string Migration =
        """
        create table notes (
            id      bigint primary key,
            mark    text not null,
            size    integer not null default 0,
            created timestamptz not null default '2026-01-01 00:00+00'
        );
        create table pairs (a integer primary key check (a > 0), b numeric(10,2));
        create table numbered (id integer generated always as identity primary key, label varchar(20) not null, amount numeric(12,3), unique (label));
        create table children (id integer primary key, note_id bigint not null);
        select tenancy.isolate('notes', 'pairs', 'numbered', 'children');
        alter table children add constraint children_note foreign key (tenant_id, note_id) references notes (tenant_id, id) deferrable initially deferred;

        create function halves(n integer, out first integer, out second integer) language sql immutable as 'select $1 / 2, $1 - $1 / 2';
        create function raises(told text) returns void language plpgsql as $$ begin raise exception '%', told; end $$;
        create function raises_code() returns void language plpgsql as $$ begin raise exception 'busy' using errcode = '55P03', hint = 'wait', detail = 'held'; end $$;
        create procedure add_note(id bigint, text text) language sql as 'insert into notes (id, mark) values ($1, $2)';
        create procedure doubles(inout n integer, out said text) language plpgsql as $$ begin n := n * 2; said := 'it is ' || n; end $$;
        create procedure commits() language plpgsql as $$ begin commit; end $$;
        """;

    public static readonly string[] Rows =
    [
        "delete from children", "delete from notes", "delete from pairs", "delete from numbered",
        "insert into notes (id, mark, size) select n, 'note ' || n, n from generate_series(1, 5) as n", "insert into pairs (a, b) values (1, 1.5), (2, null)",
        "insert into numbered (label, amount) values ('first', 1.25)",
    ];

    /// <summary>The same tables for an application with one tenant, as it would write them.</summary>
    public static string Plain => Isolate().Replace(Migration, "").Replace("(tenant_id, note_id) references notes (tenant_id, id)", "(note_id) references notes (id)", StringComparison.Ordinal);

    [GeneratedRegex(@"select tenancy\.isolate\([^)]*\);")]
    private static partial Regex Isolate();
}
