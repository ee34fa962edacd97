namespace Tenancy.Differential.Generated;

/// <summary>
/// Makes work at random: one statement or a few, to be run in a transaction that is rolled back. What it reads has an order
/// that leaves nothing open, and no <c>*</c>, which would show the tenant's column.
/// </summary>
public sealed class QueryGenerator(Random random)
{
    /// <summary>Stands for the columns of a key as a table has them: with the tenant, or without.</summary>
    public const string Key = "{key}";

    static readonly (string Table, string[] Numbers, string[] Texts, string[] Keys)[] Tables =
    [
        ("customers", ["id", "credit"], ["name", "city"], ["id"]),
        ("orders", ["id", "customer_id", "total"], ["status"], ["id"]),
        ("lines", ["order_id", "line", "quantity"], ["item"], ["order_id", "line"]),
        ("open_orders", ["id", "customer_id", "total"], [], ["id"]),
    ];

    static readonly (string Left, string Right, string On)[] Joins =
    [
        ("customers", "orders", "{0}.id = {1}.customer_id"), ("orders", "lines", "{0}.id = {1}.order_id"),
        ("customers", "open_orders", "{0}.id = {1}.customer_id"), ("orders", "open_orders", "{0}.customer_id = {1}.customer_id and {0}.id < {1}.id"),
        ("lines", "orders", "{0}.quantity = {1}.id"), ("customers", "customers", "{0}.credit < {1}.credit and {0}.city = {1}.city"),
    ];

    readonly Random _random = random;
    int _cursors;

    /// <summary>The kind of work, and its statements.</summary>
    public (string Kind, string[] Statements) Next() => _random.Next(14) switch
    {
        0 or 1 => ("join", [Join()]),
        2 => ("group", [Group()]),
        3 => ("window", [Window()]),
        4 => ("cte", [Cte()]),
        5 => ("recursive cte", [Recursive()]),
        6 => ("set operation", [SetOperation()]),
        7 => ("lateral", [Lateral()]),
        8 => ("insert on conflict", [Insert(), Join()]),
        9 => ("update", [Update(), Join()]),
        10 => ("delete", [Delete(), Group()]),
        11 => ("merge", [Merge(), Window()]),
        12 => ("writing cte", [WritingCte(), Group()]),
        _ => ("cursor", Cursor()),
    };

    string Join()
    {
        var (left, right, on) = Pick(Joins);
        var kind = Pick("join", "left join", "full join", "right join");
        // PostgreSQL merges or hashes full joins only.
        if (kind == "full join" && on.Contains('<', StringComparison.Ordinal))
            kind = "left join";
        var columns = $"{Number(left, "a")} as x, {Number(right, "b")} as y, {Text(left, "a")} as z";
        return $"select {Pick("", "distinct ")}{columns} from {left} as a {kind} {right} as b on {string.Format(null, on, "a", "b")} " +
            $"where {Condition(left, "a")} order by 1, 2, 3{Limit()}";
    }

    string Group()
    {
        var table = Pick(Tables).Table;
        var listed = Text(table, "a");
        return $"select {Text(table, "a")} as g, count(*) as n, sum({Number(table, "a")}) as s, min({Number(table, "a")}) as low, max({Text(table, "a")}) as high, " +
            $"string_agg({listed}, ',' order by {listed}) filter (where {Condition(table, "a")}) as list " +
            $"from {table} as a where {Condition(table, "a")} group by {Pick("1", "rollup (1)", "grouping sets ((1), ())")} having count(*) > {_random.Next(3)} order by 1, 2, 3, 4, 5, 6";
    }

    string Window()
    {
        var (table, _, _, keys) = Pick(Tables);
        var key = string.Join(", ", keys.Select(name => $"a.{name}"));
        return $"select {key}, row_number() over w as r, sum({Number(table, "a")}) over (w rows between 2 preceding and current row) as s, " +
            $"lag({Number(table, "a")}) over w as l, count(*) over (partition by {Text(table, "a")}) as c from {table} as a where {Condition(table, "a")} " +
            $"window w as (partition by {Text(table, "a")} order by {key}) order by {string.Join(", ", Enumerable.Range(1, keys.Length))}{Limit()}";
    }

