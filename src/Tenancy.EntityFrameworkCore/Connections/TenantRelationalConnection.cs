using System.Data.Common;
using System.Transactions;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql.EntityFrameworkCore.PostgreSQL.Storage.Internal;

namespace Tenancy;

/// <summary>
/// The connection of a context: always a tenant's. The context belongs to the tenant that was in scope when it was first
/// used, or handed out by a pool, and until it is given back it serves no other.
/// </summary>
internal sealed class TenantRelationalConnection : NpgsqlRelationalConnection
{
    readonly ITenantContext _tenants;
    TenantId? _owner;
    bool _borrowed;

    public TenantRelationalConnection(RelationalConnectionDependencies dependencies, IDbContextOptions options)
        : this(dependencies, TenancyOptionsExtension.DataSourceOf(options))
    {
    }

    TenantRelationalConnection(RelationalConnectionDependencies dependencies, TenantDataSource data)
        : base(dependencies, data)
    {
        TenancyOptionsExtension.RefuseOtherConnections(dependencies.ContextOptions);
        _tenants = data.Tenants;
        Bind();
    }

    /// <summary>Binds the context to the tenant in scope, if it has none yet, or else refuses to serve another.</summary>
    /// <exception cref="TenantMismatchException">Another tenant is in scope.</exception>
    public void Bind()
    {
        if (_tenants.Current is not { } ambient)
            return;
        _owner ??= ambient.Id;
        if (_owner != ambient.Id)
        {
            throw new TenantMismatchException(
                "This DbContext belongs to another tenant than the one in scope. Make a context inside each tenant's scope, and " +
                "do not keep contexts, or what they track, across scopes.");
        }
    }

    public override string? ConnectionString
    {
        get => DataSource is null ? base.ConnectionString : "";
        set => throw new NotSupportedException("A tenant's placement decides where its context leads. Configure Tenancy:Postgres.");
    }

    public override void SetDbConnection(DbConnection? value, bool contextOwnsConnection)
    {
        var own = TenantObjects.Own<TenantConnection>(value);
        base.SetDbConnection(own, contextOwnsConnection || own is null);
        _borrowed = own is not null && !contextOwnsConnection;
    }

    public override bool Open(bool errorsExpected = false)
    {
        CheckOpening();
        return base.Open(errorsExpected);
    }

    public override Task<bool> OpenAsync(CancellationToken cancellationToken, bool errorsExpected = false)
    {
        CheckOpening();
        return base.OpenAsync(cancellationToken, errorsExpected);
    }

    /// <summary>What is opened inside a scope takes part by itself, and once however often it is told.</summary>
    protected override void ConnectionEnlistTransaction(Transaction? transaction) => Own.EnlistTransaction(transaction);

    /// <summary>A connection outlives no lease: the next one of a pooled context may be another tenant's.</summary>
    protected override void ResetState(bool disposeDbConnection)
    {
        base.ResetState(disposeDbConnection: true);
        Forget();
    }

    protected override async ValueTask ResetStateAsync(bool disposeDbConnection)
    {
        await base.ResetStateAsync(disposeDbConnection: true).ConfigureAwait(false);
        Forget();
    }

    /// <summary>The tenant's connection; an interceptor could have put another in its place.</summary>
    TenantConnection Own => TenantObjects.Own<TenantConnection>(((IRelationalConnection)this).DbConnection)!;

    void CheckOpening()
    {
        Bind();
        _ = Own;
        if (CurrentTransaction?.GetDbTransaction() is TenantTransaction { IsAbsent: true })
        {
            // A closed connection would be opened again without it, and what comes now committed by itself.
            throw new InvalidOperationException("The transaction of the context could not begin. Roll it back, and begin another one.");
        }
    }

    void Forget()
    {
        _owner = null;
        if (!_borrowed)
            return;
        _borrowed = false;
        base.SetDbConnection(null, contextOwnsConnection: true);
    }
}
