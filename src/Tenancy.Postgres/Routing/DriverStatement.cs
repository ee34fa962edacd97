using Npgsql;

namespace Tenancy;

/// <summary>
/// The driver's side of one statement. The driver's batch command keeps the statement it was automatically prepared as,
/// even when its text changes or it is sent on another connection, where the same name may stand for anything. So each
/// text, and each lease, gets one of its own; the parameters move along.
/// </summary>
internal sealed class DriverStatement
{
    NpgsqlBatchCommand _command = new();
    TenantConnection? _connection;
    int _lease;

    /// <summary>The parameters. Another collection once the text or the lease has changed.</summary>
    public NpgsqlParameterCollection Parameters => _command.Parameters;

    public int RecordsAffected => _command.RecordsAffected;

    public NpgsqlBatchCommand For(TenantConnection connection, string text)
    {
        if (_command.CommandText == text && ReferenceEquals(_connection, connection) && _lease == connection.Lease)
            return _command;
        NpgsqlParameter[] parameters = [.. _command.Parameters.Cast<NpgsqlParameter>()];
        _command.Parameters.Clear();
        _command = new NpgsqlBatchCommand(text);
        _command.Parameters.AddRange(parameters);
        (_connection, _lease) = (connection, connection.Lease);
        return _command;
    }
}