    string Cte()
    {
        var (left, right, on) = Pick(Joins);
        return $"with a as {Pick("", "materialized ", "not materialized ")}(select * from {left} as i where {Condition(left, "i")}), b as (select * from {right} as i where {Condition(right, "i")}) " +
            $"select {Number(left, "a")} as x, count(*) as n, sum({Number(right, "b")}) as s from a join b on {string.Format(null, on, "a", "b")} group by 1 order by 1, 2, 3{Limit()}";
    }

    string Recursive() =>
        $"with recursive steps (id, depth, total) as (select o.id, 1, o.total from orders as o where o.id <= {1 + _random.Next(3)} union all " +
        $"select n.id, s.depth + 1, s.total + n.total from steps as s join orders as n on n.id = s.id + {1 + _random.Next(5)} where s.depth < {2 + _random.Next(6)}) " +
        "select id, depth, total from steps order by 1, 2, 3";

    string SetOperation()
    {
        var (one, other) = (Pick(Tables).Table, Pick(Tables).Table);
        return $"select {Number(one, "a")} as x, {Text(one, "a")} as y from {one} as a where {Condition(one, "a")} {Pick("union", "union all", "intersect", "except", "except all")} " +
            $"select {Number(other, "b")}, {Text(other, "b")} from {other} as b where {Condition(other, "b")} order by 1, 2{Limit()}";
    }

    string Lateral()
    {
        var (join, on) = Pick(("cross join", ""), ("left join", "on true"));
        return $"select c.id, l.id as newest, l.total, (select count(*) from lines as i where i.order_id = l.id and {Condition("lines", "i")}) as n from customers as c " +
            $"{join} lateral (select o.id, o.total from {Pick("orders", "open_orders")} as o where o.customer_id = c.id and {Condition("open_orders", "o")} " +
            $"order by o.id desc limit {1 + _random.Next(3)}) as l {on} order by 1, 2, 3, 4";
    }

    string Insert() =>
        $"insert into customers (id, name, city, credit) select n, 'new ' || n, 'Oslo', n % 7 from generate_series({_random.Next(20)}, {20 + _random.Next(10)}) as n on conflict " +
        Pick("do nothing", $"{Key} do update set credit = customers.credit + excluded.credit, name = excluded.name", $"{Key} do update set city = excluded.city where customers.credit % 2 = 0") +
        " returning id, name, city, credit";

    string Update() => Pick(
        $"update orders as a set total = a.total + c.credit from customers as c where c.id = a.customer_id and {Condition("orders", "a")} returning a.id, a.total, c.name",
        $"update lines as a set quantity = {Number("lines", "a")} where {Condition("lines", "a")} returning order_id, line, quantity",
        $"update customers as a set credit = (select count(*) from orders as o where o.customer_id = a.id and {Condition("orders", "o")}) where {Condition("customers", "a")} returning id, credit");

    string Delete() => Pick(
        $"delete from lines as a using orders as o where o.id = a.order_id and {Condition("orders", "o")} and {Condition("lines", "a")} returning a.order_id, a.line",
        $"delete from orders as a where {Condition("orders", "a")} returning id, total",
        $"delete from customers as a where {Condition("customers", "a")} returning id");

    string Merge() =>
        $"merge into customers as t using (select n as id, n * 3 as credit from generate_series(1, {5 + _random.Next(20)}) as n) as s on t.id = s.id " +
        $"when matched and t.credit % 2 = {_random.Next(2)} then update set credit = t.credit + s.credit when matched then do nothing " +
        "when not matched then insert (id, name, city, credit) values (s.id, 'merged', 'Rome', s.credit)";

