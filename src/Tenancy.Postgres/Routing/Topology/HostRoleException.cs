using Npgsql;

namespace Tenancy;

/// <summary>A host was reached, and is not what was looked for. It may be another host by now, so that it is transient.</summary>
internal sealed class HostRoleException : NpgsqlException
{
    HostRoleException(string message)
        : base(message)
    {
    }

    public override bool IsTransient => true;

    public static HostRoleException NoPrimary(string server) => new(
        $"None of the hosts of '{server}' is a primary. Promote a standby, or correct Host in Tenancy:Postgres:Servers:{server}:ConnectionString.");

    public static HostRoleException NoStandby(string replica) => new($"The host '{replica}' is no standby.");
}
