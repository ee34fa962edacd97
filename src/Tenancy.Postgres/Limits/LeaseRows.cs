using Npgsql;

namespace Tenancy;

/// <summary>Requests of one kind as the arrays that the ledger's functions take.</summary>
internal sealed class LeaseRows
{
    readonly LeaseCall _call;
    readonly int[] _places;

    LeaseRows(LeaseCall call, int[] places) => (_call, _places) = (call, places);

    public int Count => _places.Length;

    public static LeaseRows Of(LeaseCall call, Func<LeaseRequest, bool> isOfKind) =>
        new(call, [.. Enumerable.Range(0, call.Requests.Count).Where(i => isOfKind(call.Requests[i]))]);

    /// <summary>Says that the process is alive, and leases; both in one message. Returns how many processes there are.</summary>
    public async Task<int> LeaseAsync(NpgsqlConnection connection, LeaseGrant[] grants, CancellationToken cancellationToken)
    {
        // The beat comes first within the statement: what is leased depends on how many there are.
        const string Lease =
            "select n.o_nodes, l.* from tenancy_limits.beat($1, $2) n left join lateral tenancy_limits.lease(" +
            "n.o_nodes, n.o_age < $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) l on true";
        const string Beat = "select o_nodes from tenancy_limits.beat($1, $2)";
        using var command = new NpgsqlCommand(Count > 0 ? Lease : Beat, connection);
        Add(_call.Node);
        Add(LeaseCall.NodeLifetime);
        if (Count > 0)
        {
            Add(_call.Probation.TotalSeconds);
            Add(_call.Strict);
            Add(Column(static request => request.Tenant.Value));
            Add(Column(static request => request.Policy.Name));
            Add(Column(static request => 1e9 / request.Policy.Rate.Rate));
            Add(Column(static request => request.Policy.Rate.Burst));
            Add(Column(request => LeasedCell.HoldOf(request.Policy.Rate, _call.Horizon, _call.Strict)));
            Add(Column(static request => request.Want));
            Add(Column(static request => request.Must));
            Add(Column(static request => request.Largest));
            Add(Column(static request => request.Held));
            Add(Column(static request => request.Back));
        }

        var nodes = 1;
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                nodes = reader.GetInt32(0);
                if (Count > 0)
                    grants[_places[(int)reader.GetInt64(1) - 1]] = new LeaseGrant(reader.GetInt64(2), reader.GetDouble(3), 0, TimeSpan.Zero);
            }
        }

        return nodes;

        void Add<T>(T value) => command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
    }

    public async Task TakeAsync(NpgsqlConnection connection, int nodes, LeaseGrant[] grants, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand("select * from tenancy_limits.take($1, $2, $3, $4, $5, $6, $7, $8, $9)", connection);
        Add(nodes);
        Add(Column(static request => request.Tenant.Value));
        Add(Column(static request => request.Policy.Name));
        Add(Column(static request => request.Policy.Period == LimitPeriod.Month));
        Add(Column(static request => request.Policy.Quota));
        Add(Column(static request => request.Want));
        Add(Column(static request => request.Must));
        Add(Column(static request => request.Back));
        Add(Column(static request => request.Window));
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                grants[_places[(int)reader.GetInt64(0) - 1]] = new LeaseGrant(
                    reader.GetInt64(1), reader.GetDouble(2), reader.GetInt32(3), TimeSpan.FromSeconds(reader.GetDouble(4)));
            }
        }

        void Add<T>(T value) => command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
    }

    T[] Column<T>(Func<LeaseRequest, T> read) => Array.ConvertAll(_places, place => read(_call.Requests[place]));
}