    string WritingCte() =>
        $"with gone as (delete from lines as a where {Condition("lines", "a")} returning order_id, quantity), changed as (update orders as o set total = o.total + g.quantity " +
        $"from (select order_id, sum(quantity) as quantity from gone group by 1) as g where g.order_id = o.id returning o.id, o.total) select id, total from changed order by 1, 2";

    /// <summary>Each with a name of its own: FETCH by a name that was another cursor's is prepared with that one's columns, in plain Npgsql too.</summary>
    string[] Cursor()
    {
        var name = $"c{++_cursors}";
        return
        [
            $"declare {name} {Pick("", "no scroll ", "scroll ")}cursor for {Join()}", $"fetch {_random.Next(1, 6)} from {name}", $"move {_random.Next(1, 4)} in {name}",
            $"fetch all from {name}", $"close {name}",
        ];
    }

    string Limit() => _random.Next(3) == 0 ? $" limit {_random.Next(1, 20)} offset {_random.Next(4)}" : "";

    string Condition(string table, string alias)
    {
        var (_, numbers, texts, _) = Of(table);
        return Condition(table, alias, numbers, texts);
    }

    string Condition(string table, string alias, string[] numbers, string[] texts, int depth = 0)
    {
        var one = $"{alias}.{Pick(numbers)}";
        return (depth > 1 ? _random.Next(6) : _random.Next(10)) switch
        {
            0 => $"{one} {Pick("<", ">=", "<>", "=")} {_random.Next(60)}",
            1 => $"{one} between {_random.Next(20)} and {_random.Next(20, 300)}",
            2 => $"{one} % {_random.Next(2, 6)} = {_random.Next(3)}",
            3 => $"{one} in ({_random.Next(10)}, {_random.Next(20)}, {_random.Next(40)})",
            4 when texts.Length > 0 => $"{alias}.{Pick(texts)} {Pick("like", "not like")} '{Pick("o%", "%e%", "item _", "cust%", "%n")}'",
            5 when texts.Length > 0 => $"length({alias}.{Pick(texts)}) > {_random.Next(3, 18)}",
            6 => $"exists (select from {Pick("orders", "open_orders")} as e where e.customer_id = {one} and e.total > {_random.Next(400)})",
            7 => $"{one} in (select s.quantity from lines as s where s.order_id < {_random.Next(40)})",
            8 => $"({Condition(table, alias, numbers, texts, depth + 1)} or {Condition(table, alias, numbers, texts, depth + 1)})",
            9 => $"not ({Condition(table, alias, numbers, texts, depth + 1)})",
            _ => $"{one} is not null",
        };
    }

    string Number(string table, string alias)
    {
        var (_, numbers, texts, _) = Of(table);
        return _random.Next(6) switch
        {
            0 => $"({alias}.{Pick(numbers)} + {_random.Next(9)})",
            1 => $"({alias}.{Pick(numbers)} * {_random.Next(2, 5)} % 97)",
            2 when texts.Length > 0 => $"length({alias}.{Pick(texts)})",
            3 => $"case when {Condition(table, alias, numbers, texts, 2)} then {alias}.{Pick(numbers)} else {_random.Next(5)} end",
            _ => $"{alias}.{Pick(numbers)}",
        };
    }

    string Text(string table, string alias)
    {
        var (_, numbers, texts, _) = Of(table);
        return texts.Length == 0 || _random.Next(5) == 0 ? $"({alias}.{Pick(numbers)} % {_random.Next(2, 5)})::text"
            : Pick($"{alias}.{Pick(texts)}", $"upper({alias}.{Pick(texts)})", $"left({alias}.{Pick(texts)}, {_random.Next(2, 8)})");
    }

    static (string Table, string[] Numbers, string[] Texts, string[] Keys) Of(string table) => Tables.First(one => one.Table == table);

    T Pick<T>(params T[] from) => from[_random.Next(from.Length)];
}
