namespace Tenancy;

/// <summary>What a command or a batch sends behind the scope.</summary>
internal interface IScopedStatements
{
    /// <summary>Seconds until the driver cancels; 0 for never, none for what the connection string says.</summary>
    int? Timeout { get; }

    /// <summary>What is being executed, for cancelling; none between executions.</summary>
    ScopedBatch? Executing { get; set; }

    /// <summary>Refuses what must not be sent, before anything is.</summary>
    void Check(TenantConnection connection);

    /// <summary>Adds the statements behind the scope.</summary>
    void AddTo(ScopedBatch scope, TenantRoute route);
}
