namespace Tenancy;

/// <summary>Where a tenant is in its life.</summary>
public enum TenantStatus
{
    /// <summary>Being created: it has no usable data yet, and creating it again finishes the job.</summary>
    Provisioning,

    /// <summary>In use.</summary>
    Active,

    /// <summary>Kept, but refused: no connection is handed out.</summary>
    Suspended,

    /// <summary>Being deleted: refused, and deleting it again finishes the job.</summary>
    Deleting,
}
