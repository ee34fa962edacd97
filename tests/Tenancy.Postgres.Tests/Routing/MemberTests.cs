using System.Data.Common;
using System.Reflection;

namespace Tenancy.Postgres.Tests;

/// <summary>Every member of ADO.NET's base classes is answered by ours, or by the base class for a reason that is written here.</summary>
public sealed class MemberTests
{
    /// <summary>What the base class does with our members is right as it is.</summary>
    static readonly HashSet<string> LeftToTheBase =
    [
        // It calls the synchronous or the protected member that we have.
        "DbConnection.ChangeDatabaseAsync", "DbConnection.Dispose", "DbCommand.Dispose", "DbCommand.PrepareAsync", "DbDataSource.Dispose", "DbDataSource.DisposeAsync",
        "DbDataSource.DisposeAsyncCore", "DbBatch.Dispose", "DbBatch.DisposeAsync", "DbTransaction.Dispose", "DbDataReader.Dispose", "DbDataSource.OpenDbConnectionAsync",
        "DbDataReader.GetStreamAsync", "DbDataReader.GetTextReaderAsync",
        // It raises the event.
        "DbConnection.OnStateChange", "DbConnection.StateChange",
        // Npgsql's provider-specific values are the values.
        "DbDataReader.GetProviderSpecificFieldType", "DbDataReader.GetProviderSpecificValue", "DbDataReader.GetProviderSpecificValues",
        // It opens one of our connections for each execution.
        "DbDataSource.CreateDbCommand",
        // It takes objects of any provider, and ours among them.
        "DbProviderFactory.CreateCommandBuilder", "DbProviderFactory.CanCreateDataSourceEnumerator", "DbProviderFactory.CreateDataSourceEnumerator", "DbProviderFactory.CreatePermission",
        "DbBatchCommandCollection.RemoveAt",
    ];

    public static TheoryData<Type, Type> Classes => new()
    {
        { typeof(DbConnection), typeof(TenantConnection) }, { typeof(DbCommand), typeof(TenantCommand) }, { typeof(DbBatch), typeof(TenantBatch) },
        { typeof(DbBatchCommand), typeof(TenantBatchCommand) }, { typeof(DbBatchCommandCollection), typeof(TenantBatchCommandCollection) }, { typeof(DbTransaction), typeof(TenantTransaction) },
        { typeof(DbDataReader), typeof(TenantDataReader) }, { typeof(DbDataSource), typeof(TenantDataSource) }, { typeof(DbProviderFactory), typeof(TenantProviderFactory) },
    };

    [Theory, MemberData(nameof(Classes))]
    public void Every_virtual_member_is_answered(Type contract, Type ours)
    {
        const BindingFlags All = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var missing = ours.GetMethods(All)
            .Where(method => method.IsVirtual && !method.IsFinal && method.DeclaringType == contract && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly))
            .Select(method => $"{contract.Name}.{Name(method)}")
            .Distinct()
            .Where(name => !LeftToTheBase.Contains(name))
            .Order(StringComparer.Ordinal);
        Assert.Empty(missing);
    }

    static string Name(MethodInfo method) => method.IsSpecialName && method.Name.Split('_', 2) is [_, var member] ? member : method.Name;
}
