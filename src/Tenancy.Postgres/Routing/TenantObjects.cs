using System.Data;
using System.Data.Common;

namespace Tenancy;

/// <summary>Refuses objects of another provider, and transactions of another connection.</summary>
internal static class TenantObjects
{
    public static T? Own<T>(object? value) where T : class => value switch
    {
        null => null,
        T own => own,
        _ => throw new InvalidCastException($"A {value.GetType().Name} cannot be used here; a {typeof(T).Name} is needed, which carries a tenant."),
    };

    public static CommandType Known(CommandType type) => type is CommandType.Text or CommandType.StoredProcedure or CommandType.TableDirect
        ? type
        : throw new ArgumentOutOfRangeException(nameof(type), type, "Give Text, StoredProcedure or TableDirect.");

    public static void CheckTransaction(DbTransaction? transaction, TenantConnection connection)
    {
        if (Own<TenantTransaction>(transaction) is { Connection: { } owner } && !ReferenceEquals(owner, connection))
            throw new InvalidOperationException("The transaction belongs to another connection. Use it with commands of its own.");
    }
}
