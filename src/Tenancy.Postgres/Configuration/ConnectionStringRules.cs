using Microsoft.Extensions.Options;
using Npgsql;

namespace Tenancy;

/// <summary>What a connection string must and must not say; no message shows more of it than a key.</summary>
internal static class ConnectionStringRules
{
    /// <summary>Whether both lead to one server, as far as their texts tell; one that is no connection string leads nowhere.</summary>
    public static bool IsSameServer(string one, string other)
    {
        try
        {
            var (first, second) = (new NpgsqlConnectionStringBuilder(one), new NpgsqlConnectionStringBuilder(other));
            return string.Equals(first.Host, second.Host, StringComparison.OrdinalIgnoreCase) && first.Port == second.Port;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Checks one and returns it parsed, or none where it could not be.</summary>
    public static NpgsqlConnectionStringBuilder? Check(string path, string value, ValidateOptionsResultBuilder result)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            result.AddError($"{path} is missing. Give a connection string with Host, Database and Username.");
            return null;
        }

        NpgsqlConnectionStringBuilder parsed;
        try
        {
            parsed = new NpgsqlConnectionStringBuilder(value);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Not the driver's message: it may quote the text, and with it a password.
            result.AddError($"{path} is not a connection string that Npgsql can read. Give Host=…;Database=…;Username=….");
            return null;
        }

        Require("Host", parsed.Host);
        Require("Database", parsed.Database);
        Require("Username", parsed.Username);
        Refuse(parsed.Multiplexing, "Multiplexing", "a connection would not stay with one tenant");
        Refuse(parsed.NoResetOnClose, "No Reset On Close", "the library decides it, by proof");
        Refuse(!parsed.Pooling, "Pooling=false", "the library pools");
        Refuse(parsed.MinPoolSize > 0, "Minimum Pool Size", "connections are opened as they are needed");
        Refuse(parsed.MaxPoolSize != 100, "Maximum Pool Size", "ConnectionBudget, SharedPoolSize and DatabasePoolSize bound them");
        Refuse(!string.IsNullOrEmpty(parsed.TargetSessionAttributes), "Target Session Attributes", "writes go to the primary, and reads where the code says so");
        Refuse(parsed.LoadBalanceHosts, "Load Balance Hosts", "the library spreads what only reads");
        Refuse(parsed.PersistSecurityInfo, "Persist Security Info", "the password would be readable from every connection");
        Refuse(parsed.IncludeErrorDetail, "Include Error Detail", "errors would show the values of rows");
        Refuse(parsed.LogParameters, "Log Parameters", "logs would show the values of rows");
        Refuse(!string.IsNullOrEmpty(parsed.SearchPath), "Search Path", "the scope sets it");
        Refuse(!string.IsNullOrEmpty(parsed.Options), "Options", "session settings belong in the scope");
        return parsed;

        void Require(string key, string? text)
        {
            if (string.IsNullOrEmpty(text))
                result.AddError($"{path} has no {key}. Add {key}=….");
        }

        void Refuse(bool present, string key, string because)
        {
            if (present)
                result.AddError($"{path} says {key}. Remove it: {because}.");
        }
    }
}
