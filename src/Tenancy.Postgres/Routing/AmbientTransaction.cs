using System.Collections.Concurrent;
using System.Transactions;

namespace Tenancy;

/// <summary>
/// A transaction of System.Transactions, as tenants' connections take part in it. The driver hands the session of one
/// connection on to the next in the same transaction, so that it must be the same tenant's; and a second session would
/// make it a prepared one, which outlives whoever prepared it.
/// </summary>
internal sealed class AmbientTransaction
{
    static readonly ConcurrentDictionary<string, AmbientTransaction> Known = new(StringComparer.Ordinal);

    readonly string _name;
    readonly TenantId _tenant;
    TenantConnection? _open;

    AmbientTransaction(string name, TenantId tenant)
    {
        _name = name;
        _tenant = tenant;
    }

    /// <summary>How many are going on.</summary>
    internal static int Count => Known.Count;

    /// <summary>Whether it has been committed or rolled back.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Notes that a connection is about to take part.</summary>
    /// <exception cref="InvalidOperationException">It belongs to another tenant, or has another connection open.</exception>
    public static AmbientTransaction Enter(Transaction transaction, TenantConnection connection)
    {
        var tenant = connection.Route.Tenant.Id;
        var name = transaction.TransactionInformation.LocalIdentifier;
        var made = new AmbientTransaction(name, tenant);
        var known = Known.GetOrAdd(name, made);
        if (ReferenceEquals(known, made))
        {
            // Called at once where the transaction is over already.
            transaction.TransactionCompleted += (_, _) => known.End();
        }

        if (known._tenant != tenant)
        {
            throw new InvalidOperationException(
                "The TransactionScope belongs to another tenant. Give each tenant a scope of its own: TransactionScopeOption.RequiresNew.");
        }

        if (Interlocked.CompareExchange(ref known._open, connection, null) is { } other && !ReferenceEquals(other, connection))
        {
            throw new InvalidOperationException(
                "Another connection is open in the TransactionScope, and two would need a prepared transaction. Close it first, or share it.");
        }

        return known;
    }

    /// <summary>Whether this is it.</summary>
    public bool Is(Transaction transaction) => transaction.TransactionInformation.LocalIdentifier == _name;

    /// <summary>Notes that a connection was closed.</summary>
    public void Leave(TenantConnection connection) => Interlocked.CompareExchange(ref _open, null, connection);

    void End()
    {
        IsOver = true;
        Known.TryRemove(_name, out _);
    }
}
