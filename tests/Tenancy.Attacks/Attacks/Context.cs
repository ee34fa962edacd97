namespace Tenancy.Attacks;

/// <summary>Where in the application's statement the attacker's text lands.</summary>
/// <param name="Name">A short name.</param>
/// <param name="Sql">The statement with a query of the attacker's in it.</param>
public sealed record Context(string Name, Func<string, string> Sql)
{
    /// <summary>Stands for a parameter, which some ways of sending fill.</summary>
    public const string Parameter = "<parameter>";

    /// <summary>The application meant a title.</summary>
    public static readonly Context Literal = new("a literal", query => $"{Head} and mark = 'x' union all {query} --'");

    public static readonly IReadOnlyList<Context> All =
    [
        Literal,
        new("a number", query => $"{Head} and id = 0 union all {query}"),
        new("an order, read from the error", query => $"{Head} order by cast((select string_agg(q.v, ',') from ({query}) as q (v)) as integer)"),
        new("a value that is written and returned", query =>
            $"update notes set mark = mark where id <> {Parameter} and id = 1 returning '' || (select string_agg(q.v, ',') from ({query}) as q (v)) || '' as \"Value\""),
    ];

    const string Head = $"select mark as \"Value\" from notes where id <> {Parameter}";

    /// <summary>The same with more statements behind it.</summary>
    public static string Stacked(string statements) => $"{Head} and mark = 'x'; {statements} --'";

    public override string ToString() => Name;
}
