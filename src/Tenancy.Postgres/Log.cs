using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>What this package logs: event ids 2000 to 2099. No message carries a connection string or a value of a row.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Warning,
        "Sessions of the database {Database} are reset between leases, which costs speed. {Problem} Run: {Remedy}")]
    public static partial void ResetKept(ILogger logger, string database, string problem, string remedy);

    [LoggerMessage(2012, LogLevel.Warning,
        "Sessions of the database {Database} are attested at the beginning of each lease, which costs some microseconds. {Problem} Run: {Remedy}")]
    public static partial void LeasesAttested(ILogger logger, string database, string problem, string remedy);

    [LoggerMessage(2001, LogLevel.Warning, "A connection to the database {Database} was destroyed ({Reason}).")]
    public static partial void Discarded(ILogger logger, string database, string reason);

    [LoggerMessage(2002, LogLevel.Information, "The tenants' pools may hold {To} connections to {Server} from now on, instead of {From}.")]
    public static partial void BudgetChanged(ILogger logger, string server, int from, int to);

    [LoggerMessage(2003, LogLevel.Error,
        "ConnectionBudget of {Server} was changed to {Budget}, which is out of its range, or the configuration has another mistake. {Limit} stays in force.")]
    public static partial void BudgetRefused(ILogger logger, string server, int budget, int limit);

    [LoggerMessage(2004, LogLevel.Warning,
        "Queries:MaxTemporaryBytes of the tiers {Tiers} is not in force on {Server}: the scope lacks the right. Run, as a superuser: grant set on parameter temp_file_limit to {Owner};")]
    public static partial void FilesUnlimited(ILogger logger, string server, string tiers, string owner);

    [LoggerMessage(2005, LogLevel.Warning, "{Replica} is not read from for a while ({Error}). The primary reads instead.")]
    public static partial void ReplicaUnused(ILogger logger, string replica, string error);

    [LoggerMessage(2006, LogLevel.Warning, "How far the standbys of {Server} are behind could not be found out ({Error}). The primary reads instead.")]
    public static partial void ReplicasNotMeasured(ILogger logger, string server, string error);

    [LoggerMessage(2007, LogLevel.Warning,
        "A hook of ConfigureDataSource calls EnableParameterLogging. What the driver says of commands is withheld, since it would show the values of rows. Remove that call.")]
    public static partial void ParametersWithheld(ILogger logger);

    [LoggerMessage(2008, LogLevel.Warning,
        "The settings of the login {Login} changed (ALTER ROLE … SET) while {Database} was served: new sessions begin with them. The isolation is proven again. Look who changed them.")]
    public static partial void RoleSettingsChanged(ILogger logger, string login, string database);

    [LoggerMessage(2009, LogLevel.Warning,
        "The database {Database} on {Server} is served at level Filter: nothing proves that text injected into a statement stays in its tenant there. {Findings} findings are overlooked. Set Level to latched or signed before tenants' data is in it.")]
    public static partial void NotProtected(ILogger logger, string database, string server, int findings);

    [LoggerMessage(2010, LogLevel.Warning,
        "The catalog could not be read; the snapshot of {AsOf:O} stays in use. Trying again in {Delay}.")]
    public static partial void CatalogUnreachable(ILogger logger, Exception error, DateTimeOffset asOf, TimeSpan delay);

    [LoggerMessage(2011, LogLevel.Information, "The catalog has {Tenants} tenants at revision {Revision}.")]
    public static partial void CatalogLoaded(ILogger logger, int tenants, long revision);

    [LoggerMessage(2020, LogLevel.Information, "Migrated {Server}/{Database}, schema {Schema}, from {From} to {To}.")]
    public static partial void Migrated(ILogger logger, string server, string database, string schema, int from, int to);

    [LoggerMessage(2040, LogLevel.Warning, "{Rule} ({Severity}) in {Database}: {Problem} Mend: {Remedy}")]
    public static partial void LintFound(ILogger logger, string rule, LintSeverity severity, string database, string problem, string remedy);

    [LoggerMessage(2041, LogLevel.Warning, "The linter found {More} more. Run ITenancyLinter, or tenancy lint, to see them all.")]
    public static partial void LintFoundMore(ILogger logger, int more);

    [LoggerMessage(2042, LogLevel.Warning, "The linter could not run. Set Tenancy:Postgres:Lint:AtStart to off where it must not.")]
    public static partial void LintFailed(ILogger logger, Exception error);

    [LoggerMessage(2050, LogLevel.Warning,
        "The quota {Policy} of tenant {TenantId}, {Quota}, will be reached on {Day} if its use goes on as in the last 30 days.")]
    public static partial void QuotaForecast(ILogger logger, TenantId tenantId, string policy, long quota, DateOnly day);

    [LoggerMessage(2053, LogLevel.Warning, "The storage of tenant {TenantId} reached {Percent} % of its quota of {Resource}: {Used} of {Quota}.")]
    public static partial void StorageThreshold(ILogger logger, TenantId tenantId, int percent, StorageResource resource, long used, long quota);

    [LoggerMessage(2054, LogLevel.Warning, "What tenants store on {Server} could not be measured. What was known stays in force; it is tried again.")]
    public static partial void StorageNotMeasured(ILogger logger, string server, Exception error);

    [LoggerMessage(2055, LogLevel.Warning, "What tenant {TenantId} stores could not be counted ({Error}). What was known stays in force.")]
    public static partial void StorageNotCounted(ILogger logger, TenantId tenantId, string error);

    [LoggerMessage(2056, LogLevel.Information, "{What} {Rows} rows of {Table} of tenant {TenantId} from before {Before:O}.")]
    public static partial void CleanedUp(ILogger logger, string what, long rows, string table, TenantId tenantId, DateTimeOffset before);

    [LoggerMessage(2057, LogLevel.Warning, "What is old of tenant {TenantId} could not be removed.")]
    public static partial void NotCleanedUp(ILogger logger, TenantId tenantId, Exception error);

    [LoggerMessage(2051, LogLevel.Error, "An observer of usage or storage failed.")]
    public static partial void ObserverFailed(ILogger logger, Exception error);

    [LoggerMessage(2052, LogLevel.Warning, "Usage could not be summed up, or looked ahead in. It is tried again before long.")]
    public static partial void UpkeepFailed(ILogger logger, Exception error);

    [LoggerMessage(2030, LogLevel.Information, "Created the tenant {Tenant} ({Isolation}) on {Server}.")]
    public static partial void Created(ILogger logger, string tenant, TenantIsolation isolation, string server);

    [LoggerMessage(2031, LogLevel.Information, "Deleted the tenant {Tenant}.")]
    public static partial void Deleted(ILogger logger, string tenant);
}
