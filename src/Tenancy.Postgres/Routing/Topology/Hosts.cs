using Npgsql;

namespace Tenancy;

/// <summary>The hosts of a connection string, and which of them a connection has reached.</summary>
internal static class Hosts
{
    /// <summary>The hosts as written, each with its port if it names one.</summary>
    public static string[] Of(NpgsqlConnectionStringBuilder settings) =>
        (settings.Host ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The most seconds that it may take to connect to a standby: whoever waits could read from the primary.</summary>
    const int MostToStandby = 3;

    /// <summary>Has a connection string that leads to a standby give up soon.</summary>
    public static void ToStandby(NpgsqlConnectionStringBuilder settings) =>
        settings.Timeout = settings.Timeout == 0 ? MostToStandby : Math.Min(settings.Timeout, MostToStandby);

    /// <summary>
    /// Has a connection string with several hosts lead to the one that may be written to. Each host gets an equal part of
    /// the time to connect, or one that does not answer would use up all of it.
    /// </summary>
    public static void ToPrimary(NpgsqlConnectionStringBuilder settings)
    {
        var hosts = Of(settings).Length;
        if (hosts < 2)
            return;
        settings.TargetSessionAttributes = "primary";
        if (settings.Timeout > 0)
            settings.Timeout = Math.Max(1, settings.Timeout / hosts);
    }

    /// <inheritdoc cref="ToPrimary(NpgsqlConnectionStringBuilder)"/>
    /// <remarks>For connections that are opened seldom: each asks anew which host is what.</remarks>
    public static string ToPrimary(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        ToPrimary(settings);
        if (settings.TargetSessionAttributes is not null)
            settings.HostRecheckSeconds = 0;
        return settings.ConnectionString;
    }

    /// <summary>
    /// Whether the connection is to a standby now, by what the server reports of itself whenever it changes (since
    /// PostgreSQL 14). It asks nothing. False where nothing was reported, as through a pooler.
    /// </summary>
    public static bool IsStandby(NpgsqlConnection connection) => Reports(connection, "on");

    /// <summary>The same of the primary.</summary>
    public static bool IsPrimary(NpgsqlConnection connection) => Reports(connection, "off");

    static bool Reports(NpgsqlConnection connection, string standby) =>
        connection.FullState.HasFlag(System.Data.ConnectionState.Open)
        && connection.PostgresParameters.TryGetValue("in_hot_standby", out var reported) && reported == standby;
}
