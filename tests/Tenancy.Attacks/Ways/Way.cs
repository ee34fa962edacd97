namespace Tenancy.Attacks;

/// <summary>One way in which an application can send a text as a tenant.</summary>
/// <param name="Name">A short name.</param>
/// <param name="Parameter">What stands where the statement has a parameter; a number where the way has none.</param>
/// <param name="SendAsync">Sends it, inside the scope of tenant A.</param>
public sealed record Way(string Name, string Parameter, Func<Sending, Task> SendAsync)
{
    const string NoParameter = "0";

    public static readonly IReadOnlyList<Way> All =
    [
        .. CommandWays.All, .. BatchWays.All, .. TransactionWays.All, .. BehaviorWays.All, .. ExtensionWays.All, .. DapperWays.All, .. EntityFrameworkWays.All,
    ];

    public Way(string name, Func<Sending, Task> sendAsync) : this(name, NoParameter, sendAsync) { }

    /// <summary>What a statement's one number is, where a parameter carries it.</summary>
    public static NpgsqlParameter Value(string? name = null) => new() { ParameterName = name ?? "", Value = 0L };

    /// <summary>The statement with its parameter written as this way does.</summary>
    public string Write(string sql) => sql.Replace(Context.Parameter, Parameter, StringComparison.Ordinal);

    public override string ToString() => Name;
}
