using Npgsql;

namespace Tenancy;

/// <summary>What a hook may change of a connection string. No message shows a value.</summary>
internal static class DataSourceRules
{
    /// <summary>Keys that change how a session is reached, and nothing of what it does.</summary>
    internal static readonly string[] Free =
    [
        "Application Name", "Array Nullability Mode", "Auto Prepare Min Usages", "Cancellation Timeout", "Channel Binding",
        "Check Certificate Revocation", "Command Timeout", "Connection Idle Lifetime", "Connection Lifetime",
        "Connection Pruning Interval", "GSS Encryption Mode", "Include Realm", "Internal Command Timeout", "Keepalive",
        "Kerberos Service Name", "Load Table Composites", "Read Buffer Size", "Require Auth", "Root Certificate",
        "Socket Receive Buffer Size", "Socket Send Buffer Size", "SSL Certificate", "SSL Key", "SSL Mode", "SSL Negotiation",
        "SSL Password", "TCP Keepalive", "TCP Keepalive Interval", "TCP Keepalive Time", "Timeout", "Timezone",
        "Trust Server Certificate", "Write Buffer Size", "Write Coalescing Buffer Threshold Bytes",
    ];

    static readonly Dictionary<string, string> Remedies = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Host"] = "a tenant's placement decides it; write it into the server's ConnectionString",
        ["Port"] = "a tenant's placement decides it; write it into the server's ConnectionString",
        ["Database"] = "a tenant's placement decides it",
        ["Username"] = "the isolation was proven for another login; write it into the server's ConnectionString",
        ["Password"] = "use UsePasswordProvider or UsePeriodicPasswordProvider and leave the password out of the ConnectionString",
        ["Pooling"] = "the library pools",
        ["Maximum Pool Size"] = "set ConnectionBudget or DatabasePoolSize of the server",
        ["Multiplexing"] = "a connection would not stay with one tenant",
        ["No Reset On Close"] = "the library decides it, by proof",
        ["Search Path"] = "the scope sets it",
        ["Options"] = "session settings belong in the scope",
        ["Max Auto Prepare"] = "set MaxAutoPrepare of Tenancy:Postgres",
        ["Include Error Detail"] = "errors would show the values of rows",
        ["Persist Security Info"] = "the password would be readable from every connection",
        ["Log Parameters"] = "logs would show the values of rows",
        ["Include Failed Batched Command"] = "it tells an error of the scope from one of the statement",
    };

    /// <summary>Runs the hooks on a builder, and says what they must not have changed.</summary>
    public static IReadOnlyList<string> Apply(NpgsqlDataSourceBuilder builder, PoolSettings settings)
    {
        if (settings.Hooks.Count == 0)
            return [];
        var before = new NpgsqlConnectionStringBuilder(builder.ConnectionStringBuilder.ConnectionString);
        var pool = new PostgresPool(settings.Key.Server, settings.Key.Database, settings.Key.Login, settings.Owner);
        var mistakes = new List<string>();
        foreach (var hook in settings.Hooks)
        {
            try
            {
                hook(builder, pool);
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or NotSupportedException)
            {
                mistakes.Add($"A hook of ConfigureDataSource failed for '{pool.Server}': {e.GetType().Name}. Call it on a builder of your own to see why.");
            }
        }

        mistakes.AddRange(Changed(before, builder.ConnectionStringBuilder).Select(key =>
            $"A hook of ConfigureDataSource changed {key} for '{pool.Server}'. Remove that: " +
            (Remedies.TryGetValue(key, out var remedy) ? remedy : "write it into the server's ConnectionString, where it is checked") + "."));
        return mistakes;
    }

    static IEnumerable<string> Changed(NpgsqlConnectionStringBuilder before, NpgsqlConnectionStringBuilder after) => before.Keys
        .Union(after.Keys)
        .Where(key => !Free.Contains(key, StringComparer.OrdinalIgnoreCase))
        .Where(key => !Equals(Value(before, key), Value(after, key)))
        .Order(StringComparer.Ordinal);

    static object? Value(NpgsqlConnectionStringBuilder settings, string key) => settings.TryGetValue(key, out var value) ? value : null;
}
