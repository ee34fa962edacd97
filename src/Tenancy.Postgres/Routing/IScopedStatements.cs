namespace Tenancy;

/// <summary>What a command or a batch sends behind the scope.</summary>
internal interface IScopedStatements
{
    /// <summary>Seconds until the driver cancels; 0 for never, none for what the connection string says.</summary>
    int? Timeout { get; }

    /// <summary>What is being executed, for cancelling; none between executions.</summary>
    ScopedBatch? Executing { get; set; }

    /// <summary>Whether one of them calls a procedure, as the last check found. Such statements get a transaction of their own.</summary>
    bool CallsProcedure { get; }

    /// <summary>Whether they only read, as the last check found, so that what is left of the result may be cancelled.</summary>
    bool OnlyReads { get; }

    /// <summary>Whether one of them adds or changes rows, so that a tenant whose storage is full may not send it. Asked only then.</summary>
    bool Grows { get; }

    /// <summary>Refuses what must not be sent, before anything is.</summary>
    void Check(TenantConnection connection);

    /// <summary>Adds the statements behind the scope.</summary>
    void AddTo(ScopedBatch scope, TenantRoute route);

    /// <summary>Hands the values of output parameters to the caller, once a result has been reached.</summary>
    void TakeOutputs();
}
